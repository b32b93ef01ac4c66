import { Command } from 'commander'
import { ConfigError } from '../config/error.ts'
import { CoreError } from '../core/errors.ts'
import { auditCommand } from './audit.ts'
import { holdCommand, releaseCommand } from './hold.ts'
import { migrateCommand } from './migrate.ts'
import { reviewCommand } from './review.ts'
import { serveCommand } from './serve.ts'
import { version } from './version.ts'

/** Who reads the output may have had enough: `stowage audit | head`. */
function endQuietly(error: Error & { readonly code?: string }): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
}

/** Runs the command line; says what went wrong in one line where that was to be expected. */
export async function run(): Promise<void> {
  const program = new Command('stowage')
    .description('A self-hosted media-upload server that speaks the wire APIs of cloud media services.')
    .version(version())
    .addCommand(serveCommand())
    .addCommand(holdCommand())
    .addCommand(releaseCommand())
    .addCommand(reviewCommand())
    .addCommand(auditCommand())
    .addCommand(migrateCommand())
    .addHelpText('after', "\nRun `stowage COMMAND --help` for a command's options.")
  process.stdout.on('error', endQuietly)
  try {
    await program.parseAsync()
  } catch (error) {
    const isExpected = error instanceof ConfigError || error instanceof CoreError
    console.error(isExpected ? `stowage: ${error.message}` : error)
    process.exitCode = 1
  }
}

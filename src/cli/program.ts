import { Command } from 'commander'
import { CoreError } from '../core/errors.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { ConfigError } from '../settings/error.ts'
import { accountCommand } from './accounts/account.ts'
import { credentialCommands } from './accounts/credential.ts'
import { keyCommand } from './accounts/key.ts'
import { backupCommand } from './backup/backup.ts'
import { exportCommand } from './backup/export.ts'
import { importCommand } from './backup/import.ts'
import { restoreCommand } from './backup/restore.ts'
import { dialectCommands } from './dialect-commands.ts'
import { fsckCommand } from './fsck/command.ts'
import { holdCommand, releaseCommand } from './hold.ts'
import { hostsCommand } from './hosts.ts'
import { migrateCommand } from './migrate.ts'
import { serveCommand } from './serve.ts'
import { tlsCommand } from './tls.ts'
import { version } from './version.ts'

/** The reader of the output may end first: `stowage fsck | head`. */
function endQuietly(error: Error & { readonly code?: string }): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
}

/** The command line of a server with these dialects. */
export function createProgram(dialects: readonly Dialect[]): Command {
  const program = new Command('stowage')
    .description('A self-hosted media-upload server that speaks the wire APIs of cloud media services.')
    .version(version())
    .addCommand(serveCommand(dialects))
    .addCommand(accountCommand(dialects))
    .addCommand(keyCommand(dialects))
  for (const command of credentialCommands(dialects)) program.addCommand(command)
  program.addCommand(holdCommand(dialects)).addCommand(releaseCommand(dialects))
  for (const command of dialectCommands(dialects)) program.addCommand(command)
  return program
    .addCommand(fsckCommand(dialects))
    .addCommand(backupCommand(dialects))
    .addCommand(restoreCommand(dialects))
    .addCommand(exportCommand(dialects))
    .addCommand(importCommand(dialects))
    .addCommand(migrateCommand(dialects))
    .addCommand(tlsCommand(dialects))
    .addCommand(hostsCommand(dialects))
    .addHelpText('after', "\nRun `stowage COMMAND --help` for a command's options.")
}

/** Runs the command line. An expected failure is told in one line. */
export async function run(
  dialects: readonly Dialect[],
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  process.stdout.on('error', endQuietly)
  try {
    await createProgram(dialects).parseAsync(args, { from: 'user' })
  } catch (error) {
    const isExpected = error instanceof ConfigError || error instanceof CoreError
    console.error(isExpected ? `stowage: ${error.message}` : error)
    process.exitCode = 1
  }
}

import type { Command } from 'commander'
import { CoreError } from '../core/errors.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { ConfigError } from '../settings/error.ts'
import { rootCommand } from './root.ts'
import { serveCommand } from './serve.ts'

/** The reader of the output may end first: `stowage fsck | head`. */
function endQuietly(error: Error & { readonly code?: string }): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
}

/** A server starts without the code of the other commands. */
async function programFor(dialects: readonly Dialect[], args: readonly string[]): Promise<Command> {
  if (args[0] === 'serve') return rootCommand().addCommand(serveCommand(dialects))
  const { createProgram } = await import('./commands.ts')
  return createProgram(dialects)
}

/** Runs the command line. An expected failure is told in one line. */
export async function run(
  dialects: readonly Dialect[],
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  process.stdout.on('error', endQuietly)
  try {
    const program = await programFor(dialects, args)
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    const isExpected = error instanceof ConfigError || error instanceof CoreError
    console.error(isExpected ? `stowage: ${error.message}` : error)
    process.exitCode = 1
  }
}

import { Command } from 'commander'
import type { Dialect } from '../dialects/dialect.ts'
import { openMetadata } from '../stores.ts'
import { requireData } from './engine.ts'
import { configOf, withConfigOptions } from './options.ts'

/** `stowage migrate [--check]`: brings the metadata's schema up to date, or only tells whether it is. */
export function migrateCommand(dialects: readonly Dialect[]): Command {
  const command = new Command('migrate')
    .description('bring the schema of the metadata up to date (a starting server does so by itself)')
    .option('--check', 'change nothing; end with 1 unless it is up to date')
  return withConfigOptions(command, dialects).action(async () => {
    const config = configOf(command, dialects)
    requireData(config)
    const { check = false } = command.opts<{ check?: boolean }>()
    const metadata = await openMetadata(config, { migrates: !check, threads: false })
    await metadata.close()
    console.log('the schema is up to date')
  })
}

import { Command } from 'commander'
import { configOf, withConfigOptions } from '../../src/cli/options.ts'
import { DIALECTS } from '../../src/dialects/index.ts'
import { createLogger } from '../../src/log.ts'
import { warmUp } from '../../src/metadata/sqlite/index.ts'
import { startServer } from '../../src/server.ts'

// `stowage serve`, whose reads compare nothing with its sums: to measure what that costs.
warmUp()
const command = withConfigOptions(new Command('serve'), DIALECTS, 'all').action(async () => {
  const config = configOf(command, DIALECTS)
  const log = createLogger(config.server.logLevel)
  await startServer(config, { log, dialects: DIALECTS, readsUnchecked: true })
})
await command.parseAsync(process.argv.slice(3), { from: 'user' })

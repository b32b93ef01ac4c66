import { Command } from 'commander'
import { configOf, withConfigOptions } from '../src/cli/options.ts'
import { DIALECTS } from '../src/dialects/index.ts'
import { createLogger } from '../src/log.ts'
import { startServer } from '../src/server.ts'

// `stowage serve`, but what is read is not checked: what checks cost is measured against it.
const command = withConfigOptions(new Command('serve'), DIALECTS).action(async () => {
  const log = createLogger('info')
  const surroundings = { log, dialects: DIALECTS, readsUnchecked: true }
  const { publicUrl, port } = await startServer(configOf(command, DIALECTS), surroundings)
  log.info({ publicUrl, port }, 'ready')
})
await command.parseAsync(process.argv.slice(3), { from: 'user' })

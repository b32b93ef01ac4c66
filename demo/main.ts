import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { loadConfig } from '../src/config/load.ts'
import { DIALECTS } from '../src/dialects/index.ts'
import { startServer } from '../src/server.ts'
import { comesBack, tone } from './sounds.ts'
import { createTeller } from './teller.ts'

/** Starts a server on a temporary folder and sends a file through every dialect, telling each step. */
const folder = mkdtempSync(join(tmpdir(), 'stowage-demo-'))
const flags = { listen: '127.0.0.1:0', data_dir: folder }
const config = loadConfig({ dialects: DIALECTS, file: null, environment: {}, flags })
const server = await startServer(config, { log: pino({ level: 'warn' }), dialects: DIALECTS })
const teller = createTeller()
const account = server.engine.accounts.all[0]

try {
  if (account === undefined) throw new Error('the demo account is missing')
  const { publicUrl: baseUrl } = server
  teller.say(`A server runs at ${baseUrl}, its files are in ${folder}.`)
  for (const { demo } of DIALECTS) {
    if (demo.load === null) continue
    const { title, show } = await demo.load()
    teller.title(title)
    await show({ baseUrl, account, step: teller.step, tone, comesBack })
  }
  teller.say('\nEverything that was sent came back byte for byte.')
} catch (error) {
  teller.say(`\nThe demo failed: ${error instanceof Error ? error.stack : error}`)
  process.exitCode = 1
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}

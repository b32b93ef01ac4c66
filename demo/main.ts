import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { loadConfig } from '../src/config/load.ts'
import { startServer } from '../src/server.ts'
import { demonstrateHuaweiVod } from './huawei-vod.ts'
import { demonstrateIflytekOst } from './iflytek-ost.ts'
import { createTeller } from './teller.ts'
import { demonstrateTencentSmh } from './tencent-smh.ts'
import { demonstrateVolcengineVms } from './volcengine-vms.ts'

/** Starts a server on a temporary folder and sends a file through every dialect, telling each step. */
const folder = mkdtempSync(join(tmpdir(), 'stowage-demo-'))
const config = loadConfig({ file: null, environment: {}, flags: { listen: '127.0.0.1:0', data_dir: folder } })
const server = await startServer(config, { log: pino({ level: 'warn' }) })
const teller = createTeller()
const account = server.engine.accounts.all[0]

try {
  if (account === undefined) throw new Error('the demo account is missing')
  teller.say(`A server runs at ${server.publicUrl}, its files are in ${folder}.`)
  await demonstrateIflytekOst(server.publicUrl, account, teller)
  await demonstrateVolcengineVms(server.publicUrl, account, teller)
  await demonstrateTencentSmh(server.publicUrl, account, teller)
  await demonstrateHuaweiVod(server.publicUrl, account, teller)
  teller.say('\nEverything that was sent came back byte for byte.')
} catch (error) {
  teller.say(`\nThe demo failed: ${error instanceof Error ? error.stack : error}`)
  process.exitCode = 1
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}

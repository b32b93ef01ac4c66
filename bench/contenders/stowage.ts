import { resolve } from 'node:path'
import { freePort } from '../../test/support/free-port.ts'
import { ACCOUNT } from '../../test/support/harness.ts'
import { answersAt, startProgram } from '../frame/processes.ts'
import { freshFolder } from './folder.ts'

const MAIN = resolve(import.meta.dirname, '../../src/cli/main.ts')
/** As `npm start` has them. */
const NODE_FLAGS = ['--max-semi-space-size=8']

/** All load comes from one address and one account, so their budgets are off, and so is the log of calls. Everything else is as users have it. */
const SETTINGS = {
  log_level: 'warn',
  'limits.address_calls_per_s': '0',
  'limits.address_bytes_in_per_s': '0',
  'limits.address_bytes_out_per_s': '0',
  'limits.account_calls_per_s': '0',
  'limits.account_bytes_in_per_s': '0',
  'limits.account_bytes_out_per_s': '0',
}

export interface StowageServer {
  readonly port: number
  readonly url: string
  readonly pids: readonly number[]
  readonly dataDir: string
  /** From the start of the process until `/readyz` said 200. */
  readonly readyMs: number
  stop(): Promise<void>
}

export interface StowageOptions {
  readonly settings?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** A folder of an earlier server, which stays. */
  readonly dataDir?: string
  /** Another checkout's `src/cli/main.ts`. */
  readonly main?: string
}

export const STRICT_SYNCS = 'bytes, their folder and the facts are synced'
export const RELAXED_SYNCS = 'nothing is synced'

/** Starts a server as users run it, with the tests' accounts. */
export async function startStowage({
  settings,
  env,
  dataDir,
  main,
}: StowageOptions = {}): Promise<StowageServer> {
  const port = await freePort()
  const folder = dataDir === undefined ? freshFolder() : null
  const where = dataDir ?? folder?.path ?? ''
  const own = { listen: `127.0.0.1:${port}`, data_dir: where }
  const flags = Object.entries({ ...SETTINGS, ...own, ...settings }).map(
    ([key, value]) => `--${key.replaceAll(/[._]/g, '-')}=${value}`,
  )
  const since = performance.now()
  const program = await startProgram(process.execPath, [...NODE_FLAGS, main ?? MAIN, 'serve', ...flags], {
    port,
    env: { ...process.env, STOWAGE_ACCOUNTS: JSON.stringify([ACCOUNT]), ...env },
  })
  await answersAt(port, '/readyz')
  const readyMs = performance.now() - since
  const stop = async (): Promise<void> => {
    await program.stop()
    folder?.remove()
  }
  return { port, url: `http://127.0.0.1:${port}`, pids: [program.pid], dataDir: where, readyMs, stop }
}

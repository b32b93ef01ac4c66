import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import type { AccountEntry } from '../../src/config/accounts.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { Clock } from '../../src/core/clock.ts'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { DIALECTS } from '../../src/dialects/index.ts'
import { type RunningServer, startServer } from '../../src/server.ts'
import { atEnd } from './at-end.ts'
import { makePasswordsCheap } from './cheap-passwords.ts'
import { defaults } from './default-settings.ts'
import { temporaryFolder } from './folder.ts'
import { storeSettings } from './shared-stores.ts'

export { temporaryFolder } from './folder.ts'

/** The first account's first app; its keys are those of the reference's vectors. */
export const APP = {
  app_id: 'fake0001',
  api_key: '00112233445566778899aabbccddeeff',
  api_secret: 'RkFLRVNFQ1JFVEZBS0VTRUNSRVRGQUtF',
}

/** The first account's Tencent SMH libraries: files with a bin, without one, in many spaces; media. */
export const LIBRARIES = {
  file: { id: 'smh0filelibrary01', secret: 'c2VjcmV0IG9mIHRoZSBmaWxlIGxpYnJhcnk=', recycle_bin: true },
  plain: { id: 'smh0plainlibrary1', secret: 'c2VjcmV0IG9mIHRoZSBwbGFpbiBsaWJyYXJ5', recycle_bin: false },
  spaces: {
    id: 'smh0spacelibrary1',
    secret: 'c2VjcmV0IG9mIHRoZSBzcGFjZXMgbGlicmFyeQ==',
    multi_space: true,
    recycle_bin: true,
  },
  media: {
    id: 'smh0medialibrary1',
    secret: 'c2VjcmV0IG9mIHRoZSBtZWRpYSBsaWJyYXJ5',
    kind: 'media',
    multi_album: true,
    recycle_bin: true,
  },
} as const

/** The first account's Huawei VOD projects; the id of `main` is that of the reference's vectors. */
export const PROJECTS = {
  main: { id: '0123456789abcdef0123456789abcdef', name: 'cn-north-4' },
  second: { id: '89abcdef0123456789abcdef01234567', name: 'cn-east-2' },
} as const

/** The first account of every test server; its keys are those of the reference's vectors. */
export const ACCOUNT = {
  id: '2100056056',
  name: 'first',
  access_key: 'AKLTEXAMPLEFAKEKEY0001',
  secret_key: 'RkFLRVNFQ1JFVEtFWUZPUlRFU1RTT05MWQ==',
  apps: [
    APP,
    {
      app_id: 'fake0002',
      api_key: 'ffeeddccbbaa99887766554433221100',
      api_secret: 'c2Vjb25kIGFwcCBvZiB0aGUgZmlyc3Q=',
    },
  ],
  libraries: Object.values(LIBRARIES),
  projects: Object.values(PROJECTS),
  users: [
    { name: 'tester', password: 'cGFzc3dvcmQgb2YgdGhlIHRlc3Rlcg' },
    { name: 'editor', password: 'cGFzc3dvcmQgb2YgdGhlIGVkaXRvcg' },
  ],
} satisfies AccountEntry

/** A second tenant, for isolation. */
export const OTHER_ACCOUNT = {
  id: '2100056057',
  name: 'second',
  access_key: 'AKLTEXAMPLEFAKEKEY0002',
  secret_key: 'c2Vjb25kIGFjY291bnQncyBzZWNyZXQga2V5',
  apps: [
    {
      app_id: 'fake0003',
      api_key: '0123456789abcdef0123456789abcdef',
      api_secret: 'YXBwIG9mIHRoZSBzZWNvbmQgYWNjb3VudA==',
    },
  ],
  libraries: [{ id: 'smh0otherlibrary1', secret: 'c2VjcmV0IG9mIGFub3RoZXIgbGlicmFyeQ==' }],
  projects: [{ id: 'fedcba9876543210fedcba9876543210', name: 'cn-north-4' }],
  users: [{ name: 'tester', password: 'cGFzc3dvcmQgb2YgdGhlIG90aGVyIHRlc3Rlcg' }],
} satisfies AccountEntry

/** Real time that tests can move on. */
export class MovableClock implements Clock {
  #aheadMs = 0
  now(): number {
    return Date.now() + this.#aheadMs
  }
  advance(ms: number): void {
    this.#aheadMs += ms
  }
}

export interface TestServerOptions {
  /** Option values by key, as in the TOML file: `{ 'iflytek_ost.slice_size_min_bytes': '1' }`. */
  readonly settings?: Readonly<Record<string, string>>
  /** `demo` configures none, so that the server makes its demo account. Default: ACCOUNT and OTHER_ACCOUNT. */
  readonly accounts?: readonly AccountEntry[] | 'demo'
  /** The program (spawned servers only). Default: the command line as users have it. */
  readonly main?: string
  /** More arguments of the command line (spawned servers only). */
  readonly args?: readonly string[]
  /** More environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Keeps the folder of an earlier server, which is then not removed by this one. */
  readonly dataDir?: string
  readonly clock?: Clock
  /** Default all that there are (servers in this process only). */
  readonly dialects?: readonly Dialect[]
}

export interface TestServer extends RunningServer {
  readonly url: string
  readonly dataDir: string
  /** The log's JSON lines so far. */
  readonly logLines: readonly string[]
}

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
/** As `npm start` has them. */
const NODE_FLAGS = ['--max-semi-space-size=8']

/** What a failed test left running: stopped at the end of the process, so that it fails instead of hanging. */
const leftovers = new Set<() => Promise<unknown>>()
atEnd(() => Promise.all([...leftovers].map((cleanUp) => cleanUp())))

/**
 * A whole server in this process, on a free port and a temporary folder that goes when it stops. Its jobs run by
 * `jobs.runAll` alone.
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  makePasswordsCheap()
  const dataDir = options.dataDir ?? temporaryFolder()
  const logLines: string[] = []
  const log = pino({ level: 'debug', base: null }, { write: (line: string) => void logLines.push(line) })
  const { dialects = DIALECTS } = options
  const config = loadConfig({
    dialects,
    file: null,
    environment: { ...accountsEnvironment(options), ...options.env },
    flags: { ...defaults, ...(await storeSettings(dataDir)), data_dir: dataDir, ...options.settings },
  })
  const server = await startServer(config, {
    // Jobs run when the test says so: however slow the machine is, what waits is seen to wait.
    ...{ log, dialects, jobTimers: false, databaseThreads: false },
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  })
  const stop = async (): Promise<boolean> => {
    leftovers.delete(stop)
    const finished = await server.stop()
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
    return finished
  }
  leftovers.add(stop)
  return { ...server, url: server.publicUrl, dataDir, logLines, stop }
}

export interface SpawnedServer {
  readonly url: string
  /** Where it really listens, whatever its public URL. */
  readonly listenUrl: string
  /** Where it speaks HTTPS; empty where it does not. */
  readonly tlsUrl: string
  readonly dataDir: string
  readonly pid: number
  readonly lines: readonly string[]
  /** Takes nothing of its output any more, as a stuck reader of a log. */
  stopReading(): void
  /** Resolves with the exit code, or null when a signal ended it. */
  kill(signal: NodeJS.Signals): Promise<number | null>
  /** Kills it if need be and removes the folder, unless that was given. */
  dispose(): Promise<void>
}

/** A server as users run it: its own process, configured by environment. */
export async function spawnServer(options: TestServerOptions = {}): Promise<SpawnedServer> {
  const dataDir = options.dataDir ?? temporaryFolder()
  const { main = MAIN } = options
  const stores = await storeSettings(dataDir)
  const flags = Object.entries({ ...defaults, ...stores, data_dir: dataDir, ...options.settings })
  const args = flags.map(([key, value]) => `--${key.replaceAll(/[._]/g, '-')}=${value}`)
  const command = [...NODE_FLAGS, main, 'serve', ...args, ...(options.args ?? [])]
  const child = spawn(process.execPath, command, {
    env: { ...process.env, ...accountsEnvironment(options), ...options.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'close').then(([code]) => code as number | null)
  const lines: string[] = []
  const { url, listenUrl, tlsUrl } = await ready(child, lines, exited)
  let isRead = true
  const exitedUnread = once(child, 'exit').then(([code]) => code as number | null)
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return isRead ? exited : exitedUnread
  }
  const dispose = async (): Promise<void> => {
    leftovers.delete(dispose)
    await kill('SIGKILL')
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
  }
  leftovers.add(dispose)
  const stopReading = (): void => {
    isRead = false
    child.stdout?.pause()
  }
  return { url, listenUrl, tlsUrl, dataDir, pid: child.pid ?? 0, lines, stopReading, kill, dispose }
}

const accountsEnvironment = ({ accounts = [ACCOUNT, OTHER_ACCOUNT] }: TestServerOptions) =>
  accounts === 'demo' ? {} : { STOWAGE_ACCOUNTS: JSON.stringify(accounts) }

interface Ready {
  readonly url: string
  readonly listenUrl: string
  readonly tlsUrl: string
}

function ready(child: ChildProcess, lines: string[], exited: Promise<number | null>): Promise<Ready> {
  return new Promise((resolve, reject) => {
    exited.then((code) => reject(new Error(`the server ended with ${code}:\n${lines.join('\n')}`)))
    if (child.stdout === null) return
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      const entry = line.startsWith('{')
        ? (JSON.parse(line) as { msg?: string; publicUrl?: string; port?: number; tlsUrl?: string })
        : {}
      if (entry.msg !== 'ready' || entry.publicUrl === undefined) return
      const { publicUrl, port, tlsUrl = '' } = entry
      resolve({ url: publicUrl, listenUrl: `http://127.0.0.1:${port}`, tlsUrl })
    })
  })
}

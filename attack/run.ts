import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Attack, Figure, Target } from './attack.ts'
import { atLeast, atMost, Impossible, none, timing } from './attack.ts'
import { type FrontKind, openFront } from './front.ts'
import type { HonestFigures, HonestOrder } from './honest-clients.ts'
import type { Told } from './hostile/main.ts'
import { mountDisk, withOwnDns } from './machine.ts'
import { startServer } from './server.ts'
import { watchServer } from './watch.ts'

export interface RunOptions {
  /** The checkout whose server is attacked. */
  readonly dir: string
  readonly clients: number
  readonly isShort: boolean
  readonly front: FrontKind
  /** More options of the server: its stores. */
  readonly settings: Readonly<Record<string, string>>
}

export type Finding =
  | { readonly type: 'judged'; readonly figures: readonly Figure[]; readonly notes: readonly string[] }
  | { readonly type: 'not made'; readonly reason: string }

/** Memory that a server may use, in MB. On a busy machine garbage lies longer: the short form allows for that. */
const MEMORY_MAX_MB = { short: 600, full: 400 }
const memoryMaxMb = ({ isShort }: Target): number => (isShort ? MEMORY_MAX_MB.short : MEMORY_MAX_MB.full)
/** `/healthz` has to answer within. */
const HEALTH_MAX_MS = 200
/** How much longer honest calls may take. */
const SLOWER_MAX = 3
const QUIET_MS = { short: 1_000, full: 5_000 }
/** An SDK of a vendor looks at what Node only tries. */
const QUIETLY = { execArgv: ['--disable-warning=ExperimentalWarning'] }
const SECONDS = { short: 2, full: 12 }

/** Makes one attack on a server of its own. */
export async function runAttack(attack: Attack, options: RunOptions): Promise<Finding> {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-attack-'))
  try {
    return await attackIn(folder, attack, options)
  } catch (error) {
    if (error instanceof Impossible) return { type: 'not made', reason: error.message }
    const reason = error instanceof Error ? error.message : String(error)
    return {
      type: 'judged',
      figures: [none(`attacks that broke off (${reason.slice(0, 300)})`, 1)],
      notes: [],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function attackIn(folder: string, attack: Attack, options: RunOptions): Promise<Finding> {
  const disk = attack.diskSize === undefined ? null : mountDisk(join(folder, 'data'), attack.diskSize)
  try {
    const logFile = join(folder, 'log')
    const front = await openFront(options.front)
    const server = await startServer({
      ...{ dir: options.dir, dataDir: join(folder, 'data'), logFile },
      settings: {
        ...{ ...front.settings, ...options.settings, ...attack.settings },
        ...(options.isShort ? attack.shortSettings : {}),
      },
      accountLimits: attack.accountLimits ?? {},
      wrapper: attack.ownDns === true ? withOwnDns(folder) : [],
    })
    try {
      const url = front.leadTo(server.port)
      const port = Number(new URL(url).port)
      const target: Target = {
        ...{ url, host: '127.0.0.1', port, directPort: server.port, tlsPort: server.tlsPort },
        s3Url: server.s3Url,
        ...{ pid: server.pid, dataDir: join(folder, 'data'), logFile },
        ...{ clients: options.clients, isShort: options.isShort },
        seconds: options.isShort ? SECONDS.short : SECONDS.full,
      }
      const targetFile = join(folder, 'target.json')
      writeFileSync(targetFile, JSON.stringify(target))
      const finding = await (attack.beside === true ? attackBeside : attackAlone)(attack, target, targetFile)
      const { hadDied } = await server.stop()
      if (finding.type !== 'judged') return finding
      return { ...finding, figures: [...finding.figures, none('servers that ended', hadDied ? 1 : 0)] }
    } finally {
      await server.stop()
      front.close()
    }
  } finally {
    disk?.release()
  }
}

async function attackAlone(attack: Attack, target: Target, targetFile: string): Promise<Finding> {
  const watching = watchServer(target.pid, target.directPort)
  const told = await hostileProcess(attack, targetFile)
  const { memoryMb } = await watching()
  if (told.type !== 'figures') return notMade(told)
  const figures = [...told.figures, ...memory(memoryMb, target)]
  return { type: 'judged', figures, notes: [] }
}

/** With honest clients, first alone and then beside the hostile ones. */
async function attackBeside(attack: Attack, target: Target, targetFile: string): Promise<Finding> {
  const honest = honestProcess(target)
  await delay(target.isShort ? QUIET_MS.short : QUIET_MS.full / 2)
  await honest.ask('mark')
  await delay(target.isShort ? QUIET_MS.short : QUIET_MS.full)
  const before = await honest.ask('mark')
  const watching = watchServer(target.pid, target.directPort)
  const told = await hostileProcess(attack, targetFile)
  const during = await honest.ask('end')
  const seen = await watching()
  if (told.type !== 'figures') return notMade(told)
  return {
    type: 'judged',
    figures: [
      ...told.figures,
      ...memory(seen.memoryMb, target),
      timing(atMost('healthz', seen.healthMs, HEALTH_MAX_MS, 'ms')),
      none('healthz not 200', seen.healthFailures),
      timing(atMost('honest p99', during.p99Ms, before.p99Ms * SLOWER_MAX, 'ms')),
      atLeast('honest calls', during.calls, 1, ''),
      none('honest calls that failed', during.failures),
    ],
    notes: [
      `honest: ${before.calls} calls before (p99 ${before.p99Ms.toFixed(1)} ms), ${during.calls} during`,
      ...during.examples,
    ],
  }
}

/** A system that does not tell it has shown nothing. */
const memory = (memoryMb: number, target: Target): readonly Figure[] => [
  atMost('memory', memoryMb, memoryMaxMb(target), 'MB'),
  none('memory that the system does not tell', memoryMb === 0 ? 1 : 0),
]

function notMade(told: Exclude<Told, { readonly type: 'figures' }>): Finding {
  if (told.type === 'impossible') return { type: 'not made', reason: told.reason }
  throw new Error(told.reason)
}

async function hostileProcess({ name }: Attack, targetFile: string): Promise<Told> {
  const child = fork(join(import.meta.dirname, 'hostile/main.ts'), [name, targetFile], QUIETLY)
  const ended = once(child, 'exit').then(
    (): Told => ({ type: 'failed', reason: 'the hostile process ended' }),
  )
  return await Promise.race([once(child, 'message').then(([told]) => told as Told), ended])
}

function honestProcess({ url }: Target) {
  const child = fork(join(import.meta.dirname, 'honest.ts'), [url], QUIETLY)
  const ended = once(child, 'exit').then((): never => {
    throw new Error('the process of the honest clients ended')
  })
  ended.catch(() => undefined)
  return {
    ask: async (order: HonestOrder): Promise<HonestFigures> => {
      const answered = once(child, 'message')
      child.send(order)
      const [figures] = await Promise.race([answered, ended])
      return figures as HonestFigures
    },
  }
}

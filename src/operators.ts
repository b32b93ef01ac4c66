import { join } from 'node:path'
import type { Desks, LiveAccounts } from './accounts/index.ts'
import { createAdmin, operatorToken } from './admin/index.ts'
import type { Config } from './config/load.ts'
import type { Clock } from './core/clock.ts'
import type { Core } from './core/core.ts'
import type { Job } from './core/ports/background.ts'
import type { Random } from './core/random.ts'
import type { Dialect } from './dialects/dialect.ts'
import { DiskRoom } from './disk-room.ts'
import type { GuessCounts } from './http/guessing/guesses.ts'
import { isStateCall, type RequestLog, type RequestNotes } from './http/request-log.ts'
import type { HttpServer } from './http/server.ts'
import { ADMIN } from './listeners.ts'
import type { Logger } from './log.ts'
import { createMetrics } from './metrics/index.ts'
import type { Readiness } from './readiness.ts'
import { keepRefusals, type Refusals } from './refusals/index.ts'
import { requestLog } from './server-log.ts'
import { systemTicks } from './system.ts'
import { version } from './version.ts'

export interface OperatorParts {
  readonly log: Logger
  readonly random: Random
  readonly guesses: GuessCounts
  readonly dialects: readonly Dialect[]
  readonly config: Config
  readonly clock: Clock
}

/** What a server does for those who run it: it counts, tells, and lets itself be changed. */
export interface Operators {
  /** Counts each request, and writes its line. */
  readonly log: RequestLog
  /** The same job, counted. */
  readonly watch: (job: Job) => Job
  /** What the last look found; null before the first one. */
  readonly report: () => ReturnType<Readiness['report']> | null
  /** Puts the admin API in front of what runs, where it has a listener. */
  serve(http: HttpServer, running: Running): void
  stop(): Promise<void>
}

export interface Running {
  readonly core: Core
  readonly desks: Desks
  readonly accounts: LiveAccounts
  readonly readiness: Readiness
  readonly publicUrl: string
  readonly ownUrls: ReadonlyMap<string, string>
}

export function createOperators(parts: OperatorParts): Operators {
  const { log, random, guesses, dialects, config } = parts
  let readiness: Readiness | null = null
  const report = () => readiness?.report() ?? null
  const metrics = createMetrics({ version: version(), guesses, readiness: report, ticks: systemTicks })
  const write = requestLog(log)
  const refusals = refusalsOf(parts)
  return {
    report,
    watch: (job) => metrics.watch(job),
    log: (notes) => {
      metrics.count(notes)
      if (isRefused(notes)) refusals.add(notes)
      const { why: _, ...line } = notes
      write(line)
    },
    serve: (http, { core, desks, accounts, publicUrl, ownUrls, ...running }) => {
      readiness = running.readiness
      if (!ownUrls.has(ADMIN)) return
      const { token } = config.admin
      const surface = createAdmin({
        ...{ core, desks, accounts, publicUrl, ownUrls, version: version(), readiness: report, refusals },
        token: token === '' ? operatorToken(config.server.dataDir, random) : token,
        dialects: dialects.map(({ name }) => name),
        metrics: async () => metrics.text(),
      })
      http.mount([surface], undefined, ADMIN)
    },
    stop: async () => {
      metrics.stop()
      await refusals.stop()
    },
  }
}

/** Looks at how the server is, and what clients of these calls broke off, are nothing to explain. */
const isRefused = ({ status, call }: RequestNotes): boolean => Number(status) >= 400 && !isStateCall(call)

function refusalsOf({ config, clock, log }: OperatorParts): Refusals {
  const { dataDir, diskReserve } = config.server
  return keepRefusals({
    ...{ dir: join(dataDir, 'refusals'), clock, room: new DiskRoom(dataDir, diskReserve) },
    onProblem: (error) => log.warn({ err: error }, 'refused requests cannot be kept for `stowage why`'),
  })
}

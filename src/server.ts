import { join } from 'node:path'
import { type Desks, type LiveAccounts, openAccounts } from './accounts/index.ts'
import { limitsOf } from './config/account-limits.ts'
import { type DemoAccount, demoAccount, requireDemoAllowed } from './config/demo.ts'
import type { Config } from './config/load.ts'
import type { Clock } from './core/clock.ts'
import { type Core, createCore } from './core/core.ts'
import type { AccountId, SegmentName } from './core/ids.ts'
import type { Facts } from './core/ports/facts.ts'
import { type Random, randomHex } from './core/random.ts'
import type { Dialect, MountedDialect } from './dialects/dialect.ts'
import { createGuesses, type GuessCounts } from './http/guessing/guesses.ts'
import { createHttpServer } from './http/server.ts'
import { httpLimits } from './http-limits.ts'
import { deliveryJob } from './jobs/deliveries.ts'
import { doomedJob } from './jobs/doomed.ts'
import { answerExpiryJob, expiryJob, taskExpiryJob, tokenExpiryJob } from './jobs/expiry.ts'
import { leaseKeeper } from './jobs/lease-keeper.ts'
import { type Job, type Scheduler, startJobs } from './jobs/scheduler.ts'
import { sweepJob } from './jobs/sweep.ts'
import { taskJobs } from './jobs/tasks.ts'
import { treeSearchJob } from './jobs/tree-search.ts'
import { openListeners, type TlsListening } from './listeners.ts'
import type { Logger } from './log.ts'
import { createMediaProbe } from './media/index.ts'
import { mountDialects } from './mounting.ts'
import { createOperators } from './operators.ts'
import { keepPrivate } from './private-data.ts'
import { createPrograms } from './programs/index.ts'
import { beginWith, type Readiness, watchReadiness } from './readiness.ts'
import { damageLog, deliveryLog, readinessLog, taskLog } from './server-log.ts'
import { storeJobs } from './store-jobs.ts'
import { openStores, type Stores } from './stores.ts'
import {
  openFilesMax,
  programEnvironment,
  steadySystemClock,
  systemClock,
  systemRandom,
  systemTicks,
  systemWork,
} from './system.ts'

export interface Surroundings {
  /** Reads give bytes as they are: to measure what the checks cost, and for nothing else. */
  readonly readsUnchecked?: boolean
  readonly log: Logger
  /** Those that the configuration was read for. */
  readonly dialects: readonly Dialect[]
  /** What everything goes by. Default: a `SteadyClock` on the machine's own. */
  readonly clock?: Clock
  /** The machine's own, which nodes compare with the database's. Default: the system's. */
  readonly wall?: Clock
  readonly random?: Random
  /** Default true. False: jobs run when their scheduler's `runAll` says so, and not by themselves. */
  readonly jobTimers?: boolean
  /** Default true. False: the embedded metadata works in the thread of all else, which costs less to start. */
  readonly databaseThreads?: boolean
  /** A store is lost for good: the process should end, so that whoever watches it starts it anew. */
  readonly onFatal?: (reason: string) => void
}

/** The stores and use cases, without a network face: what operators' commands work on. */
export interface Engine {
  readonly core: Core
  /** What the core's use cases stand on; for those who look behind them. */
  readonly facts: Facts
  /** Looks at what a server needs, for `/readyz`. */
  readonly readiness: Readiness
  /** Those of the configuration and of the metadata. What others change is seen between `start` and `stop`. */
  readonly accounts: LiveAccounts
  /** What changes accounts. */
  readonly desks: Desks
  /** 32 secret bytes of the installation for one purpose: every node has the same. */
  readonly secretFor: (purpose: string) => Uint8Array
  /** The account that was made because none is configured. */
  readonly demo: DemoAccount | null
  /** All segments that there are bytes of, in use or not. */
  storedSegments(): Promise<readonly SegmentName[]>
  /** Background work; nothing runs by itself until `startJobs`. `watch` sees each job before it runs. */
  startJobs(dialects: readonly MountedDialect[], watch?: (job: Job) => Job): Scheduler
  close(): Promise<void>
}

export interface RunningServer {
  /** Base of every URL handed out. */
  readonly publicUrl: string
  /** Where it really listens. */
  readonly port: number
  /** Base of the URLs of dialects that have a listener of their own, by name. */
  readonly ownUrls: ReadonlyMap<string, string>
  /** Where it speaks HTTPS. */
  readonly tls: TlsListening | null
  readonly engine: Engine
  readonly jobs: Scheduler
  /** Wrong secrets since the start, for metrics. */
  readonly guessCounts: GuessCounts
  /** Stops accepting, finishes what is in flight within the limit, closes the stores. False if something was cut off. */
  stop(): Promise<boolean>
}

/** Opens the stores of a configuration: for a server, whose data folder no other may use (`isAlone`), or beside one. Errors: ConfigError, CoreError. */
export async function openEngine(
  config: Config,
  surroundings: Surroundings,
  { isAlone = false }: { readonly isAlone?: boolean } = {},
): Promise<Engine> {
  const { clock = steadySystemClock(), random = systemRandom, log } = surroundings
  const { dataDir, sweepIntervalS, secretKeyFile } = config.server
  const problems: string[] = []
  const stores = await openStores(config, {
    onLost: (reason) => surroundings.onFatal?.(reason),
    onProblem: (problem) => void problems.push(problem),
    isAlone,
    threads: surroundings.databaseThreads ?? true,
  })
  // A command beside a server does not say again what the server says at its start.
  if (isAlone) for (const problem of problems) log.warn(problem)
  const { metadata, blobs, direct, leads, assembly } = stores
  const { demo, live, desks, secretFor } = await closingOnFailure(stores, async () => {
    await beginWith(clock, metadata)
    const demo = config.accounts === null ? demoAccount(dataDir, random, surroundings.dialects) : null
    const configured = demo === null ? (config.accounts ?? []) : [demo.account]
    const opened = await openAccounts({
      ...{ configured, metadata, dialects: surroundings.dialects, clock, random },
      secretKeyFile: secretKeyFile === '' ? join(dataDir, 'secret.key') : secretKeyFile,
      onProblem: (problem) => log.warn(problem),
    })
    return { demo, ...opened }
  })
  const media = createMediaProbe()
  const abilities = {
    limitsOf: (account: AccountId) => limitsOf(live.byId(account)),
    ...{ onDamage: damageLog(log), readsUnchecked: surroundings.readsUnchecked === true },
    ...{ ...(direct && { direct }), ...(leads && { leads }), ...(assembly && { assembly }) },
  }
  const reservedBuckets = surroundings.dialects.flatMap(({ reserved }) => reserved.buckets)
  const ports = { metadata, blobs, media, clock, random, reservedBuckets, ...abilities }
  const leases = leaseKeeper(metadata, clock, randomHex(random, 16))
  const scheduling = {
    onFailure: (job: string, error: unknown) =>
      log.error({ job, err: error }, 'a job failed; it is tried again'),
    mayRun: leases.take,
    hasTimers: surroundings.jobTimers ?? true,
  }
  const readiness = watchReadiness({
    ...{ stores, clock, wall: surroundings.wall ?? systemClock, ticks: systemTicks, problems },
    tell: readinessLog(log),
  })
  return {
    core: createCore(ports),
    facts: metadata,
    readiness,
    accounts: live,
    desks,
    secretFor,
    demo,
    storedSegments: () => blobs.listSegments(),
    startJobs: (dialects, watch = (job) => job) => {
      const senders = dialects.flatMap((dialect) => dialect.senders)
      const runners = dialects.flatMap((dialect) => dialect.runners)
      const everyMs = sweepIntervalS * 1000
      const jobs = [
        expiryJob(ports, everyMs),
        tokenExpiryJob(ports),
        answerExpiryJob(ports),
        taskExpiryJob(ports),
        ...dialects.flatMap((dialect) => dialect.jobs),
        doomedJob(ports, everyMs),
        treeSearchJob(ports, 1000),
        sweepJob(ports, everyMs),
        deliveryJob(ports, senders, deliveryLog(log), 1000),
        ...taskJobs(ports, runners, taskLog(log), 1000),
        ...storeJobs(config, stores, clock, log, leases.take),
      ]
      // After a start the first calls come before what only makes later ones faster.
      if (scheduling.hasTimers) setTimeout(() => media.prepare(), 1000).unref()
      return startJobs(jobs.map(watch), scheduling)
    },
    close: async () => {
      readiness.stop()
      await live.stop()
      await leases.release()
      await media.close()
      await stores.close()
    },
  }
}

/** Leaves nothing open on failure. */
async function closingOnFailure<T>(stores: Stores, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await stores.close()
    throw error
  }
}

/**
 * Starts everything. Resolves once it answers requests. It listens first: a start that cannot leaves nothing behind. Errors:
 * ConfigError, CoreError, and those of listening.
 */
export async function startServer(config: Config, surroundings: Surroundings): Promise<RunningServer> {
  const { clock = steadySystemClock(), random = systemRandom, log, dialects } = surroundings
  const hasTimers = surroundings.jobTimers ?? true
  const { drainTimeoutS, bufferedSizeMax, inlineActiveTypes, dataDir, secretKeyFile, diskReserve } =
    config.server
  requireDemoAllowed(config, dialects)
  const limits = { ...httpLimits(config.limits, openFilesMax()), bufferedSizeMax }
  const guesses = createGuesses({ clock })
  const { counts } = guesses
  const operators = createOperators({ log, random, config, clock, guesses: counts, dialects })
  const http = createHttpServer({
    ...{ clock, random, log: operators.log, limits, inlineActiveTypes, guesses },
    ...{ trustedProxies: config.limits.trustedProxies, worked: systemWork },
    readiness: operators.report,
  })
  const parts = { http, clock, random, log, dialects, hasTimers }
  const { publicUrl, ownUrls, tls } = await openListeners(config, parts)
  keepPrivate({ dataDir, secretKeyFile, tlsKey: config.tls.key }, { tell: (line) => log.warn(line) })
  const opening = openEngine(config, { ...surroundings, clock }, { isAlone: true })
  const engine = await opening.catch(async (error) => {
    tls?.stop()
    await http.close()
    throw error
  })
  const programs = createPrograms(join(dataDir, 'programs'), programEnvironment, diskReserve)
  const told = { ...engine, publicUrl, ownUrls }
  const mounted = mountDialects(http, { ...told, programs, config, dialects })
  operators.serve(http, told)
  await engine.readiness.start({ hasTimers })
  const jobs = engine.startJobs(mounted, operators.watch)
  engine.accounts.start()
  return {
    ...{ publicUrl, port: http.port, ownUrls, tls, engine, jobs, guessCounts: counts },
    stop: async () => {
      const finished = await http.drain({ graceMs: drainTimeoutS * 1000 })
      tls?.stop()
      await jobs.stop()
      await engine.close()
      await operators.stop()
      return finished
    },
  }
}

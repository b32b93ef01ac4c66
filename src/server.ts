import { join } from 'node:path'
import { type Desks, type LiveAccounts, openAccounts } from './accounts/index.ts'
import { limitsOf } from './config/account-limits.ts'
import { type DemoAccount, demoAccount, requireDemoAllowed } from './config/demo.ts'
import type { Config } from './config/load.ts'
import { type AuditReport, audit } from './core/audit.ts'
import type { Clock } from './core/clock.ts'
import { type Core, createCore } from './core/core.ts'
import { messageOf } from './core/errors.ts'
import type { AccountId, SegmentName } from './core/ids.ts'
import type { Job } from './core/ports/background.ts'
import type { Facts } from './core/ports/facts.ts'
import { type Random, randomHex } from './core/random.ts'
import type { Dialect, MountedDialect } from './dialects/dialect.ts'
import { createGuesses, type GuessCounts } from './http/guessing/guesses.ts'
import { isLoud } from './http/request-log.ts'
import { createHttpServer } from './http/server.ts'
import { httpLimits } from './http-limits.ts'
import { deliveryJob } from './jobs/deliveries.ts'
import { doomedJob } from './jobs/doomed.ts'
import { answerExpiryJob, expiryJob, taskExpiryJob, tokenExpiryJob } from './jobs/expiry.ts'
import { leaseKeeper } from './jobs/lease-keeper.ts'
import { type Scheduler, startJobs } from './jobs/scheduler.ts'
import { sweepJob } from './jobs/sweep.ts'
import { taskJobs } from './jobs/tasks.ts'
import { treeSearchJob } from './jobs/tree-search.ts'
import { unfinishedJob } from './jobs/unfinished.ts'
import { openListeners, type TlsListening } from './listeners.ts'
import type { Logger } from './log.ts'
import { createMediaProbe } from './media/index.ts'
import { mountDialects } from './mounting.ts'
import { keepPrivate } from './private-data.ts'
import { createPrograms } from './programs/index.ts'
import { openStores, type Stores } from './stores.ts'
import { openFilesMax, programEnvironment, systemClock, systemRandom } from './system.ts'

export interface Surroundings {
  readonly log: Logger
  /** Those that the configuration was read for. */
  readonly dialects: readonly Dialect[]
  readonly clock?: Clock
  readonly random?: Random
  /** Default true. False: jobs run when their scheduler's `runAll` says so, and not by themselves. */
  readonly jobTimers?: boolean
  /** A store is lost for good: the process should end, so that whoever watches it starts it anew. */
  readonly onFatal?: (reason: string) => void
}

/** The stores and use cases, without a network face: what operators' commands work on. */
export interface Engine {
  readonly core: Core
  /** What the core's use cases stand on; for those who look behind them. */
  readonly facts: Facts
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
  /** Compares the bytes that are stored with what the facts point to. */
  audit(): Promise<AuditReport>
  /** Background work; nothing runs by itself until `startJobs`. */
  startJobs(dialects: readonly MountedDialect[]): Scheduler
  close(): Promise<void>
}

export interface RunningServer {
  /** Base of every URL handed out. */
  readonly publicUrl: string
  /** Where it really listens. */
  readonly port: number
  /** Where it speaks HTTPS. */
  readonly tls: TlsListening | null
  readonly engine: Engine
  readonly jobs: Scheduler
  /** Wrong secrets since the start, for metrics. */
  readonly guessCounts: GuessCounts
  /** Stops accepting, finishes what is in flight within the limit, closes the stores. False if something was cut off. */
  stop(): Promise<boolean>
}

/** Opens the stores of a configuration. Errors: ConfigError, CoreError. */
export async function openEngine(config: Config, surroundings: Surroundings): Promise<Engine> {
  const { clock = systemClock, random = systemRandom, log } = surroundings
  const { dataDir, sweepIntervalS, secretKeyFile } = config.server
  const stores = await openStores(config, (reason) => surroundings.onFatal?.(reason))
  const { metadata, blobs, direct, assembly } = stores
  const makeDemo = () => demoAccount(dataDir, random, surroundings.dialects)
  const demo = config.accounts === null ? await closingOnFailure(stores, makeDemo) : null
  const configured = demo === null ? (config.accounts ?? []) : [demo.account]
  const { live, desks, secretFor } = await closingOnFailure(stores, () =>
    openAccounts({
      ...{ configured, metadata, dialects: surroundings.dialects, clock, random },
      secretKeyFile: secretKeyFile === '' ? join(dataDir, 'secret.key') : secretKeyFile,
      onProblem: (problem) => log.warn(problem),
    }),
  )
  const media = createMediaProbe()
  const abilities = {
    limitsOf: (account: AccountId) => limitsOf(live.byId(account)),
    ...(direct === undefined ? {} : { direct }),
    ...(assembly === undefined ? {} : { assembly }),
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
  return {
    core: createCore(ports),
    facts: metadata,
    accounts: live,
    desks,
    secretFor,
    demo,
    storedSegments: () => blobs.listSegments(),
    audit: () => audit(metadata, () => blobs.listSegments()),
    startJobs: (dialects) => {
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
        ...unfinishedJobs(stores, clock),
      ]
      return startJobs(jobs, scheduling)
    },
    close: async () => {
      await live.stop()
      await leases.release()
      await media.close()
      await blobs.close()
      await metadata.close()
    },
  }
}

function unfinishedJobs({ metadata, sweepUnfinished: sweep }: Stores, clock: Clock): readonly Job[] {
  if (sweep === undefined) return []
  return [unfinishedJob((before) => sweep(before, (names) => metadata.findAssemblies({ names })), clock)]
}

/** Leaves nothing open on failure. */
async function closingOnFailure<T>({ metadata, blobs }: Stores, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await blobs.close()
    await metadata.close()
    throw error
  }
}

/**
 * Starts everything. Resolves once it answers requests. It listens first: a start that cannot leaves nothing behind. Errors:
 * ConfigError, CoreError, and those of listening.
 */
export async function startServer(config: Config, surroundings: Surroundings): Promise<RunningServer> {
  const { clock = systemClock, random = systemRandom, log, jobTimers: hasTimers = true } = surroundings
  const { drainTimeoutS, bufferedSizeMax, inlineActiveTypes } = config.server
  requireDemoAllowed(config)
  const { trustedProxies } = config.limits
  const limits = { ...httpLimits(config.limits, openFilesMax()), bufferedSizeMax }
  const guesses = createGuesses({ clock })
  const http = createHttpServer({
    ...{ clock, random, log: requestLog(log), limits, trustedProxies, inlineActiveTypes, guesses },
  })
  const parts = { http, clock, random, log, dialects: surroundings.dialects, hasTimers }
  const { publicUrl, tls } = await openListeners(config, parts)
  const { dataDir, secretKeyFile, diskReserve } = config.server
  keepPrivate({ dataDir, secretKeyFile, tlsKey: config.tls.key }, { tell: (line) => log.warn(line) })
  const engine = await openEngine(config, surroundings).catch(async (error) => {
    tls?.stop()
    await http.close()
    throw error
  })
  const { core, accounts, secretFor } = engine
  const programs = createPrograms(join(dataDir, 'programs'), programEnvironment, diskReserve)
  const dialects = mountDialects(http, {
    ...{ core, accounts, programs, publicUrl, secretFor, config },
    dialects: surroundings.dialects,
  })
  const jobs = engine.startJobs(dialects)
  accounts.start()
  return {
    ...{ publicUrl, port: http.port, tls, engine, jobs, guessCounts: guesses.counts },
    stop: async () => {
      const finished = await http.drain({ graceMs: drainTimeoutS * 1000 })
      tls?.stop()
      await jobs.stop()
      await engine.close()
      return finished
    },
  }
}

const requestLog =
  (log: Logger) =>
  (fields: Readonly<Record<string, unknown>>): void => {
    if (isLoud(fields)) log.error(fields, 'request')
    else log.info(fields, 'request')
  }

const taskLog = (log: Logger) => ({
  failed: (
    { id, topic, attempts }: { id: number; topic: string; attempts: number },
    error: unknown,
    givenUp: boolean,
  ) =>
    log.warn(
      { task: id, topic, attempts: attempts + 1, err: error },
      givenUp ? 'a task was given up' : 'a task failed; it is tried again',
    ),
})

const deliveryLog = (log: Logger) => ({
  failed: (
    { id, topic, attempts }: { id: string; topic: string; attempts: number },
    error: unknown,
    givenUp: boolean,
  ) =>
    log.warn(
      {
        delivery: id,
        topic,
        attempts: attempts + 1,
        reason: messageOf(error),
      },
      givenUp ? 'a delivery was given up' : 'a delivery failed; it is tried again',
    ),
})

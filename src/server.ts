import { join } from 'node:path'
import { openDiskBlobs } from './blobs/disk/index.ts'
import { type DemoAccount, demoAccount } from './config/demo.ts'
import { ConfigError } from './config/error.ts'
import type { Config } from './config/load.ts'
import { type Accounts, createAccounts } from './core/accounts.ts'
import { type AuditReport, audit } from './core/audit.ts'
import { type Core, createCore } from './core/core.ts'
import type { Clock, Random } from './core/ports.ts'
import type { Dialect } from './dialects/dialect.ts'
import { createIflytekOst } from './dialects/iflytek-ost/index.ts'
import { createVolcengineVms } from './dialects/volcengine-vms/index.ts'
import { createHttpServer } from './http/server.ts'
import { deliveryJob } from './jobs/deliveries.ts'
import { expiryJob } from './jobs/expiry.ts'
import { type Scheduler, startJobs } from './jobs/scheduler.ts'
import { sweepJob } from './jobs/sweep.ts'
import type { Logger } from './log.ts'
import { createMediaProbe } from './media/index.ts'
import { openSqliteMetadata } from './metadata/sqlite/index.ts'
import { systemClock, systemRandom } from './system.ts'

/** The embedded metadata's file in the data folder. */
export const DATABASE_NAME = 'stowage.db'

export interface Surroundings {
  readonly log: Logger
  readonly clock?: Clock
  readonly random?: Random
  /** A store is lost for good: the process should end, so that whoever watches it starts it anew. */
  readonly onFatal?: (reason: string) => void
}

/** The stores and use cases, without a network face: what operators' commands work on. */
export interface Engine {
  readonly core: Core
  readonly accounts: Accounts
  /** The account that was made because none is configured. */
  readonly demo: DemoAccount | null
  /** Compares the bytes that are stored with what the facts point to. */
  audit(): Promise<AuditReport>
  /** Background work; nothing runs by itself until `startJobs`. */
  startJobs(dialects: readonly Dialect[]): Scheduler
  close(): Promise<void>
}

export interface RunningServer {
  /** Base of every URL handed out. */
  readonly publicUrl: string
  /** Where it really listens. */
  readonly port: number
  readonly engine: Engine
  readonly jobs: Scheduler
  /** Stops accepting, finishes what is in flight within the limit, closes the stores. False if something was cut off. */
  stop(): Promise<boolean>
}

/** Opens the stores of a configuration. Errors: ConfigError, CoreError. */
export async function openEngine(config: Config, surroundings: Surroundings): Promise<Engine> {
  const { clock = systemClock, random = systemRandom, log } = surroundings
  const { sweepIntervalS } = config.server
  requireEmbedded(config)
  const { blobs, metadata, demo } = await openStores(config, random, surroundings.onFatal)
  const accounts = createAccounts(demo === null ? (config.accounts ?? []) : [demo.account])
  const media = createMediaProbe()
  const ports = { metadata, blobs, media, clock, random }
  const failed = (job: string, error: unknown) =>
    log.error({ job, err: error }, 'a job failed; it is tried again')
  return {
    core: createCore(ports),
    accounts,
    demo,
    audit: async () => audit(metadata, await blobs.listSegments()),
    startJobs: (dialects) => {
      const senders = dialects.flatMap((dialect) => dialect.senders)
      const everyMs = sweepIntervalS * 1000
      const jobs = [
        expiryJob(ports, everyMs),
        sweepJob(ports, everyMs),
        deliveryJob(ports, senders, deliveryLog(log), 1000),
      ]
      return startJobs(jobs, failed)
    },
    close: async () => {
      await media.close()
      await blobs.close()
      await metadata.close()
    },
  }
}

/** Makes the folders first: what is answered later is only as durable as they are. Leaves nothing open on failure. */
async function openStores(config: Config, random: Random, onFatal: Surroundings['onFatal']) {
  const { dataDir, durability, diskReserve } = config.server
  const blobs = await openDiskBlobs({ dir: join(dataDir, 'blobs'), durability, reserveBytes: diskReserve })
  try {
    const demo = config.accounts === null ? demoAccount(dataDir, random) : null
    const metadata = await openSqliteMetadata({
      path: join(dataDir, DATABASE_NAME),
      durability,
      onLost: () => onFatal?.('a thread of the metadata store ended'),
    })
    return { blobs, metadata, demo }
  } catch (error) {
    await blobs.close()
    throw error
  }
}

/** Starts everything. Resolves once it answers requests. Errors: ConfigError, CoreError, and those of listening. */
export async function startServer(config: Config, surroundings: Surroundings): Promise<RunningServer> {
  const { clock = systemClock, random = systemRandom, log } = surroundings
  const { listen, drainTimeoutS, bodyIdleTimeoutS } = config.server
  const engine = await openEngine(config, surroundings)
  const limits = { bodyIdleMs: bodyIdleTimeoutS * 1000 }
  const http = createHttpServer({ clock, random, log: requestLog(log), limits })
  try {
    await http.listen(listen.host, listen.port)
  } catch (error) {
    await engine.close()
    throw listenError(error, config)
  }
  const publicUrl = config.server.publicUrl === '' ? ownUrl(listen.host, http.port) : config.server.publicUrl
  const dialects = createDialects(config, engine, publicUrl)
  http.mount(dialects.flatMap((dialect) => dialect.surfaces))
  const jobs = engine.startJobs(dialects)
  return {
    publicUrl,
    port: http.port,
    engine,
    jobs,
    stop: async () => {
      const finished = await http.drain({ graceMs: drainTimeoutS * 1000 })
      await jobs.stop()
      await engine.close()
      return finished
    },
  }
}

function createDialects(config: Config, { core, accounts }: Engine, publicUrl: string): readonly Dialect[] {
  const context = { core, accounts, publicUrl }
  return [
    createIflytekOst({ ...context, options: config.iflytekOst }),
    createVolcengineVms({ ...context, options: config.volcengineVms }),
  ]
}

function requireEmbedded(config: Config): void {
  const { metadata, blobs } = config.server
  if (metadata !== 'sqlite')
    throw new ConfigError('metadata: this version has "sqlite" only; accepted: "sqlite"')
  if (blobs !== 'disk') throw new ConfigError('blobs: this version has "disk" only; accepted: "disk"')
}

function ownUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

function listenError(error: unknown, config: Config): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const { host, port } = config.server.listen
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program listens there',
    EACCES: 'this user may not listen there',
    EADDRNOTAVAIL: 'this machine does not have that address',
    ENOTFOUND: 'the name has no address',
  }
  const reason = typeof code === 'string' ? reasons[code] : undefined
  return reason === undefined
    ? error
    : new ConfigError(
        `listen: ${host}:${port} cannot be used: ${reason}; accepted: a free address of this machine`,
      )
}

const requestLog =
  (log: Logger) =>
  (fields: Readonly<Record<string, unknown>>): void => {
    if (Number(fields.status) >= 500 || 'stack' in fields) log.error(fields, 'request')
    else log.info(fields, 'request')
  }

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
        reason: error instanceof Error ? error.message : String(error),
      },
      givenUp ? 'a delivery was given up' : 'a delivery failed; it is tried again',
    ),
})

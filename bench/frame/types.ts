import type { Load } from '../load/plan.ts'

/** What one server is measured with. A scenario's cases add what its contenders need to know to render the requests. */
export interface Case {
  readonly what: string
  /** What counts: answers a second, megabytes of bodies a second, or how long the one request takes. */
  readonly unit: 'requests/s' | 'MB/s' | 'ms'
}

/** What a contender is sent in one round. */
export interface Turn {
  readonly load: Load
  /** Sent at the same time by a generator of its own, and not counted. */
  readonly beside?: Load
}

/** A server that runs. */
export interface Opened<Of extends Case> {
  readonly pids: readonly number[]
  /** What this server is sent in this case; null where it cannot take part. Called anew for every round, before its clock starts. */
  turn(one: Of, round: number): Promise<Turn | null>
  stop(): Promise<void>
}

/** Something that is measured: Stowage, another server, or a floor. */
export interface Contender<Of extends Case> {
  readonly name: string
  /** What is on disk when it answers, in a few words. */
  readonly syncs: string
  /** Why it cannot run here, or null. Installs what it needs. */
  missing(): Promise<string | null>
  open(): Promise<Opened<Of>>
}

/** A kind of work, and who does it. */
export interface Scenario {
  readonly name: string
  readonly about: string
  run(options: RunOptions): Promise<ScenarioResult>
}

export interface RunOptions {
  readonly rounds: number
  /** Divides sizes, counts and times, for a quick look. 1 for figures that count. */
  readonly quick: number
  /** Only contenders whose name has one of these words; empty: all. */
  readonly contenders: readonly string[]
  /** Only cases whose `what` has one of these texts; empty: all. */
  readonly cases: readonly string[]
  say(line: string): void
  /** Told of everything that failed: the run is then no success. */
  failed(line: string): void
}

/** One figure over the rounds. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

export interface Figures {
  /** In the case's unit. */
  readonly value: Spread
  readonly p50Ms: Spread
  readonly p99Ms: Spread
  /** Of all threads of the server. */
  readonly cpuUsPerRequest: Spread
  /** By bytes of both ways. */
  readonly cpuSecondsPerGb: Spread
  /** The generator's processor time beside the time that passed: near 1 it was the limit. */
  readonly generatorBusy: Spread
  readonly peakMemoryMb: number
}

/** Resident memory of a server: before it was asked for anything, and `settlingS` seconds after it was last. */
export interface ScenarioMemory {
  readonly name: string
  readonly idleMb: number
  readonly settledMb: number
  readonly settlingS: number
}

export interface CaseResult {
  readonly what: string
  readonly unit: string
  /** By contender, in order. */
  readonly of: readonly { readonly name: string; readonly syncs: string; readonly figures: Figures }[]
}

export interface ScenarioResult {
  readonly cases: readonly CaseResult[]
  readonly memory: readonly ScenarioMemory[]
  readonly skipped: readonly { readonly name: string; readonly reason: string }[]
}

/** Where and when a scenario was measured. */
export interface Circumstances {
  readonly date: string
  readonly commit: string
  readonly machine: string
  readonly node: string
  /** What data folders lie on. */
  readonly disk: string
  /** Processes that wanted a core, a minute's average, when it began. Beyond 1 others were at work too. */
  readonly loadBefore: number
  readonly rounds: number
  /** What sizes and times were divided by; 1 for a whole run. */
  readonly quick: number
}

/** What a run of a scenario leaves. */
export type KeptResult = ScenarioResult & {
  readonly name: string
  readonly about: string
  readonly on: Circumstances
  /** What failed: contenders in a case and round, or all of it. */
  readonly failures: readonly string[]
}

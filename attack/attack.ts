/** What the hostile clients of one attack are given. All of it goes from one process to another as JSON. */
export interface Target {
  /** As clients see it: the server itself, or what stands in front of it. */
  readonly url: string
  readonly host: string
  readonly port: number
  /** The server's own, whatever stands in front of it. */
  readonly directPort: number
  /** Where HTTPS is spoken; 0 for nowhere. */
  readonly tlsPort: number
  /** Where S3 is spoken; empty for nowhere. */
  readonly s3Url: string
  readonly pid: number
  readonly dataDir: string
  /** The server's log, a JSON object in each line. */
  readonly logFile: string
  /** Hostile clients, each with an address of its own. */
  readonly clients: number
  /** Seconds that attacks without an end of their own take. */
  readonly seconds: number
  readonly isShort: boolean
}

/** What must hold. A `timing` is judged by the full run alone: a busy machine must not fail a build. */
export type Bound = { readonly max: number } | { readonly min: number }

export interface Figure {
  readonly what: string
  readonly value: number
  readonly unit: string
  readonly bound: Bound
  readonly isTiming?: true
}

export interface Attack {
  /** As it is named on the command line. */
  readonly name: string
  /** What is abused, in one line. */
  readonly shows: string
  /** The section of docs/attacks.md. */
  readonly group: Group
  /** What must hold, in words with numbers and units. */
  readonly limit: string
  /** More options of the server, as in its configuration file. */
  readonly settings?: Readonly<Record<string, string>>
  /** The same of the short form, on top. */
  readonly shortSettings?: Readonly<Record<string, string>>
  /** Limits of the account of the hostile clients, where the server knows such. */
  readonly accountLimits?: Readonly<Record<string, number>>
  /** Honest clients work beside it: their latencies, the server's memory and `/healthz` are judged too. */
  readonly beside?: true
  /** Why the short form leaves it out. */
  readonly fullOnly?: string
  /** The data folder is on a disk of so many bytes. */
  readonly diskSize?: number
  /** Names are resolved by a DNS server of the attack. */
  readonly ownDns?: true
  /** The hostile clients. Resolves with what they found. Throws where the attack could not be made at all. */
  run(target: Target): Promise<readonly Figure[]>
}

export type Group =
  | 'who first'
  | 'budgets'
  | 'guessing'
  | 'doors'
  | 'room'
  | 'serving'
  | 'rights'
  | 'media'
  | 'outgoing'

export const atMost = (what: string, value: number, max: number, unit: string): Figure => ({
  ...{ what, value, unit, bound: { max } },
})

export const atLeast = (what: string, value: number, min: number, unit: string): Figure => ({
  ...{ what, value, unit, bound: { min } },
})

/** A figure that depends on how fast the machine is. */
export const timing = (figure: Figure): Figure => ({ ...figure, isTiming: true })

/** Something that must not happen even once. */
export const none = (what: string, value: number): Figure => atMost(what, value, 0, '')

export const holds = ({ value, bound }: Figure): boolean =>
  'max' in bound ? value <= bound.max : value >= bound.min

/** An attack that cannot be made on this machine: no right to mount, for example. */
export class Impossible extends Error {
  override readonly name = 'Impossible'
}

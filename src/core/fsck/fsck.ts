import { Pace } from '../bytes/pace.ts'
import type { Ticks } from '../clock.ts'
import { isDamagedDatabase, messageOf } from '../errors.ts'
import type { BlobId } from '../ids.ts'
import type { BlobInventory } from '../ports/blobs.ts'
import type { BlobOwner, CheckedPart, FactsChecker, PartPlace } from '../ports/facts-checker.ts'
import { type BytesLook, lookAtPart, type Suspicion } from './bytes.ts'
import type { BytesFinding, Finding } from './findings.ts'
import { findOrphans } from './orphans.ts'
import { RECHECK_MS } from './recheck.ts'
import { FACT_RULES } from './rules.ts'

export interface FsckPorts {
  readonly checker: FactsChecker
  readonly blobs: BlobInventory
  readonly ticks: Ticks
  /** Rejects when the caller stops. */
  readonly wait: (ms: number) => Promise<void>
}

export interface FsckOptions {
  /** `quick`: names and sizes. `full`: every byte, and the database's own files as well. */
  readonly depth: 'quick' | 'full'
  /** Bytes a second that are read; null for as many as come. */
  readonly rateMax: number | null
  /** Goes on behind this part with the bytes alone. Null: all from the beginning. */
  readonly from: PartPlace | null
  /** Only this, of all that is looked at. Default: all, or the bytes alone with `from`. */
  readonly only?: 'database' | 'facts' | 'names' | 'bytes'
  readonly signal: AbortSignal
  /** Findings after which it ends: so many tell that something large is amiss. */
  readonly findingsMax: number
  /** Hears of parts whose blocks have no sums, with their sums: their bytes were found to be those that were stored. */
  readonly onUnsummed?: BytesLook['onUnsummed']
}

/** How far a look at everything is. */
export interface FsckProgress {
  readonly phase: 'database' | 'facts' | 'names' | 'bytes' | 'done'
  /** What was looked at, and how much there was at the beginning. */
  readonly parts: number
  readonly partsTotal: number
  readonly bytes: number
  readonly bytesTotal: number
  /** Everything up to this part was looked at. */
  readonly place: PartPlace | null
}

const PAGE = 256
/** Parts that are read at a time. */
const AT_ONCE = 4
/** How much is looked at before the place is told. */
const GROUP = { parts: 64, bytes: 64 * 1024 * 1024 }
const RULE_FINDINGS_MAX = 1_000

/** Looks through facts and bytes, both ways, beside whoever uses them. Changes nothing. */
export class Fsck {
  readonly #ports: FsckPorts
  readonly #options: FsckOptions
  readonly #look: BytesLook
  #progress: FsckProgress
  #found = 0

  constructor(ports: FsckPorts, options: FsckOptions) {
    this.#ports = ports
    this.#options = options
    const pace = new Pace(options.rateMax, ports.ticks, ports.wait)
    const onRead = async (bytes: number): Promise<void> => {
      this.#advance({ bytes: this.#progress.bytes + bytes })
      await pace.took(bytes)
      options.signal.throwIfAborted()
    }
    const { onUnsummed = async () => {} } = options
    const { blobs, checker } = ports
    this.#look = { blobs, checker, readsBytes: options.depth === 'full', onRead, onUnsummed }
    const nothing = { parts: 0, partsTotal: 0, bytes: 0, bytesTotal: 0 }
    this.#progress = { phase: 'facts', ...nothing, place: options.from }
  }

  get progress(): FsckProgress {
    return this.#progress
  }

  /**
   * Findings as they are met. Ends early at `findingsMax`. Errors: the signal's reason, those of the stores when they cannot be reached.
   */
  async *run(): AsyncGenerator<Finding> {
    try {
      for await (const finding of this.#all()) {
        yield finding
        this.#found += 1
        if (this.#found >= this.#options.findingsMax) return
      }
      this.#advance({ phase: 'done' })
    } catch (error) {
      if (!isDamagedDatabase(error)) throw error
      yield {
        problem: 'database',
        detail: `${messageOf(error)}; what comes after this could not be looked at`,
      }
    }
  }

  async *#all(): AsyncGenerator<Finding> {
    const { checker } = this.#ports
    const { from, only, signal } = this.#options
    const does = (phase: FsckProgress['phase']): boolean =>
      only === undefined ? from === null || phase === 'bytes' : only === phase
    if (only === undefined) {
      const { parts, bytes } = await checker.count({})
      this.#advance({ partsTotal: parts, bytesTotal: bytes })
    }
    if (does('database')) yield* this.#database()
    if (does('facts')) yield* this.#facts()
    if (does('names')) {
      this.#advance({ phase: 'names' })
      yield* findOrphans(this.#ports, signal)
    }
    if (!does('bytes')) return
    this.#advance({ phase: 'bytes' })
    yield* this.#bytes()
  }

  async *#database(): AsyncGenerator<Finding> {
    if (this.#options.depth === 'quick') return
    this.#advance({ phase: 'database' })
    for (const detail of await this.#ports.checker.checkDatabase({})) yield { problem: 'database', detail }
  }

  async *#facts(): AsyncGenerator<Finding> {
    this.#advance({ phase: 'facts' })
    for (const rule of FACT_RULES) {
      this.#options.signal.throwIfAborted()
      const broken = await this.#ports.checker.findBroken({ rule, limit: RULE_FINDINGS_MAX })
      const owners = await this.#ownersOf(broken.flatMap(({ blob }) => (blob === null ? [] : [blob])))
      for (const { subject, blob } of broken) {
        yield { problem: 'broken-rule', rule, subject, owners: owners.get(blob ?? '') ?? [] }
      }
    }
  }

  async *#bytes(): AsyncGenerator<Finding> {
    for (let page = await this.#page(); page.length > 0; page = await this.#page()) {
      for (const group of inGroups(page)) {
        yield* await this.#confirmed(await this.#suspects(group))
        const last = group.at(-1)
        if (last === undefined) continue
        const { blob, number } = last
        this.#advance({ parts: this.#progress.parts + group.length, place: { blob, number } })
      }
    }
  }

  #page(): Promise<readonly CheckedPart[]> {
    this.#options.signal.throwIfAborted()
    return this.#ports.checker.listParts({ after: this.#progress.place, limit: PAGE })
  }

  async #suspects(parts: readonly CheckedPart[]): Promise<readonly CheckedPart[]> {
    const suspects = new Set<CheckedPart>()
    const rest = parts.values()
    const work = async () => {
      for (const part of rest) if ((await lookAtPart(this.#look, part)) !== null) suspects.add(part)
    }
    await allOf(Array.from({ length: AT_ONCE }, work))
    return parts.filter((part) => suspects.has(part))
  }

  /** Looks again at what was amiss, if it is still there. */
  async #confirmed(suspects: readonly CheckedPart[]): Promise<readonly BytesFinding[]> {
    if (suspects.length === 0) return []
    await this.#ports.wait(RECHECK_MS)
    const found: (readonly [CheckedPart, Suspicion])[] = []
    for (const { blob, number, segment } of suspects) {
      const [now] = await this.#ports.checker.listParts({ after: { blob, number: number - 1 }, limit: 1 })
      if (now?.blob !== blob || now.number !== number || now.segment !== segment) continue
      const suspicion = await lookAtPart(this.#look, now)
      if (suspicion !== null) found.push([now, suspicion])
    }
    const owners = await this.#ownersOf(found.map(([{ blob }]) => blob))
    return found.map(([{ blob, number, segment, size }, suspicion]) => ({
      ...{ ...suspicion, blob, number, segment, size, owners: owners.get(blob) ?? [] },
    }))
  }

  async #ownersOf(blobs: readonly BlobId[]): Promise<ReadonlyMap<string, readonly BlobOwner[]>> {
    if (blobs.length === 0) return new Map()
    return Map.groupBy(await this.#ports.checker.findOwners({ blobs }), ({ blob }) => blob)
  }

  #advance(change: Partial<FsckProgress>): void {
    this.#progress = { ...this.#progress, ...change }
  }
}

/** Waits for all, also when one fails. */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(works)
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

function inGroups(parts: readonly CheckedPart[]): readonly (readonly CheckedPart[])[] {
  const groups: CheckedPart[][] = []
  let bytes = 0
  for (const part of parts) {
    const last = groups.at(-1)
    if (last === undefined || last.length >= GROUP.parts || bytes + part.size > GROUP.bytes) {
      groups.push([part])
      bytes = part.size
    } else {
      last.push(part)
      bytes += part.size
    }
  }
  return groups
}

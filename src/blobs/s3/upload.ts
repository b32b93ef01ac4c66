import type { CoreError } from '../../core/errors.ts'
import type { DigestName, SegmentFacts } from '../../core/model.ts'
import { storageFailed } from '../failures.ts'
import type { Lane } from '../lanes.ts'
import { toCoreError } from './failures.ts'
import type { Job, Outcome, Sums } from './jobs.ts'
import type { Memory } from './memory.ts'
import { PARTS_MAX } from './parts.ts'
import type { Requests, SentPart } from './requests.ts'

/** How many bytes of one segment may be on their way: one fast sender leaves room for others. */
const UNDERWAY_MAX = 32 * 1024 * 1024
/** How long parts that are underway may go on after an abort: a store may keep one that broke off after its upload ended. */
const GRACE_MS = 5000

export interface UploadSetup {
  /** Unique in the store's life. */
  readonly segment: number
  readonly key: string
  readonly digests: readonly DigestName[]
  readonly lane: Lane<Job, Outcome>
  readonly memory: Memory
  readonly requests: Requests
}

interface Measured {
  readonly buffer: ArrayBuffer
  readonly sums: Sums
  readonly facts: SegmentFacts | null
}

/**
 * The store's side of a segment. One that is finished before a part was sent is one request; else it is an upload of
 * many parts. Takes over the buffers it is given, and gives them back to the memory.
 */
export class Upload {
  readonly #setup: UploadSetup
  readonly #breakOff = new AbortController()
  #grace: NodeJS.Timeout | null = null
  readonly #underway: Promise<void>[] = []
  #underwaySize = 0
  readonly #parts: SentPart[] = []
  #partCount = 0
  #size = 0
  #id: Promise<string> | null = null
  #isMeasured = false
  #facts: SegmentFacts | null = null
  /** Whether there may be an object that nobody else removes. */
  #hasObject = false
  /** Of the parts that were sent: later ones follow from the first. */
  #failure: CoreError | null = null

  constructor(setup: UploadSetup) {
    this.#setup = setup
  }

  /** The number of the next part, from 1. */
  get nextPart(): number {
    return this.#partCount + 1
  }

  get failure(): CoreError | null {
    return this.#failure
  }

  /** Resolves when so few bytes are underway that `size` more may be. */
  async room(size: number): Promise<void> {
    while (this.#underwaySize > 0 && this.#underwaySize + size > UNDERWAY_MAX) await this.#underway[0]
  }

  /** Sends a part that is not the last. What goes wrong shows in `failure`. */
  send(buffer: ArrayBuffer, size: number): void {
    this.#sendPart(buffer, size, false)
  }

  /** Sends the last bytes and resolves once the store has confirmed the whole. */
  async finish(buffer: ArrayBuffer, size: number): Promise<SegmentFacts> {
    if (this.#partCount === 0) await this.#put(buffer, size)
    else await this.#complete(buffer, size)
    if (this.#facts === null) throw storageFailed('a worker of the store told no facts')
    return this.#facts
  }

  /** Begins no more requests; those that are underway have a little time to end. */
  cancel(): void {
    this.#grace ??= setTimeout(() => this.#breakOff.abort(), GRACE_MS).unref()
  }

  /** Removes what the store has, after `finish` has settled, if it was called. Rejects when that fails. */
  async remove(): Promise<void> {
    const { key, requests, lane, segment } = this.#setup
    this.cancel()
    await Promise.allSettled(this.#underway)
    if (this.#grace !== null) clearTimeout(this.#grace)
    if (this.#isMeasured && this.#facts === null) await lane.call({ type: 'forget', segment }).catch(() => {})
    const id = await this.#id?.catch(() => null)
    if (id !== undefined && id !== null) await requests.abandon(key, id)
    if (this.#hasObject) await requests.remove(key)
  }

  async #put(buffer: ArrayBuffer, size: number): Promise<void> {
    const { key, requests } = this.#setup
    await this.#borrow(buffer, size, true, (payload) => {
      this.#hasObject = true
      return requests.put(key, payload)
    })
  }

  async #complete(buffer: ArrayBuffer, size: number): Promise<void> {
    const { key, requests } = this.#setup
    this.#sendPart(buffer, size, true)
    await Promise.all(this.#underway)
    if (this.#failure !== null) throw this.#failure
    this.#requireGoingOn()
    const id = await this.#begin()
    this.#hasObject = true
    const parts = this.#parts.toSorted((a, b) => a.PartNumber - b.PartNumber)
    await requests.complete(key, id, parts, this.#size)
  }

  #sendPart(buffer: ArrayBuffer, size: number, isLast: boolean): void {
    const { key, requests } = this.#setup
    const number = this.nextPart
    this.#partCount = number
    this.#size += size
    this.#underwaySize += size
    const sent = this.#borrow(buffer, size, isLast, async (payload) => {
      if (number > PARTS_MAX) throw storageFailed('a segment has too many parts for an S3 store')
      const id = await this.#begin()
      this.#requireGoingOn()
      this.#parts.push(await requests.part(key, id, number, payload, this.#breakOff.signal))
    })
    const ended = sent
      .catch((error: unknown) => {
        this.#failure ??= toCoreError(error)
        this.cancel()
      })
      .then(() => {
        this.#underwaySize -= size
        this.#underway.splice(this.#underway.indexOf(ended), 1)
      })
    this.#underway.push(ended)
  }

  #begin(): Promise<string> {
    this.#requireGoingOn()
    this.#id ??= this.#setup.requests.begin(this.#setup.key)
    return this.#id
  }

  #requireGoingOn(): void {
    if (this.#grace !== null) throw storageFailed('the segment was aborted')
  }

  /** Measures the bytes, hands them to `use`, and gives their memory back. */
  async #borrow(
    buffer: ArrayBuffer,
    size: number,
    isLast: boolean,
    use: (payload: { readonly bytes: Buffer; readonly sums: Sums }) => Promise<void>,
  ): Promise<void> {
    const { memory } = this.#setup
    const capacity = buffer.byteLength
    try {
      const measured = await this.#measure(buffer, size, isLast)
      this.#facts = measured.facts
      await use({ bytes: Buffer.from(measured.buffer, 0, size), sums: measured.sums })
      memory.give(capacity, measured.buffer)
    } catch (error) {
      // Not used again: a connection that is being torn down may still read from it.
      memory.give(capacity, null)
      throw error
    }
  }

  async #measure(buffer: ArrayBuffer, size: number, isLast: boolean): Promise<Measured> {
    const { lane, segment } = this.#setup
    const digests = this.#isMeasured ? null : this.#setup.digests
    this.#isMeasured = true
    const outcome = await lane.call({ type: 'measure', segment, digests, buffer, size, isLast })
    switch (outcome.type) {
      case 'measured':
        return outcome
      case 'failed':
        throw storageFailed(outcome.message)
      case 'forgotten':
        throw storageFailed('the segment was aborted')
    }
  }
}

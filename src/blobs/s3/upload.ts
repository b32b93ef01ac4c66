import type { CoreError } from '../../core/errors.ts'
import type { DigestName, SegmentFacts } from '../../core/model/bytes.ts'
import { storageFailed } from '../failures.ts'
import type { Lane } from '../lanes.ts'
import { toCoreError } from './failures.ts'
import type { Job, Outcome, Sums } from './jobs.ts'
import type { Memory } from './memory.ts'
import { PART_SIZE_MIN, PARTS_MAX } from './parts.ts'
import { type Requests, receiptOf, type SentPart } from './requests.ts'

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
  /** The slot that the bytes are for; default they are an object of their own, at `key`. */
  readonly slot?: SlotPlace
}

/** Parts of an upload to `key` that others write to as well, and somebody else begins and ends. */
export interface SlotPlace {
  readonly upload: string
  readonly first: number
  readonly count: number
  /** Where the bytes are to go when they are too few for a part: the key of an object of their own. */
  elsewhere(): Promise<string>
}

interface Measured {
  readonly buffer: ArrayBuffer
  readonly sums: Sums
  readonly facts: SegmentFacts | null
}

/**
 * The store's side of a segment, or of a slot. A segment that is finished before a part was sent is one request; else it is
 * an upload of many parts. Takes over the buffers it is given, and gives them back to the memory.
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
  /** Where there may be an object that nobody else removes. */
  #objectKey: string | null = null
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
    if (this.#partCount === 0 && !this.#isSlotPart(size)) await this.#put(buffer, size)
    else await this.#complete(buffer, size)
    if (this.#facts === null) throw storageFailed('a worker of the store told no facts')
    return this.#facts
  }

  /** Tells `assemble` of a slot's parts; null where the bytes are an object of their own. */
  get receipt(): string | null {
    const { slot } = this.#setup
    return slot === undefined || this.#objectKey !== null ? null : receiptOf(this.#sortedParts())
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
    if (this.#objectKey !== null) await requests.remove(this.#objectKey)
  }

  async #put(buffer: ArrayBuffer, size: number): Promise<void> {
    const { key, requests, slot } = this.#setup
    await this.#borrow(buffer, size, true, async (payload) => {
      this.#objectKey = (await slot?.elsewhere()) ?? key
      await requests.put(this.#objectKey, payload)
    })
  }

  async #complete(buffer: ArrayBuffer, size: number): Promise<void> {
    const { key, requests, slot } = this.#setup
    this.#sendPart(buffer, size, true)
    await Promise.all(this.#underway)
    if (this.#failure !== null) throw this.#failure
    this.#requireGoingOn()
    if (slot !== undefined) return
    const id = await this.#begin()
    this.#objectKey = key
    await requests.complete(key, id, this.#sortedParts(), this.#size)
  }

  #sortedParts(): readonly SentPart[] {
    return this.#parts.toSorted((a, b) => a.PartNumber - b.PartNumber)
  }

  /** Whether so many bytes can be a part of a slot, whatever comes after them in the assembly. */
  #isSlotPart(size: number): boolean {
    return this.#setup.slot !== undefined && size >= PART_SIZE_MIN
  }

  #sendPart(buffer: ArrayBuffer, size: number, isLast: boolean): void {
    const { key, requests, slot = { first: 1, count: PARTS_MAX } } = this.#setup
    const number = this.nextPart
    this.#partCount = number
    this.#size += size
    this.#underwaySize += size
    const sent = this.#borrow(buffer, size, isLast, async (payload) => {
      if (number > slot.count) throw storageFailed('a segment has more parts than there is room for')
      if (this.#setup.slot !== undefined && !this.#isSlotPart(size)) {
        throw storageFailed('far fewer bytes came than were announced')
      }
      const id = await this.#begin()
      this.#requireGoingOn()
      const { signal } = this.#breakOff
      this.#parts.push(await requests.part(key, id, slot.first - 1 + number, payload, signal))
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
    const { key, requests, slot } = this.#setup
    if (slot !== undefined) return Promise.resolve(slot.upload)
    this.#id ??= requests.begin(key)
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

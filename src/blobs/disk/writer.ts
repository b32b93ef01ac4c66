import { rm } from 'node:fs/promises'
import type { CoreError } from '../../core/errors.ts'
import type { SegmentName } from '../../core/ids.ts'
import type { DigestName, SegmentFacts } from '../../core/model/bytes.ts'
import type { SegmentWriter } from '../../core/ports/blobs.ts'
import type { RoomPromise } from '../../disk-room.ts'
import { storageFailed } from '../failures.ts'
import type { Buffers, Gatherer } from './buffers.ts'
import { failureError, toCoreError } from './failures.ts'
import type { DiskLane } from './workers.ts'

/** How many buffers of one segment may be on their way: one fast sender leaves room for others. */
const UNDERWAY_MAX = 8

export interface WriterSetup {
  /** Unique in the store's life. */
  readonly segment: number
  readonly name: SegmentName
  readonly path: string
  readonly digests: readonly DigestName[]
  readonly lane: DiskLane
  readonly buffers: Buffers
  readonly room: RoomPromise
  /** Called when a file was removed. */
  readonly onRemoved: () => void
}

/**
 * The sender's side of a segment: gathers chunks and hands them to the segment's worker. The file is made with the
 * first bytes that are handed over.
 */
export class DiskWriter implements SegmentWriter, Gatherer {
  readonly #setup: WriterSetup
  #buffer: ArrayBuffer | null = null
  #filled = 0
  /** Grows while buffers fill up, so that slow senders take little of the budget. */
  #bufferSize: number
  readonly #underway: Promise<unknown>[] = []
  #stage: 'new' | 'open' | 'finished' | 'aborted' = 'new'
  #isBusy = false
  #failure: CoreError | null = null
  /** Whether there may be a file that nobody else removes. */
  #hasFile = false
  #hasEnded = false
  #removed: Promise<void> | null = null

  constructor(setup: WriterSetup) {
    this.#setup = setup
    this.#bufferSize = setup.buffers.sizeFor(0)
    setup.lane.segments += 1
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#enter()
    try {
      for (let at = 0; at < chunk.byteLength; ) {
        if (this.#buffer === null) await this.#takeBuffer(chunk.byteLength - at)
        at += this.#fill(chunk.subarray(at))
      }
    } finally {
      this.#isBusy = false
    }
  }

  async finish(): Promise<SegmentFacts> {
    this.#enter()
    const sent = this.#send(true)
    this.#stage = 'finished'
    const facts = await sent
    this.#requireSound()
    this.#end()
    if (facts === null) throw storageFailed('the worker told no facts')
    return facts
  }

  abort(): Promise<void> {
    this.#removed ??= this.#remove()
    return this.#removed
  }

  handOver(): void {
    const isFull = this.#filled === this.#buffer?.byteLength
    this.#bufferSize = this.#setup.buffers.sizeFor(isFull ? this.#filled * 2 : 0)
    const sent = this.#send(false)
    this.#underway.push(sent)
    sent.then(() => this.#underway.shift())
  }

  #enter(): void {
    this.#requireSound()
    if (this.#stage === 'finished') throw storageFailed('the segment is finished')
    if (this.#isBusy) throw storageFailed('the call before has not resolved yet')
    this.#isBusy = true
  }

  #requireSound(): void {
    if (this.#stage === 'aborted') throw storageFailed('the segment was aborted')
    if (this.#failure !== null) throw this.#failure
  }

  async #takeBuffer(sizeWanted: number): Promise<void> {
    while (this.#underway.length >= UNDERWAY_MAX) await this.#underway[0]
    const { buffers, room } = this.#setup
    const size = buffers.sizeFor(Math.max(sizeWanted, this.#bufferSize))
    await room.requireMore(size).catch(rethrow)
    // While this waited, the writer may have ended.
    this.#requireSound()
    this.#buffer = await buffers.take(size)
    // An abort or a failure may have come meanwhile; it found no buffer to give back.
    if (this.#stage === 'aborted' || this.#failure !== null) this.#drop()
    this.#requireSound()
  }

  /** Returns how many of the bytes found room. */
  #fill(bytes: Uint8Array): number {
    this.#requireSound()
    const buffer = this.#buffer
    if (buffer === null) return 0
    const isNew = this.#filled === 0
    const taken = bytes.subarray(0, buffer.byteLength - this.#filled)
    new Uint8Array(buffer).set(taken, this.#filled)
    this.#filled += taken.byteLength
    if (this.#filled === buffer.byteLength) this.handOver()
    else if (isNew) this.#setup.buffers.hold(this, buffer.byteLength)
    return taken.byteLength
  }

  /** Sends what is gathered. Never rejects: what went wrong is in `#failure`. */
  async #send(isLast: boolean): Promise<SegmentFacts | null> {
    const { lane, segment, name, digests, buffers, room } = this.#setup
    const create = this.#stage === 'new' ? { name, digests } : null
    const { buffer, size } = this.#letGo()
    const bufferSize = buffer?.byteLength ?? 0
    this.#stage = 'open'
    this.#hasFile = true
    try {
      const outcome = await lane.call({ type: 'write', segment, create, buffer, size, isLast })
      buffers.give(bufferSize, outcome.buffer)
      room.written(size)
      if (outcome.failure !== null) {
        this.#hasFile = false
        this.#fail(failureError(outcome.failure))
      }
      return outcome.facts
    } catch (error) {
      buffers.give(bufferSize, null)
      this.#fail(toCoreError(error))
      return null
    }
  }

  /** Only the first failure tells what happened; those of later jobs follow from it. */
  #fail(error: CoreError): void {
    this.#failure ??= error
    this.#drop()
    this.#end()
  }

  #letGo(): { readonly buffer: ArrayBuffer | null; readonly size: number } {
    const held = { buffer: this.#buffer, size: this.#filled }
    this.#setup.buffers.release(this)
    this.#buffer = null
    this.#filled = 0
    return held
  }

  #drop(): void {
    const { buffer } = this.#letGo()
    if (buffer !== null) this.#setup.buffers.give(buffer.byteLength, buffer)
  }

  async #remove(): Promise<void> {
    const { lane, segment, name, path } = this.#setup
    this.#stage = 'aborted'
    this.#drop()
    this.#end()
    if (!this.#hasFile) return
    try {
      const { failure } = await lane.call({ type: 'abort', segment, name })
      if (failure === null) return this.#setup.onRemoved()
    } catch {
      // The worker died or is closed: remove the file from here.
    }
    await rm(path, { force: true }).catch(() => {})
    this.#setup.onRemoved()
  }

  #end(): void {
    if (!this.#hasEnded) this.#setup.lane.segments -= 1
    this.#hasEnded = true
    this.#setup.room.end()
  }
}

function rethrow(error: unknown): never {
  throw toCoreError(error)
}

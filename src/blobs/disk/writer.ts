import { rm } from 'node:fs/promises'
import type { CoreError } from '../../core/errors.ts'
import type { SegmentName } from '../../core/ids.ts'
import type { DigestName, SegmentFacts } from '../../core/model/bytes.ts'
import type { SegmentWriter } from '../../core/ports/blobs.ts'
import type { RoomPromise } from '../../disk-room.ts'
import { storageFailed } from '../failures.ts'
import type { Buffers, Gatherer } from './buffers.ts'
import { failureError, toCoreError } from './failures.ts'
import type { Job, Piece } from './jobs.ts'
import { SideDigests } from './side-digests.ts'
import type { DiskLane, DiskLanes } from './workers.ts'

/** How many buffers of one segment may be on their way: one fast sender leaves room for others. */
const UNDERWAY_MAX = 8

export interface WriterSetup {
  /** Unique in the store's life. */
  readonly segment: number
  readonly name: SegmentName
  readonly path: string
  readonly digests: readonly DigestName[]
  readonly lanes: DiskLanes
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
  /** Where the segment is written. */
  readonly #lane: DiskLane
  /** Null while nothing was sent, and for a segment that one job has the whole of. */
  #side: SideDigests | null = null
  #buffer: Uint8Array | null = null
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
    this.#lane = setup.lanes.leastBusy()
    this.#lane.segments += 1
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
    this.#end(true)
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
    buffer.set(taken, this.#filled)
    this.#filled += taken.byteLength
    if (this.#filled === buffer.byteLength) this.handOver()
    else if (isNew) this.#setup.buffers.hold(this, buffer.byteLength)
    return taken.byteLength
  }

  /** Sends what is gathered. Never rejects: what went wrong is in `#failure`. */
  async #send(isLast: boolean): Promise<SegmentFacts | null> {
    const { segment, buffers, room } = this.#setup
    const create = this.#create(isLast)
    const { buffer, size } = this.#letGo()
    const piece: Piece = { segment, at: buffer?.byteOffset ?? 0, size, isLast }
    this.#stage = 'open'
    this.#hasFile = true
    try {
      const written = this.#lane.call({ type: 'write', create, ...piece })
      // The memory is free once both have done with it, whatever came of them.
      const [outcome, digests] = await bothOf(written, this.#side?.add(piece) ?? Promise.resolve({}))
      room.written(size)
      if (outcome.failure !== null) {
        this.#hasFile = false
        throw failureError(outcome.failure)
      }
      const { facts } = outcome
      return facts === null ? null : { ...facts, digests: { ...facts.digests, ...digests } }
    } catch (error) {
      this.#fail(toCoreError(error))
      return null
    } finally {
      if (buffer !== null) buffers.give(buffer)
    }
  }

  /** What the first job is told. One that has all bytes takes all digests, as others would cost more than they save. */
  #create(isLast: boolean): Extract<Job, { type: 'write' }>['create'] {
    if (this.#stage !== 'new') return null
    const { segment, name, digests, lanes } = this.#setup
    this.#side = isLast ? null : new SideDigests(segment, digests, lanes, this.#lane)
    const aside = this.#side?.names ?? []
    return { name, digests: digests.filter((digest) => !aside.includes(digest)) }
  }

  /** Only the first failure tells what happened; those of later jobs follow from it. */
  #fail(error: CoreError): void {
    this.#failure ??= error
    this.#drop()
    this.#end()
  }

  #letGo(): { readonly buffer: Uint8Array | null; readonly size: number } {
    const held = { buffer: this.#buffer, size: this.#filled }
    this.#setup.buffers.release(this)
    this.#buffer = null
    this.#filled = 0
    return held
  }

  #drop(): void {
    const { buffer } = this.#letGo()
    if (buffer !== null) this.#setup.buffers.give(buffer)
  }

  async #remove(): Promise<void> {
    const { segment, name, path } = this.#setup
    this.#stage = 'aborted'
    this.#drop()
    this.#end()
    if (!this.#hasFile) return
    try {
      const { failure } = await this.#lane.call({ type: 'abort', segment, name })
      if (failure === null) return this.#setup.onRemoved()
    } catch {
      // The worker died or is closed: remove the file from here.
    }
    await rm(path, { force: true }).catch(() => {})
    this.#setup.onRemoved()
  }

  #end(isDone = false): void {
    if (!this.#hasEnded) this.#lane.segments -= 1
    this.#hasEnded = true
    this.#side?.end(isDone)
    this.#setup.room.end()
  }
}

/** Resolves or rejects when both are settled. */
async function bothOf<A, B>(a: Promise<A>, b: Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([a, b])
  return [await a, await b]
}

function rethrow(error: unknown): never {
  throw toCoreError(error)
}

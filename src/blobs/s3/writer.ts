import type { CoreError } from '../../core/errors.ts'
import type { SegmentFacts } from '../../core/model/bytes.ts'
import type { SegmentWriter } from '../../core/ports/blobs.ts'
import { storageFailed } from '../failures.ts'
import { toCoreError } from './failures.ts'
import type { Gatherer } from './memory.ts'
import { bufferSize, bufferSizeWhole } from './parts.ts'
import { Upload, type UploadSetup } from './upload.ts'

export interface WriterSetup extends UploadSetup {
  /** The size of part `number`, from 1. */
  readonly partSize: (number: number) => number
  /** Called when the writer needs the store no more. */
  readonly ended: (writer: S3Writer) => void
}

/** The sender's side of a segment: gathers chunks to parts, and sends a part when bytes beyond it come. */
export class S3Writer implements SegmentWriter, Gatherer {
  readonly #setup: WriterSetup
  readonly #upload: Upload
  #buffer: ArrayBuffer | null = null
  #filled = 0
  #stage: 'open' | 'finished' | 'aborted' = 'open'
  #isBusy = false
  #failure: CoreError | null = null
  #finished: Promise<SegmentFacts> | null = null
  #removed: Promise<void> | null = null
  #hasEnded = false

  constructor(setup: WriterSetup) {
    this.#setup = setup
    this.#upload = new Upload(setup)
    setup.lane.segments += 1
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#enter()
    try {
      for (let at = 0; at < chunk.byteLength; ) {
        if (this.#filled === this.#capacity()) await this.#makeRoom(chunk.byteLength - at)
        at += this.#fill(chunk.subarray(at))
      }
    } finally {
      this.#isBusy = false
    }
  }

  async finish(): Promise<SegmentFacts> {
    this.#enter()
    this.#stage = 'finished'
    const { buffer, filled } = this.#letGo()
    this.#finished = this.#upload.finish(buffer ?? new ArrayBuffer(0), filled)
    try {
      const facts = await this.#finished
      this.#requireSound()
      this.#end()
      return facts
    } catch (error) {
      this.#failure ??= toCoreError(error)
      this.#requireSound()
      throw error
    }
  }

  /** Of a finished slot; null where the bytes went elsewhere. */
  get receipt(): string | null {
    return this.#upload.receipt
  }

  abort(): Promise<void> {
    this.#removed ??= this.#remove()
    return this.#removed
  }

  /** Waits for what is being finished, and gives up what is not. Never rejects. */
  async close(): Promise<void> {
    if (this.#stage === 'open') await this.abort()
    else await Promise.allSettled([this.#finished, this.#removed])
  }

  shed(error: CoreError): void {
    this.#failure ??= error
    this.#drop()
  }

  #enter(): void {
    this.#requireSound()
    if (this.#stage === 'finished') throw storageFailed('the segment is finished')
    if (this.#isBusy) throw storageFailed('the call before has not resolved yet')
    this.#isBusy = true
  }

  #requireSound(): void {
    if (this.#stage === 'aborted') throw storageFailed('the segment was aborted')
    const failure = this.#failure ?? this.#upload.failure
    if (failure !== null) throw failure
  }

  #isSound(): boolean {
    return this.#stage !== 'aborted' && (this.#failure ?? this.#upload.failure) === null
  }

  /** Sends what is a whole part, or goes on with a larger buffer. */
  async #makeRoom(coming: number): Promise<void> {
    const { memory } = this.#setup
    if (this.#filled === this.#partSize()) {
      const { buffer, filled } = this.#letGo()
      if (buffer !== null) this.#upload.send(buffer, filled)
    }
    const size = bufferSize(this.#filled, coming, this.#partSize())
    memory.release(this)
    await this.#upload.room(size)
    this.#requireSound()
    const larger = await (this.#buffer === null
      ? memory.begin(size)
      : memory.grow(size, bufferSizeWhole(this.#partSize())))
    // An abort or a failure may have come meanwhile; it found only the smaller buffer to give back.
    if (!this.#isSound()) memory.give(larger.byteLength, larger)
    this.#requireSound()
    const { buffer, filled } = this.#letGo()
    this.#buffer = larger
    this.#filled = filled
    if (buffer === null) return
    new Uint8Array(larger).set(new Uint8Array(buffer, 0, filled))
    memory.give(buffer.byteLength, buffer)
  }

  /** How many bytes the buffer takes: memory comes in few sizes, and may be more than a part. */
  #capacity(): number {
    return Math.min(this.#buffer?.byteLength ?? 0, this.#partSize())
  }

  #partSize(): number {
    return this.#setup.partSize(this.#upload.nextPart)
  }

  /** Returns how many of the bytes found room. */
  #fill(bytes: Uint8Array): number {
    this.#requireSound()
    const buffer = this.#buffer
    if (buffer === null) return 0
    const taken = bytes.subarray(0, this.#capacity() - this.#filled)
    new Uint8Array(buffer).set(taken, this.#filled)
    this.#filled += taken.byteLength
    this.#setup.memory.hold(this)
    return taken.byteLength
  }

  #letGo(): { readonly buffer: ArrayBuffer | null; readonly filled: number } {
    const held = { buffer: this.#buffer, filled: this.#filled }
    this.#setup.memory.release(this)
    this.#buffer = null
    this.#filled = 0
    return held
  }

  #drop(): void {
    const { buffer } = this.#letGo()
    if (buffer !== null) this.#setup.memory.give(buffer.byteLength, buffer)
  }

  async #remove(): Promise<void> {
    this.#stage = 'aborted'
    this.#drop()
    this.#upload.cancel()
    await this.#finished?.catch(() => {})
    // What is left, the sweep removes.
    await this.#upload.remove().catch(() => {})
    this.#end()
  }

  #end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#setup.lane.segments -= 1
    this.#setup.ended(this)
  }
}

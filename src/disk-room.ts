import { statfs } from 'node:fs/promises'
import { CoreError } from './core/errors.ts'

/** How long a look at the disk counts. What was written since is taken off. */
const LOOK_MS = 250
/** A refusal looks again once the last look is so old. */
const REFUSED_LOOK_MS = 50

/** What a system says when there is no room on the disk, or in what its user may have of it. */
const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])

/** Whether an error of the system is that there is no room. */
export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && FULL.has(error.code)

/** Knows how much may still be written: what is free, less what is kept free, less what writers underway will need. */
export class DiskRoom {
  readonly #dir: string
  readonly #reserveBytes: number
  #promised = 0
  /** Free at the last look, less what was written since. */
  #free = 0
  #lookedAt = -Infinity

  constructor(dir: string, reserveBytes: number) {
    this.#dir = dir
    this.#reserveBytes = reserveBytes
  }

  /** Fails with `storage-full` unless `size` more bytes have room now. Throws the system's errors. */
  async require(size: number): Promise<void> {
    await this.#requireFree(size + this.#reserveBytes, () => this.#promised)
  }

  /** Counts `size` bytes as taken until they are written or given up. 0: it is not known how many come, and `requireMore` asks. */
  promise(size: number): RoomPromise {
    let left = size
    this.#promised += size
    const keep = (bytes: number) => {
      const kept = Math.min(bytes, left)
      left -= kept
      this.#promised -= kept
    }
    return {
      requireMore: async (bytes) => {
        // What was promised has room whatever others were promised.
        const isPromised = size > 0
        const asked = isPromised ? Math.min(bytes, left) : bytes
        const taken = () => (isPromised ? 0 : this.#promised)
        await this.#requireFree(asked + this.#reserveBytes, taken, () => {
          if (isPromised) return
          left += asked
          this.#promised += asked
        })
      },
      written: (bytes) => {
        this.#free -= bytes
        keep(bytes)
      },
      end: () => keep(left),
    }
  }

  /** Something was removed. */
  freed(): void {
    this.#lookedAt = -Infinity
  }

  /** `take` is called at once when there is room: nobody else asks in between. */
  async #requireFree(size: number, taken: () => number, take: () => void = () => {}): Promise<void> {
    if (performance.now() - this.#lookedAt > LOOK_MS) await this.#look()
    if (size + taken() > this.#free && performance.now() - this.#lookedAt > REFUSED_LOOK_MS)
      await this.#look()
    const free = this.#free - taken()
    if (size > free) throw new CoreError('storage-full', 'the disk has too little room', { size, free })
    take()
  }

  async #look(): Promise<void> {
    const { bavail, bsize } = await statfs(this.#dir)
    this.#free = bavail * bsize
    this.#lookedAt = performance.now()
  }
}

/** Room for what one writer writes. */
export interface RoomPromise {
  /** Fails with `storage-full` if `bytes` more would go into what is kept free; else they are promised. Throws the system's errors. */
  requireMore(bytes: number): Promise<void>
  /** `bytes` more are on the disk, where the system counts them. */
  written(bytes: number): void
  /** Nothing more comes. */
  end(): void
}

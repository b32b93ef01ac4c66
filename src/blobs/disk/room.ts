import { statfs } from 'node:fs/promises'
import { CoreError } from '../../core/errors.ts'

/** Knows how much may still be written: what is free, less what is kept free, less what writers underway will need. */
export class Room {
  readonly #dir: string
  readonly #reserveBytes: number
  #promised = 0

  constructor(dir: string, reserveBytes: number) {
    this.#dir = dir
    this.#reserveBytes = reserveBytes
  }

  /** Fails with `storage-full` unless `size` more bytes have room now. Throws the system's errors. */
  async require(size: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#dir)
    const free = bavail * bsize - this.#reserveBytes - this.#promised
    if (size > free) throw new CoreError('storage-full', 'the disk has too little room', { size, free })
  }

  /** Counts `size` bytes as taken until they are written or given up. */
  promise(size: number): RoomPromise {
    let left = size
    this.#promised += size
    const keep = (bytes: number) => {
      const kept = Math.min(bytes, left)
      left -= kept
      this.#promised -= kept
    }
    return { written: keep, end: () => keep(left) }
  }
}

export interface RoomPromise {
  /** `bytes` more are on the disk, where the system counts them. */
  written(bytes: number): void
  /** Nothing more comes. */
  end(): void
}

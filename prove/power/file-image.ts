import type { SeededRandom } from '../../test/support/seeded.ts'

/** A change of a file's bytes that may or may not have reached the disk. */
export type Change =
  | { readonly type: 'write'; readonly at: number; readonly bytes: Buffer }
  | { readonly type: 'truncate'; readonly size: number }
  | { readonly type: 'allocate'; readonly end: number }

/**
 * What a crash leaves of changes that were not synced: none of them, all, the first ones, any of them, or any blocks of 4 KiB of any of
 * them. With `hollow` the file has also got the length that all would have given it, as where a system writes lengths before bytes.
 */
export type Loss = 'none' | 'all' | 'first' | 'any' | 'torn' | 'hollow'

export const LOSSES: readonly Loss[] = ['none', 'all', 'first', 'any', 'torn', 'hollow']

const BLOCK_SIZE = 4096

/** The bytes of a file, growing. */
export class Bytes {
  #room: Buffer
  #size: number

  constructor(bytes: Buffer = Buffer.alloc(0)) {
    this.#room = Buffer.from(bytes)
    this.#size = bytes.length
  }

  get all(): Buffer {
    return this.#room.subarray(0, this.#size)
  }

  apply(change: Change): void {
    switch (change.type) {
      case 'write':
        this.#extend(change.at + change.bytes.length)
        change.bytes.copy(this.#room, change.at)
        return
      case 'truncate':
        if (change.size < this.#size) this.#room.fill(0, change.size, this.#size)
        this.#extend(change.size)
        this.#size = change.size
        return
      case 'allocate':
        this.#extend(change.end)
    }
  }

  #extend(size: number): void {
    if (size > this.#room.length) {
      const room = Buffer.alloc(Math.max(size, 2 * this.#room.length))
      this.all.copy(room)
      this.#room = room
    }
    this.#size = Math.max(this.#size, size)
  }
}

/** The bytes that a crash leaves: `durable`, and of the changes that came after it what `loss` spares. */
export function bytesAfter(
  durable: Bytes,
  pending: readonly Change[],
  loss: Loss,
  random: SeededRandom,
): Buffer {
  if (pending.length === 0 || loss === 'none') return durable.all
  const bytes = new Bytes(durable.all)
  for (const change of spared(pending, loss, random)) bytes.apply(change)
  if (loss === 'hollow') bytes.apply({ type: 'allocate', end: sizeOf(durable, pending) })
  return bytes.all
}

function spared(pending: readonly Change[], loss: Loss, random: SeededRandom): readonly Change[] {
  switch (loss) {
    case 'none':
      return []
    case 'all':
      return pending
    case 'first':
      return pending.slice(0, random.int(pending.length + 1))
    case 'any':
      return pending.filter(() => random.int(2) === 0)
    case 'torn':
    case 'hollow':
      return pending.flatMap(blocksOf).filter(() => random.int(2) === 0)
  }
}

/** A write as writes of the blocks of the disk that it touches; what is no write stays whole. */
function blocksOf(change: Change): readonly Change[] {
  if (change.type !== 'write') return [change]
  const blocks: Change[] = []
  for (let from = 0; from < change.bytes.length; ) {
    const to = from + BLOCK_SIZE - ((change.at + from) % BLOCK_SIZE)
    blocks.push({ type: 'write', at: change.at + from, bytes: change.bytes.subarray(from, to) })
    from = to
  }
  return blocks
}

function sizeOf(durable: Bytes, pending: readonly Change[]): number {
  let size = durable.all.length
  for (const change of pending) {
    if (change.type === 'truncate') size = change.size
    else size = Math.max(size, change.type === 'write' ? change.at + change.bytes.length : change.end)
  }
  return size
}

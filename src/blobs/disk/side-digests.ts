import { isHash } from '../../core/bytes/digests.ts'
import type { DigestName, Digests } from '../../core/model/bytes.ts'
import { failureError } from './failures.ts'
import type { HashName, Piece } from './jobs.ts'
import type { DiskLane, DiskLanes } from './workers.ts'

interface Side {
  readonly digest: HashName
  readonly lane: DiskLane
}

/** Digests of a segment that other workers take than the one that writes it, of the same memory and at the same time. */
export class SideDigests {
  readonly #segment: number
  readonly #sides: readonly Side[]
  #hasBegun = false
  #hasEnded = false

  /** `lane`: where the segment is written. A store with one worker takes no digest elsewhere. */
  constructor(segment: number, digests: readonly DigestName[], lanes: DiskLanes, lane: DiskLane) {
    this.#segment = segment
    this.#sides = digests.flatMap((digest) => {
      // Sums are taken by the worker that writes.
      if (!isHash(digest)) return []
      const other = lanes.leastBusy(lane)
      if (other === null) return []
      other.segments += 1
      return [{ digest, lane: other }]
    })
  }

  /** The digests that are taken here. */
  get names(): readonly DigestName[] {
    return this.#sides.map(({ digest }) => digest)
  }

  /** Resolves when the piece's memory is free, with the digests after the last one. Never rejects before all have done with it. */
  async add(piece: Piece): Promise<Digests> {
    const isFirst = !this.#hasBegun
    this.#hasBegun = true
    const calls = this.#sides.map(({ digest, lane }) =>
      lane.call({ type: 'hash', digest, isFirst, ...piece }),
    )
    const settled = await Promise.allSettled(calls)
    let digests: Digests = {}
    for (const result of settled) {
      if (result.status === 'rejected') throw result.reason
      if (result.value.failure !== null) throw failureError(result.value.failure)
      digests = { ...digests, ...result.value.digests }
    }
    return digests
  }

  /** Nothing more comes: all is done, or the segment is given up. */
  end(isDone: boolean): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    for (const { digest, lane } of this.#sides) {
      lane.segments -= 1
      // A worker that has died has forgotten it.
      if (!isDone) lane.call({ type: 'forget', segment: this.#segment, digest }).catch(() => {})
    }
  }
}

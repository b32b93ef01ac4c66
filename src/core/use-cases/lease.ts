import type { SegmentName } from '../ids.ts'
import type { Ports } from '../ports.ts'

/** How long a segment may stay unattached before the sweep takes it; extended while bytes flow. */
export const LEASE_MS = 15 * 60_000

/** The right to write one segment. It is taken before the bytes come, and extended while they flow. */
export class SegmentLease {
  readonly #ports: Ports
  readonly #name: SegmentName
  #until = 0

  constructor(ports: Ports, name: SegmentName) {
    this.#ports = ports
    this.#name = name
  }

  async take(): Promise<void> {
    const { metadata, clock } = this.#ports
    this.#until = clock.now() + LEASE_MS
    await metadata.reserveSegments({ names: [this.#name], leaseUntil: this.#until })
  }

  /** To be called as bytes flow. It asks the metadata only when half of the lease is over. */
  async extend(): Promise<void> {
    const { metadata, clock } = this.#ports
    if (clock.now() < this.#until - LEASE_MS / 2) return
    this.#until = clock.now() + LEASE_MS
    await metadata.extendSegments({ names: [this.#name], leaseUntil: this.#until })
  }

  get wasTaken(): boolean {
    return this.#until !== 0
  }
}

/** Removes a segment unless it was attached. Never rejects: the sweep removes what is left. */
export async function removeSegment({ metadata, blobs, clock }: Ports, name: SegmentName): Promise<void> {
  try {
    const names = await metadata.discardSegments({ names: [name] })
    await blobs.remove(names)
    await metadata.forgetSegments({ names, lateMs: blobs.lateMs, now: clock.now() })
  } catch {
    // The lease runs out and the sweep removes it.
  }
}

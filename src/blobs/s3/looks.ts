import type { SegmentName } from '../../core/ids.ts'
import { putLatest } from '../../core/latest.ts'
import {
  type AilingSegment,
  ailmentOf,
  type ExpectedSegment,
  type SegmentWriter,
} from '../../core/ports/blobs.ts'

const WRITTEN_MAX = 10_000
const AT_ONCE = 16

/** Looks for segments. Those that this process wrote last are not asked for: the store has just confirmed them. */
export class Looks {
  readonly #sizeOf: (name: SegmentName) => Promise<number | null>
  readonly #written = new Map<SegmentName, number>()

  /** `sizeOf` asks the store; null where there is no such segment. */
  constructor(sizeOf: (name: SegmentName) => Promise<number | null>) {
    this.#sizeOf = sizeOf
  }

  /** A writer whose segment is known once it is finished. */
  watch(name: SegmentName, writer: SegmentWriter): SegmentWriter {
    return {
      write: (chunk) => writer.write(chunk),
      finish: async () => {
        const facts = await writer.finish()
        putLatest(this.#written, name, facts.size, WRITTEN_MAX)
        return facts
      },
      abort: () => {
        this.forget([name])
        return writer.abort()
      },
    }
  }

  forget(names: readonly SegmentName[]): void {
    for (const name of names) this.#written.delete(name)
  }

  async look(segments: readonly ExpectedSegment[]): Promise<readonly AilingSegment[]> {
    const ailing: AilingSegment[] = []
    const rest = segments.filter(({ name, size }) => this.#written.get(name) !== size).values()
    const run = async (): Promise<void> => {
      for (const segment of rest) {
        const kind = ailmentOf(segment, await this.#sizeOf(segment.name))
        if (kind !== null) ailing.push({ name: segment.name, kind })
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, run))
    return ailing
  }
}

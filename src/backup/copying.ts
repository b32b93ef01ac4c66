import { isCoreError, messageOf } from '../core/errors.ts'
import type { KeptSegment } from '../core/ports/snapshot.ts'
import { sizeOf } from './checked.ts'
import type { BadSegment } from './manifest.ts'
import type { Hearers } from './telling.ts'

/** So many segments are copied at a time: small ones wait for the disk. */
const AT_ONCE = 4

export interface Copied {
  /** Segments and bytes that went over. */
  readonly count: number
  readonly bytes: number
  readonly bad: readonly BadSegment[]
}

export interface Copying {
  readonly doing: string
  readonly segments: AsyncIterable<KeptSegment>
  readonly of: number
  readonly hear: Hearers
  /** Copies one. False: it was there. A `storage-failed` is the segment's own; any other failure ends all. */
  readonly copy: (segment: KeptSegment) => Promise<boolean>
}

/** Copies all segments, a few at a time. What cannot be copied is told, and does not keep the rest. */
export async function copyAll({ doing, segments, of, hear, copy }: Copying): Promise<Copied> {
  let [done, count, bytes] = [0, 0, 0]
  let failure: unknown = null
  const bad: BadSegment[] = []
  const copyOne = async (segment: KeptSegment): Promise<void> => {
    try {
      if (await copy(segment)) {
        count += 1
        bytes += sizeOf(segment.extents)
      }
    } catch (error) {
      if (!isCoreError(error, 'storage-failed')) throw error
      const reason = messageOf(error)
      bad.push({ segment: segment.name, reason })
      hear.bad(segment.name, reason)
    }
    done += 1
    hear.progress({ doing, done, of, bytes })
  }
  const running = new Set<Promise<void>>()
  for await (const segment of segments) {
    const one: Promise<void> = copyOne(segment).then(
      () => void running.delete(one),
      (error: unknown) => {
        failure ??= error
        running.delete(one)
      },
    )
    running.add(one)
    if (running.size >= AT_ONCE) await Promise.race(running)
    if (failure !== null) break
  }
  await Promise.all(running)
  if (failure !== null) throw failure
  return { count, bytes, bad }
}

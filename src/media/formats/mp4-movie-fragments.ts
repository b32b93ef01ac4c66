import { textAt, viewOf } from '../bytes.ts'
import { type Box, type BoxReader, createBoxReader } from './mp4-boxes.ts'
import { addFragment, type Extension, type TrackSpan } from './mp4-fragments.ts'

/** Of longer files only so many fragments are read one after the other, and then those at the end. */
const WALKED_SIZE_MAX = 4 * 1024 * 1024
const WALKED_MAX = 64
const TAIL_SIZE = 512 * 1024
const TAIL_SIZE_MAX = 1024 * 1024
const BOX_HEADER = 8

/** What is known of a movie before its fragments. */
export interface FragmentedMovie {
  readonly tracks: readonly {
    readonly id: number
    readonly samples: number
    readonly lasting: number
  }[]
  readonly extension: Extension | null
}

export interface MovieFragments {
  /** From the first sample of each track to its last, those of the movie itself included. */
  readonly spans: ReadonlyMap<number, TrackSpan>
  /** What was counted one by one. */
  readonly counted: ReadonlyMap<number, TrackSpan>
  readonly isCut: boolean
}

/** Reads the fragments of a movie from the first on, which is at `at`. They begin where the tracks of the movie end (ISO 14496-12 §8.8). */
export async function readMovieFragments(
  reader: BoxReader,
  at: number,
  { tracks, extension }: FragmentedMovie,
): Promise<MovieFragments> {
  const defaults = extension?.defaults ?? new Map<number, number>()
  const spans = new Map<number, TrackSpan>()
  for (const { id, samples, lasting } of tracks) {
    if (samples > 0) spans.set(id, { next: lasting, start: 0, end: lasting, samples, lasting })
  }
  const rest = createBoxReader(after(reader, at))
  const { size } = reader.source
  let [walked, reached, isCut] = [0, at, false]
  for await (const box of rest.fileBoxes()) {
    isCut ||= box.isCut
    if (box.kind !== 'moof' || box.isCut) continue
    if (size > WALKED_SIZE_MAX && walked >= WALKED_MAX) break
    await addFragment(rest, box, defaults, spans)
    walked++
    reached = at + box.end
  }
  const counted = new Map([...spans].map(([id, span]) => [id, { ...span }]))
  if (walked >= WALKED_MAX && size > WALKED_SIZE_MAX) await addTail(reader, { defaults, spans, at, reached })
  return { spans, counted, isCut }
}

/** The source of a reader from `at` on. */
const after = ({ source }: BoxReader, at: number): BoxReader['source'] => ({
  size: source.size - at,
  read: (start, end) => source.read(start + at, end + at),
})

interface Walked {
  readonly defaults: ReadonlyMap<number, number>
  readonly spans: Map<number, TrackSpan>
  /** Where the first fragment began, and where the last that was read ended. */
  readonly at: number
  readonly reached: number
}

/** Adds the last fragments. Where they do not tell their times, the time goes on as before. */
async function addTail(reader: BoxReader, { defaults, spans, at, reached }: Walked): Promise<void> {
  const before = new Map([...spans].map(([id, span]) => [id, { ...span }]))
  const { size } = reader.source
  for (let length = TAIL_SIZE; length <= TAIL_SIZE_MAX; length *= 2) {
    const found = await fragmentsFrom(reader, Math.max(reached, size - length))
    for (const box of found) await addFragment(reader, box, defaults, spans).catch(() => undefined)
    if (found.length > 0) break
  }
  if ([...spans].some(([id, span]) => isJump(before.get(id), span))) return
  const times = (size - at) / (reached - at)
  for (const [id, known] of before) {
    spans.set(id, { ...known, end: known.start + (known.end - known.start) * times })
  }
}

/** Whether the last fragments are later than if they followed those that were read. */
const isJump = (before: TrackSpan | undefined, { start, end }: TrackSpan): boolean =>
  before !== undefined && end - before.end > before.end - start

/** The `moof` boxes that are whole between `from` and the end. */
async function fragmentsFrom({ source }: BoxReader, from: number): Promise<readonly Box[]> {
  const bytes = await source.read(from, source.size)
  const found: Box[] = []
  for (let at = 0; at + 2 * BOX_HEADER <= bytes.length; at++) {
    if (bytes[at + 4] !== 0x6d || textAt(bytes, at + 4, 4) !== 'moof' || textAt(bytes, at + 12, 4) !== 'mfhd')
      continue
    const end = at + viewOf(bytes).getUint32(at)
    if (end > bytes.length) continue
    found.push({ kind: 'moof', start: from + at + BOX_HEADER, end: from + end })
    at = end - 1
  }
  return found
}

import type { Box, BoxReader } from './mp4-boxes.ts'
import { Fields } from './mp4-boxes.ts'

/** What a fragmented movie has in each track, in units of the track's time scale. */
export interface TrackSpan {
  /** The time of the next samples without their own. */
  next: number
  start: number
  end: number
  /** How many there are. */
  samples: number
  /** How long they last together. */
  lasting: number
}

/** What a movie says ahead of its fragments. */
export interface Extension {
  /** Default sample durations by track id. */
  readonly defaults: ReadonlyMap<number, number>
  /** Length of the whole, in units of the movie's time scale; 0: it is not told. */
  readonly duration: number
}

/** Reads `mvex`: its `trex` boxes, and `mehd` (ISO 14496-12 §8.8.2, §8.8.3). */
export async function readExtension(reader: BoxReader, mvex: Box): Promise<Extension> {
  const defaults = new Map<number, number>()
  let duration = 0
  for await (const box of reader.boxes(mvex.start, mvex.end)) {
    if (box.kind === 'mehd') duration = readTime(await reader.content(box))
    if (box.kind !== 'trex') continue
    const fields = new Fields(await reader.content(box), 4)
    const trackId = fields.u32()
    defaults.set(trackId, fields.skip(4).u32())
  }
  return { defaults, duration }
}

/** Adds the samples of one `moof` box to the tracks' spans (ISO 14496-12 §8.8). */
export async function addFragment(
  reader: BoxReader,
  moof: Box,
  defaults: ReadonlyMap<number, number>,
  spans: Map<number, TrackSpan>,
): Promise<void> {
  for await (const traf of reader.boxes(moof.start, moof.end)) {
    if (traf.kind === 'traf') await addTrack(reader, traf, defaults, spans)
  }
}

async function addTrack(
  reader: BoxReader,
  traf: Box,
  defaults: ReadonlyMap<number, number>,
  spans: Map<number, TrackSpan>,
): Promise<void> {
  let header = { trackId: 0, duration: 0 }
  let time: number | null = null
  for await (const box of reader.boxes(traf.start, traf.end)) {
    if (box.kind === 'tfhd') header = readHeader(await reader.content(box), defaults)
    if (box.kind === 'tfdt') time = readTime(await reader.content(box))
    if (box.kind === 'trun') {
      const known = spans.get(header.trackId)
      const begin = time ?? known?.next ?? 0
      const run = readRun(await reader.content(box), begin, header.duration)
      time = run.next
      const start = Math.min(known?.start ?? run.start, run.start)
      const samples = (known?.samples ?? 0) + run.samples
      const lasting = (known?.lasting ?? 0) + run.lasting
      spans.set(header.trackId, {
        next: run.next,
        start,
        end: Math.max(known?.end ?? 0, run.end),
        samples,
        lasting,
      })
    }
  }
}

function readHeader(
  content: Uint8Array,
  defaults: ReadonlyMap<number, number>,
): { readonly trackId: number; readonly duration: number } {
  const fields = new Fields(content)
  const flags = fields.u32() & 0xffffff
  const trackId = fields.u32()
  if ((flags & 0x01) !== 0) fields.skip(8)
  if ((flags & 0x02) !== 0) fields.skip(4)
  return { trackId, duration: (flags & 0x08) !== 0 ? fields.u32() : (defaults.get(trackId) ?? 0) }
}

function readTime(content: Uint8Array): number {
  const fields = new Fields(content)
  return fields.u32() >>> 24 === 1 ? fields.u64() : fields.u32()
}

/** Walks the samples one by one only if the box tells something of each. */
function readRun(content: Uint8Array, begin: number, defaultDuration: number): TrackSpan {
  const fields = new Fields(content)
  const flags = fields.u32() & 0xffffff
  const count = fields.u32()
  if ((flags & 0x001) !== 0) fields.skip(4)
  if ((flags & 0x004) !== 0) fields.skip(4)
  const [hasDuration, hasOffset] = [(flags & 0x100) !== 0, (flags & 0x800) !== 0]
  const skipped = ((flags & 0x200) !== 0 ? 4 : 0) + ((flags & 0x400) !== 0 ? 4 : 0)
  if (!hasDuration && !hasOffset) {
    const end = begin + count * defaultDuration
    return { next: end, start: begin, end, samples: count, lasting: end - begin }
  }
  const span = { next: begin, start: Number.POSITIVE_INFINITY, end: begin, samples: count, lasting: 0 }
  for (let index = 0; index < count; index++) {
    const duration = hasDuration ? fields.u32() : defaultDuration
    const shown = span.next + (hasOffset ? fields.skip(skipped).i32() : 0)
    if (!hasOffset) fields.skip(skipped)
    span.start = Math.min(span.start, shown)
    span.end = Math.max(span.end, shown + duration)
    span.next += duration
    span.lasting += duration
  }
  return count === 0 ? { ...span, start: begin } : span
}

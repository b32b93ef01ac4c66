import type { AudioFacts, MediaFacts, VideoFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { textAt } from '../bytes.ts'
import { ensure } from '../refusal.ts'
import { frameRateOf } from './frame-rate.ts'
import { type Box, type BoxReader, createBoxReader, Fields } from './mp4-boxes.ts'
import { readAudioEntry, readVideoEntry } from './mp4-entries.ts'
import { addFragment, readDefaults, type TrackSpan } from './mp4-fragments.ts'

/** The boxes that such files may begin with. Newer files begin with `ftyp`. */
const FIRST_BOXES: readonly string[] = ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot']
const ALL_ONES_32 = 0xffffffff
const ALL_ONES_64 = 2 ** 64

export const isMp4 = (head: Uint8Array): boolean => FIRST_BOXES.includes(textAt(head, 4, 4))

interface Scale {
  readonly unitsPerSecond: number
  /** In these units; 0 if the file does not tell. */
  readonly duration: number
}

interface Track {
  readonly id: number
  readonly scale: Scale
  readonly audio: AudioFacts | null
  readonly video: VideoFacts | null
}

interface Movie {
  readonly scale: Scale
  readonly tracks: readonly Track[]
  /** Default sample durations of fragments, by track id. */
  readonly defaults: ReadonlyMap<number, number>
}

/**
 * MP4 (ISO 14496-12) and QuickTime. All boxes have to be in the file whole, and the last chunk of each track within it.
 * The length is the one that the movie header states; of a movie in fragments, the span of its samples.
 */
export async function measureMp4(source: ByteSource): Promise<MediaFacts> {
  const reader = createBoxReader(source)
  let movie: Movie | null = null
  let brand = 'qt  '
  const spans = new Map<number, TrackSpan>()
  for await (const box of reader.boxes(0, source.size)) {
    if (box.kind === 'ftyp') brand = new Fields(await reader.content(box, 4)).text(4)
    if (box.kind === 'moov') movie ??= await readMovie(reader, box)
    if (box.kind === 'moof' && movie !== null) await addFragment(reader, box, movie.defaults, spans)
  }
  ensure(movie !== null, 'the MP4 file has no movie box')
  const audio = movie.tracks.find((track) => track.audio !== null)?.audio ?? null
  const video = videoOf(movie, spans)
  ensure(audio !== null || video !== null, 'the MP4 file has no audio and no video of a known kind')
  const durationMs = Math.round(durationOf(movie, spans) * 1000)
  if (brand === 'qt  ') return { container: 'mov', contentType: 'video/quicktime', durationMs, audio, video }
  const contentType = video === null ? 'audio/mp4' : 'video/mp4'
  return { container: 'mp4', contentType, durationMs, audio, video }
}

function videoOf({ tracks }: Movie, spans: ReadonlyMap<number, TrackSpan>): VideoFacts | null {
  const track = tracks.find(({ video }) => video !== null)
  if (track === undefined || track.video === null) return null
  const { unitsPerSecond } = track.scale
  const span = spans.get(track.id)
  return span === undefined
    ? track.video
    : { ...track.video, frameRate: frameRateOf(span.samples, (span.end - span.start) / unitsPerSecond) }
}

/** In seconds. Fragments that were cut out of a longer stream begin late; that is not part of the length. */
function durationOf({ scale, tracks }: Movie, spans: ReadonlyMap<number, TrackSpan>): number {
  if (spans.size === 0 && scale.duration > 0) return scale.duration / scale.unitsPerSecond
  const used = tracks.filter((track) => track.audio !== null || track.video !== null)
  const times = used.map(({ id, scale: { unitsPerSecond, duration } }) => {
    const span = spans.get(id) ?? { start: 0, end: duration }
    return { start: span.start / unitsPerSecond, end: span.end / unitsPerSecond }
  })
  const start = Math.max(0, Math.min(...times.map((time) => time.start)))
  return Math.max(...times.map((time) => time.end)) - start
}

async function readMovie(reader: BoxReader, moov: Box): Promise<Movie> {
  let scale: Scale = { unitsPerSecond: 1, duration: 0 }
  let defaults: ReadonlyMap<number, number> = new Map()
  const tracks: Track[] = []
  for await (const box of reader.boxes(moov.start, moov.end)) {
    if (box.kind === 'mvhd') scale = readScale(await reader.content(box))
    if (box.kind === 'trak') tracks.push(await readTrack(reader, box))
    ensure(tracks.length <= TRACKS_MAX, 'the MP4 file has too many tracks')
    if (box.kind === 'mvex') defaults = await readDefaults(reader, box)
  }
  return { scale, tracks, defaults }
}

/** Time scale and duration, which stand at the same place in `mvhd` and `mdhd`. */
function readScale(content: Uint8Array): Scale {
  const fields = new Fields(content)
  const isLong = fields.u32() >>> 24 === 1
  const unitsPerSecond = fields.skip(isLong ? 16 : 8).u32()
  const duration = isLong ? fields.u64() : fields.u32()
  ensure(unitsPerSecond > 0, 'the MP4 file has no usable time scale')
  return { unitsPerSecond, duration: duration >= (isLong ? ALL_ONES_64 : ALL_ONES_32) ? 0 : duration }
}

/** Boxes on the way from a track to its sample tables. */
const TRACK_HOLDERS: readonly string[] = ['mdia', 'minf', 'stbl']
const DEPTH_MAX = 8
const TRACKS_MAX = 1024

interface TrackParts {
  id: number
  scale: Scale
  handler: string
  description: Box | null
  samples: number
}

async function readTrack(reader: BoxReader, trak: Box): Promise<Track> {
  const parts: TrackParts = {
    id: 0,
    scale: { unitsPerSecond: 1, duration: 0 },
    handler: '',
    description: null,
    samples: 0,
  }
  await readTrackParts(reader, trak, parts)
  const { id, scale, handler, description, samples } = parts
  const entry = description === null ? null : await firstEntry(reader, description)
  const audio = entry !== null && handler === 'soun' ? await readAudioEntry(reader, entry) : null
  const picture = entry !== null && handler === 'vide' ? await readVideoEntry(reader, entry) : null
  const frameRate = frameRateOf(samples, scale.duration / scale.unitsPerSecond)
  const video = picture === null ? null : { ...picture, frameRate }
  return { id, scale, audio, video }
}

async function readTrackParts(reader: BoxReader, holder: Box, parts: TrackParts, depth = 0): Promise<void> {
  ensure(depth <= DEPTH_MAX, 'the boxes of the MP4 file are too deep in each other')
  for await (const box of reader.boxes(holder.start, holder.end)) {
    if (TRACK_HOLDERS.includes(box.kind)) await readTrackParts(reader, box, parts, depth + 1)
    if (box.kind === 'tkhd') parts.id = readTrackId(await reader.content(box))
    if (box.kind === 'mdhd') parts.scale = readScale(await reader.content(box))
    // A QuickTime track has a second handler, for its data, deeper inside.
    if (box.kind === 'hdlr' && parts.handler === '') {
      parts.handler = new Fields(await reader.content(box, 12), 8).text(4)
    }
    if (box.kind === 'stsd') parts.description = box
    // How many samples there are stands at the same place in both kinds of tables of their sizes.
    if (box.kind === 'stsz' || box.kind === 'stz2') {
      parts.samples = new Fields(await reader.content(box, 12), 8).u32()
    }
    if (box.kind === 'stco' || box.kind === 'co64') await ensureLastChunk(reader, box)
  }
}

function readTrackId(content: Uint8Array): number {
  const fields = new Fields(content)
  return fields.skip(fields.u32() >>> 24 === 1 ? 16 : 8).u32()
}

async function firstEntry(reader: BoxReader, stsd: Box): Promise<Box | null> {
  for await (const entry of reader.boxes(stsd.start + 8, stsd.end)) return entry
  return null
}

/** A file that was cut between its boxes names chunks that are not there. */
async function ensureLastChunk({ source }: BoxReader, { kind, start, end }: Box): Promise<void> {
  const size = kind === 'co64' ? 8 : 4
  const count = new Fields(await source.read(start + 4, start + 8)).u32()
  if (count === 0) return
  const at = start + 8 + (count - 1) * size
  ensure(at + size <= end, 'a table of the MP4 file is cut')
  const fields = new Fields(await source.read(at, at + size))
  const offset = kind === 'co64' ? fields.u64() : fields.u32()
  ensure(offset < source.size, 'the MP4 file is cut: its last chunk is not there')
}

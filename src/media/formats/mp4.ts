import type { MediaFacts, VideoFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { textAt } from '../bytes.ts'
import { ensure } from '../refusal.ts'
import { frameRateOf } from './frame-rate.ts'
import { type Box, type BoxReader, createBoxReader, Fields } from './mp4-boxes.ts'
import { type Extension, readExtension, type TrackSpan } from './mp4-fragments.ts'
import { readMovieFragments } from './mp4-movie-fragments.ts'
import { readScale, readTrack, type Scale, type Track } from './mp4-tracks.ts'

/** The boxes that such files may begin with. Newer files begin with `ftyp`. */
const FIRST_BOXES: readonly string[] = ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot']
const BOX_HEADER = 8
const TRACKS_MAX = 1024

export const isMp4 = (head: Uint8Array): boolean => FIRST_BOXES.includes(textAt(head, 4, 4))

interface Movie {
  readonly scale: Scale
  readonly tracks: readonly Track[]
  readonly extension: Extension | null
}

/**
 * MP4 (ISO 14496-12) and QuickTime. The movie box has to be there whole; without the rest of its bytes the file is cut. The length is the one
 * that the movie header states. Fragments extend the movie: then it is the span of all samples.
 */
export async function measureMp4(source: ByteSource): Promise<MediaFacts> {
  const reader = createBoxReader(source)
  let movie: Movie | null = null
  let brand = 'qt  '
  let isCut = false
  let fragmentsAt: number | null = null
  for await (const box of reader.fileBoxes()) {
    isCut ||= box.isCut
    if (box.kind === 'ftyp') brand = new Fields(await reader.content(box, 4)).text(4)
    if (box.kind === 'moov') {
      ensure(!box.isCut, 'the MP4 file is cut: its movie box is not there whole')
      movie ??= await readMovie(reader, box)
    }
    if (box.kind === 'moof' && movie !== null) {
      fragmentsAt = box.start - BOX_HEADER
      break
    }
  }
  ensure(movie !== null, 'the MP4 file has no movie box')
  const fragments = fragmentsAt === null ? null : await readMovieFragments(reader, fragmentsAt, movie)
  const spans = fragments?.spans ?? new Map<number, TrackSpan>()
  const isWhole = !isCut && fragments?.isCut !== true && movie.tracks.every((track) => !track.isCut)
  const audio = movie.tracks.find((track) => track.audio !== null)?.audio ?? null
  const video = videoOf(movie, fragments?.counted ?? spans)
  ensure(audio !== null || video !== null, 'the MP4 file has no audio and no video of a known kind')
  const durationMs = Math.round(durationOf(movie, spans, isWhole) * 1000)
  const facts = { durationMs, audio, video, ...(!isWhole && { isCut: true as const }) }
  if (brand === 'qt  ') return { container: 'mov', contentType: 'video/quicktime', ...facts }
  return { container: 'mp4', contentType: video === null ? 'audio/mp4' : 'video/mp4', ...facts }
}

/** `counted` has what was counted of each track, and how long that lasts. */
function videoOf({ tracks }: Movie, counted: ReadonlyMap<number, TrackSpan>): VideoFacts | null {
  const track = tracks.find(({ video }) => video !== null)
  if (track === undefined || track.video === null) return null
  const { unitsPerSecond } = track.scale
  const span = counted.get(track.id)
  return span === undefined
    ? track.video
    : { ...track.video, frameRate: frameRateOf(span.samples, span.lasting / unitsPerSecond) }
}

/** In seconds. Fragments that were cut out of a longer stream begin late; that is not part of the length. */
function durationOf(
  { scale, tracks, extension }: Movie,
  spans: ReadonlyMap<number, TrackSpan>,
  isWhole: boolean,
): number {
  const announced = extension?.duration ?? 0
  if (!isWhole && announced > 0) return announced / scale.unitsPerSecond
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
  let extension: Extension | null = null
  const tracks: Track[] = []
  for await (const box of reader.boxes(moov.start, moov.end)) {
    if (box.kind === 'mvhd') scale = readScale(await reader.content(box))
    if (box.kind === 'trak') tracks.push(await readTrack(reader, box))
    ensure(tracks.length <= TRACKS_MAX, 'the MP4 file has too many tracks')
    if (box.kind === 'mvex') extension = await readExtension(reader, box)
  }
  return { scale, tracks, extension }
}

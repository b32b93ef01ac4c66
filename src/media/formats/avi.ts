import type { AudioFacts, MediaFacts, VideoFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { textAt, viewOf } from '../bytes.ts'
import { ensure, Refusal } from '../refusal.ts'
import { frameRateOf } from './frame-rate.ts'
import { audioInWaveFormat, bitmapCodec } from './windows-codecs.ts'

const CHUNKS_MAX = 4096
const FORMAT_SIZE_MAX = 64

/** Whether the first 12 bytes are those of an AVI file. */
export const isAvi = (head: Uint8Array): boolean =>
  textAt(head, 0, 4) === 'RIFF' && textAt(head, 8, 4) === 'AVI '

interface Chunk {
  readonly id: string
  readonly start: number
  readonly end: number
}

/** One stream's header. */
interface Stream {
  readonly audio: AudioFacts | null
  readonly video: Omit<VideoFacts, 'frameRate'> | null
  readonly ticksPerSecond: number
  readonly ticks: number
  /** Bytes of a tick; 0: a chunk is a tick, whatever its size. */
  readonly tickSize: number
}

/** Out of a pipe sizes and lengths are left at values that no file has. */
const OPEN_SIZE_MIN = 0xfffff000
const OPEN_TICKS_MIN = 2 ** 30

/**
 * AVI, OpenDML included. The length is the one that the streams state; of a file out of a pipe, which states none, that of the frames that are
 * there. A file that is shorter than it says is cut.
 */
export async function measureAvi(source: ByteSource): Promise<MediaFacts> {
  const riffSize = viewOf(await source.read(4, 8)).getUint32(0, true)
  const isOpen = riffSize === 0 || riffSize >= OPEN_SIZE_MIN
  const isCut = !isOpen && riffSize + 8 > source.size + (riffSize % 2)
  const {
    streams: stated,
    frames,
    next,
  } = await readHeaders(source, isOpen ? source.size : Math.min(riffSize + 8, source.size))
  const isStated =
    stated.every(({ ticks }) => ticks < OPEN_TICKS_MIN) && stated.some(({ ticks }) => ticks > 0)
  const streams = isStated ? stated : await countTicks(source, next, stated)
  const sound = streams.find(({ audio }) => audio !== null)
  const picture = streams.find(({ video }) => video !== null)
  const video = picture?.video ?? null
  ensure(sound !== undefined || video !== null, 'the AVI file has no audio and no video of a known kind')
  const lengths = [
    sound,
    picture === undefined ? picture : { ...picture, ticks: Math.max(picture.ticks, frames) },
  ]
  const seconds = lengths.map((stream) => (stream === undefined ? 0 : stream.ticks / stream.ticksPerSecond))
  const frameRate = frameRateOf(picture?.ticksPerSecond ?? 0, 1)
  const facts: MediaFacts = {
    container: 'avi',
    contentType: 'video/x-msvideo',
    durationMs: Math.round(Math.max(...seconds) * 1000),
    audio: sound?.audio ?? null,
    video: video === null ? null : { ...video, frameRate },
  }
  return isCut ? { ...facts, isCut: true } : facts
}

interface Headers {
  readonly streams: readonly Stream[]
  /** Of the picture; 0 where they are not counted. */
  readonly frames: number
  /** Where the chunk behind the headers is. */
  readonly next: number
}

async function readHeaders(source: ByteSource, end: number): Promise<Headers> {
  for await (const chunk of chunks(source, 12, end)) {
    if (chunk.id !== 'hdrl') continue
    const streams: Stream[] = []
    let frames = 0
    for await (const part of chunks(source, chunk.start, chunk.end)) {
      if (part.id === 'strl') streams.push(await readStream(source, part))
      if (part.id === 'odml') frames = await readFrameCount(source, part)
    }
    return { streams, frames, next: chunk.end + (chunk.end % 2) }
  }
  throw new Refusal('the AVI file has no headers')
}

/** Chunks in order. A list counts as a chunk with its own name. */
async function* chunks(source: ByteSource, start: number, end: number): AsyncIterable<Chunk> {
  let at = start
  for (let count = 0; at + 8 <= end; count++) {
    ensure(count < CHUNKS_MAX, 'the AVI file has too many chunks')
    const header = await source.read(at, Math.min(at + 12, end))
    const size = viewOf(header).getUint32(4, true)
    const id = textAt(header, 0, 4)
    ensure(at + 8 + size <= end, 'the AVI file is broken: a chunk is longer than what holds it')
    const isList = id === 'LIST'
    yield {
      id: isList ? textAt(header, 8, 4) : id,
      start: isList ? Math.min(at + 12, at + 8 + size) : at + 8,
      end: at + 8 + size,
    }
    at += 8 + size + (size % 2)
  }
}

/** `dmlh` counts all frames, also those beyond the first gigabyte. */
async function readFrameCount(source: ByteSource, list: Chunk): Promise<number> {
  for await (const { id, start, end } of chunks(source, list.start, list.end)) {
    if (id === 'dmlh' && end - start >= 4) {
      return viewOf(await source.read(start, start + 4)).getUint32(0, true)
    }
  }
  return 0
}

async function readStream(source: ByteSource, list: Chunk): Promise<Stream> {
  let [kind, handler, ticksPerSecond, ticks, tickSize] = ['', '', 0, 0, 0]
  let format: Uint8Array = new Uint8Array(0)
  for await (const { id, start, end } of chunks(source, list.start, list.end)) {
    if (id === 'strh' && end - start >= 48) {
      const bytes = await source.read(start, start + 48)
      const view = viewOf(bytes)
      ;[kind, handler] = [textAt(bytes, 0, 4), textAt(bytes, 4, 4)]
      ticksPerSecond = view.getUint32(24, true) / view.getUint32(20, true)
      ticks = view.getUint32(32, true)
      tickSize = view.getUint32(44, true)
    }
    if (id === 'strf') format = await source.read(start, Math.min(end, start + FORMAT_SIZE_MAX))
  }
  const isTimed = Number.isFinite(ticksPerSecond) && ticksPerSecond > 0
  const none = { audio: null, video: null, ticksPerSecond: 1, ticks: 0, tickSize: 0 }
  if (!isTimed) return none
  const time = { ticksPerSecond, ticks, tickSize }
  if (kind === 'auds') return { ...time, audio: audioInWaveFormat(format), video: null }
  return kind === 'vids' ? { ...time, audio: null, video: readPicture(format, handler) } : none
}

/** So many chunks of data are counted. */
const DATA_CHUNKS_MAX = 4_000_000

/** Counts the chunks of each stream, named by its number, up to the end of the file or the first one that is not there whole. */
async function countTicks(
  source: ByteSource,
  start: number,
  streams: readonly Stream[],
): Promise<readonly Stream[]> {
  const counted = streams.map(() => ({ chunks: 0, bytes: 0 }))
  let at = start
  for (let count = 0; at + 8 <= source.size; count++) {
    ensure(count < DATA_CHUNKS_MAX, 'the AVI file has too many chunks')
    const header = await source.read(at, at + 8)
    const [id, size] = [textAt(header, 0, 4), viewOf(header).getUint32(4, true)]
    if (id === 'LIST' || id === 'RIFF') {
      at += 12
      continue
    }
    const stream = counted[Number(id.slice(0, 2))]
    if (at + 8 + size > source.size) break
    if (stream !== undefined && /^\d\d(dc|db|wb)$/.test(id)) {
      stream.chunks++
      stream.bytes += size
    }
    at += 8 + size + (size % 2)
  }
  return streams.map((stream, index) => {
    const { chunks, bytes } = counted[index] ?? { chunks: 0, bytes: 0 }
    return { ...stream, ticks: stream.tickSize > 0 ? Math.floor(bytes / stream.tickSize) : chunks }
  })
}

/** BITMAPINFOHEADER. A negative height means another order of the lines. */
function readPicture(format: Uint8Array, handler: string): Stream['video'] {
  ensure(format.length >= 40, 'the AVI video format is too short')
  const view = viewOf(format)
  const [width, height] = [view.getInt32(4, true), Math.abs(view.getInt32(8, true))]
  ensure(width > 0 && height > 0, 'the video has no usable size')
  return {
    codec: bitmapCodec(format, handler),
    width,
    height,
  }
}

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
}

/** AVI, OpenDML included. The first RIFF chunk has to be in the file whole. The length is the one that the streams state. */
export async function measureAvi(source: ByteSource): Promise<MediaFacts> {
  const riffSize = viewOf(await source.read(4, 8)).getUint32(0, true)
  ensure(riffSize + 8 <= source.size + (riffSize % 2), 'the AVI file is cut: it is shorter than it says')
  const { streams, frames } = await readHeaders(source, Math.min(riffSize + 8, source.size))
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
  return {
    container: 'avi',
    contentType: 'video/x-msvideo',
    durationMs: Math.round(Math.max(...seconds) * 1000),
    audio: sound?.audio ?? null,
    video: video === null ? null : { ...video, frameRate },
  }
}

async function readHeaders(
  source: ByteSource,
  end: number,
): Promise<{ readonly streams: readonly Stream[]; readonly frames: number }> {
  for await (const chunk of chunks(source, 12, end)) {
    if (chunk.id !== 'hdrl') continue
    const streams: Stream[] = []
    let frames = 0
    for await (const part of chunks(source, chunk.start, chunk.end)) {
      if (part.id === 'strl') streams.push(await readStream(source, part))
      if (part.id === 'odml') frames = await readFrameCount(source, part)
    }
    return { streams, frames }
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
    ensure(at + 8 + size <= end, 'the AVI file is broken: a chunk is longer than what holds it')
    const id = textAt(header, 0, 4)
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
  let [kind, handler, ticksPerSecond, ticks] = ['', '', 0, 0]
  let format: Uint8Array = new Uint8Array(0)
  for await (const { id, start, end } of chunks(source, list.start, list.end)) {
    if (id === 'strh' && end - start >= 36) {
      const bytes = await source.read(start, start + 36)
      const view = viewOf(bytes)
      ;[kind, handler] = [textAt(bytes, 0, 4), textAt(bytes, 4, 4)]
      ticksPerSecond = view.getUint32(24, true) / view.getUint32(20, true)
      ticks = view.getUint32(32, true)
    }
    if (id === 'strf') format = await source.read(start, Math.min(end, start + FORMAT_SIZE_MAX))
  }
  const isTimed = Number.isFinite(ticksPerSecond) && ticksPerSecond > 0
  const none = { audio: null, video: null, ticksPerSecond: 1, ticks: 0 }
  if (!isTimed) return none
  const time = { ticksPerSecond, ticks }
  if (kind === 'auds') return { ...time, audio: audioInWaveFormat(format), video: null }
  return kind === 'vids' ? { ...time, audio: null, video: readPicture(format, handler) } : none
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

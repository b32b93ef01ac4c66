import type { AudioFacts, MediaFacts, VideoFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { viewOf } from '../bytes.ts'
import { ensure } from '../refusal.ts'
import { type AsfPackets, packetFrameRate, packetSpan } from './asf-packets.ts'
import { frameRateOf } from './frame-rate.ts'
import { audioInWaveFormat, bitmapCodec } from './windows-codecs.ts'

const OBJECT_HEADER_SIZE = 24
const HEADER_COUNT_SIZE = 6
const OBJECTS_MAX = 4096
const CONTENT_SIZE_MAX = 64 * 1024
/** Ids as they stand in the file, in hex (ASF specification §10). */
const HEADER = '3026b2758e66cf11a6d900aa0062ce6c'
const DATA = '3626b2758e66cf11a6d900aa0062ce6c'
const FILE_PROPERTIES = 'a1dcab8c47a9cf118ee400c00c205365'
const STREAM_PROPERTIES = '9107dcb7b7a9cf118ee600c00c205365'
const HEADER_EXTENSION = 'b503bf5f2ea9cf118ee300c00c205365'
const EXTENDED_STREAM = 'cba5e61472c632438399a96952065b5a'
const AUDIO = '409e69f84d5bcf11a8fd00805f5c442b'
const VIDEO = 'c0ef19bc4d5bcf11a8fd00805f5c442b'
const BROADCAST = 1

const idAt = (bytes: Uint8Array, at: number): string =>
  Buffer.from(bytes.subarray(at, at + 16)).toString('hex')

export const isAsf = (head: Uint8Array): boolean => idAt(head, 0) === HEADER

interface Found {
  /** Null: the header does not tell. */
  durationMs: number | null
  /** Bytes of each packet; 0: they differ. */
  packetSize: number
  audio: AudioFacts | null
  video: Omit<VideoFacts, 'frameRate'> | null
  videoStream: number
  /** Of a frame, in units of 100 ns, by stream number. */
  readonly frameTimes: Map<number, number>
}

/**
 * ASF, with WMV and WMA in it. The header has to be there whole. It states the length; of a broadcast the packets tell it. The frame rate is the
 * one that the header states, or else that of the first frames. A file whose data end early is cut.
 */
export async function measureAsf(source: ByteSource): Promise<MediaFacts> {
  const found: Found = {
    ...{ durationMs: null, packetSize: 0, audio: null, video: null, videoStream: 0 },
    frameTimes: new Map(),
  }
  const [header] = await toList(objects(source, 0, source.size, 1))
  ensure(header !== undefined, 'the ASF file is cut: its header is not whole')
  await readObjects(source, header.start + HEADER_COUNT_SIZE, header.end, found)
  const { audio, video } = found
  ensure(audio !== null || video !== null, 'the ASF file has no audio and no video of a known kind')
  const { isCut, ...data } = await findData(source, header.end, found.packetSize)
  const stated = frameRateOf(1e7, found.frameTimes.get(found.videoStream) ?? 0)
  const frameRate =
    video === null ? null : (stated ?? (await packetFrameRate(source, data, found.videoStream)))
  const facts: MediaFacts = {
    container: 'asf',
    contentType: video === null ? 'audio/x-ms-wma' : 'video/x-ms-wmv',
    durationMs: found.durationMs ?? (await packetSpan(source, data)),
    audio,
    video: video === null ? null : { ...video, frameRate },
  }
  return isCut ? { ...facts, isCut: true } : facts
}

interface AsfObject {
  readonly id: string
  readonly start: number
  readonly end: number
}

async function* objects(
  source: ByteSource,
  start: number,
  end: number,
  countMax = OBJECTS_MAX,
): AsyncIterable<AsfObject> {
  let at = start
  for (let count = 0; count < countMax && at + OBJECT_HEADER_SIZE <= end; count++) {
    const head = await source.read(at, at + OBJECT_HEADER_SIZE)
    const size = Number(viewOf(head).getBigUint64(16, true))
    ensure(size >= OBJECT_HEADER_SIZE && at + size <= end, 'the ASF file is cut: an object is not whole')
    yield { id: idAt(head, 0), start: at + OBJECT_HEADER_SIZE, end: at + size }
    at += size
  }
}

async function toList<T>(values: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = []
  for await (const value of values) list.push(value)
  return list
}

const DATA_HEAD_SIZE = 50

/** Where the packets are. The size of the data object is 0 in a broadcast. */
async function findData(
  source: ByteSource,
  at: number,
  size: number,
): Promise<AsfPackets & { readonly isCut: boolean }> {
  const head = await source.read(at, at + OBJECT_HEADER_SIZE)
  ensure(head.length === OBJECT_HEADER_SIZE && idAt(head, 0) === DATA, 'the ASF file is cut: it has no data')
  const dataSize = Number(viewOf(head).getBigUint64(16, true))
  const end = at + dataSize
  const isKnown = dataSize > DATA_HEAD_SIZE && end <= source.size
  return { start: at + DATA_HEAD_SIZE, end: isKnown ? end : source.size, size, isCut: end > source.size }
}

async function readObjects(source: ByteSource, start: number, end: number, found: Found): Promise<void> {
  for await (const object of objects(source, start, end)) {
    const content = await source.read(object.start, Math.min(object.end, object.start + CONTENT_SIZE_MAX))
    if (object.id === FILE_PROPERTIES) readProperties(content, found)
    if (object.id === STREAM_PROPERTIES) readStream(content, found)
    if (object.id === EXTENDED_STREAM) readFrameTime(content, found)
    if (object.id === HEADER_EXTENSION) {
      for await (const inner of objects(source, object.start + 22, object.end)) {
        if (inner.id !== EXTENDED_STREAM) continue
        readFrameTime(await source.read(inner.start, Math.min(inner.end, inner.start + 64)), found)
      }
    }
  }
}

/** The length is the time it plays, less what is buffered before. */
function readProperties(content: Uint8Array, found: Found): void {
  ensure(content.length >= 80, 'the ASF file properties are too short')
  const view = viewOf(content)
  const isBroadcast = (view.getUint32(64, true) & BROADCAST) !== 0
  const played = Number(view.getBigUint64(40, true)) / 1e4
  found.durationMs = isBroadcast ? null : Math.round(played - Number(view.getBigUint64(56, true)))
  const [sizeMin, sizeMax] = [view.getUint32(68, true), view.getUint32(72, true)]
  found.packetSize = sizeMin === sizeMax ? sizeMin : 0
}

function readFrameTime(content: Uint8Array, { frameTimes }: Found): void {
  if (content.length < 60) return
  const view = viewOf(content)
  frameTimes.set(view.getUint16(48, true) & 0x7f, Number(view.getBigUint64(52, true)))
}

/** The first stream of each kind counts. */
function readStream(content: Uint8Array, found: Found): void {
  if (content.length < 54) return
  const kind = idAt(content, 0)
  const specific = content.subarray(54)
  if (kind === AUDIO) found.audio ??= audioInWaveFormat(specific)
  if (kind !== VIDEO || found.video !== null) return
  ensure(specific.length >= 51, 'the ASF video format is too short')
  const view = viewOf(specific)
  const [width, height] = [view.getUint32(0, true), view.getUint32(4, true)]
  ensure(width > 0 && height > 0, 'the video has no usable size')
  found.video = { codec: bitmapCodec(specific.subarray(11)), width, height }
  found.videoStream = viewOf(content).getUint16(48, true) & 0x7f
}

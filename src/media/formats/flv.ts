import type { AudioFacts, MediaFacts, VideoFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { textAt, viewOf } from '../bytes.ts'
import { ensure } from '../refusal.ts'
import { audioConfig } from './aac-config.ts'
import { readMetadata } from './flv-script.ts'
import {
  after,
  findTagsEnd,
  type Payload,
  readAudio,
  readTag,
  readTagBefore,
  readVideo,
  TAG_HEADER_SIZE,
  type Tag,
} from './flv-tags.ts'
import { frameRateOf } from './frame-rate.ts'
import { MP3_FRAMES } from './mp3.ts'
import { sizeInAvcConfig } from './pictures/avc.ts'

/** How many tags are looked at, at each end. */
const TAGS_AT_FRONT_MAX = 400
const TAGS_AT_BACK_MAX = 100
/** Frames that tell the rate and, at the end, the last one shown. */
const FRAMES_AT_FRONT = 50
const FRAMES_AT_BACK = 16
/** The header, and the size of the tag before the first, which is 0. */
const HEADER_SIZE_MIN = 13
const FRAME_HEAD_SIZE = 16
const CONFIG_SIZE_MAX = 4096
const SCRIPT_SIZE_MAX = 1024 * 1024

export const isFlv = (head: Uint8Array): boolean => textAt(head, 0, 3) === 'FLV' && head[3] === 1

/** What is known of one kind of tags. Times in milliseconds. */
interface Stream {
  codec: string
  /** Of the frames in front: when shown, and when sent. */
  readonly shown: number[]
  readonly sent: number[]
  /** Of the frames at the end. */
  readonly last: number[]
  /** The first bytes of the first tag. `config` is the set-up, if one comes. */
  head: Uint8Array
  config: Uint8Array | null
}

type Streams = Record<'audio' | 'video', Stream>

/**
 * FLV. The length is the span of its frames up to the last whole tag; its metadata are believed where they lie within the last frame. They
 * tell the picture's size, where they do, and the length of a file that is cut within a tag, or is shorter than they say.
 */
export async function measureFlv(source: ByteSource): Promise<MediaFacts> {
  const start = viewOf(await source.read(0, 9)).getUint32(5) + 4
  ensure(start >= HEADER_SIZE_MIN && start < source.size, 'the FLV file has no tags')
  const streams: Streams = { audio: newStream(), video: newStream() }
  const metadata = await readFront(source, start, streams)
  const tags = await findTagsEnd(source, start)
  await readBack(source, { start, end: tags.end }, streams)
  const audio = streams.audio.codec === '' ? null : audioFacts(streams.audio)
  const video = streams.video.codec === '' ? null : videoFacts(streams.video, metadata)
  ensure(audio !== null || video !== null, 'the FLV file has no audio and no video of a known kind')
  const spanMs = Math.round(durationOf(streams, audio, video))
  const isCut = tags.isCut || (metadata.get('filesize') ?? 0) > source.size
  const stated = metadata.get('duration') ?? 0
  const statedMs = Number.isFinite(stated) ? Math.round(stated * 1000) : 0
  // The last frame of sound is mostly longer than the sound in it. Metadata that lie within that frame know better.
  const frameMs = audio === null ? 0 : (soundOfTag(streams.audio, audio) ?? 0)
  const isWithinFrame = statedMs <= spanMs && statedMs >= spanMs - frameMs
  const facts = { container: 'flv', contentType: 'video/x-flv', audio, video } as const
  return isCut
    ? { ...facts, durationMs: Math.max(spanMs, statedMs), isCut }
    : { ...facts, durationMs: isWithinFrame ? statedMs : spanMs }
}

const newStream = (): Stream => ({
  ...{ codec: '', shown: [], sent: [], last: [] },
  ...{ head: new Uint8Array(0), config: null },
})

async function readFront(
  source: ByteSource,
  start: number,
  streams: Streams,
): Promise<ReadonlyMap<string, number>> {
  let metadata: ReadonlyMap<string, number> = new Map()
  let at = start
  for (let count = 0; count < TAGS_AT_FRONT_MAX; count++) {
    const tag = await readTag(source, at)
    if (tag === null) break
    if (tag.kind === 'script' && metadata.size === 0) {
      metadata = readMetadata(await source.read(tag.start, tag.start + Math.min(tag.size, SCRIPT_SIZE_MAX)))
    }
    await addFrame(source, tag, streams, 'shown')
    const isEnough = streams.video.shown.length >= FRAMES_AT_FRONT && streams.audio.shown.length > 0
    if (isEnough) break
    at = after(tag)
  }
  return metadata
}

async function readBack(
  source: ByteSource,
  { start, end: tagsEnd }: { readonly start: number; readonly end: number },
  streams: Streams,
): Promise<void> {
  let end = tagsEnd
  for (let count = 0; count < TAGS_AT_BACK_MAX && end > start; count++) {
    const tag = await readTagBefore(source, end)
    await addFrame(source, tag, streams, 'last')
    const { audio, video } = streams
    const hasVideo = video.codec === '' || video.last.length >= FRAMES_AT_BACK
    const hasAudio = audio.codec === '' || audio.last.length >= 2
    if (hasVideo && hasAudio) return
    end = tag.start - TAG_HEADER_SIZE
  }
}

async function addFrame(
  source: ByteSource,
  tag: Tag,
  streams: Streams,
  list: 'shown' | 'last',
): Promise<void> {
  const { kind } = tag
  if ((kind !== 'audio' && kind !== 'video') || tag.size === 0) return
  const head = await source.read(tag.start, tag.start + Math.min(tag.size, FRAME_HEAD_SIZE))
  const payload = (kind === 'audio' ? readAudio : readVideo)(head)
  if (payload === null) return
  const stream = streams[kind]
  if (stream.codec === '') Object.assign(stream, { codec: payload.codec, head })
  if (payload.isConfig) stream.config ??= await readConfig(source, tag, payload)
  else {
    stream[list].push(tag.time + payload.delay)
    if (list === 'shown') stream.sent.push(tag.time)
  }
}

const readConfig = (source: ByteSource, tag: Tag, { offset }: Payload): Promise<Uint8Array> =>
  source.read(
    tag.start + Math.min(offset, tag.size),
    tag.start + Math.min(tag.size, offset + CONFIG_SIZE_MAX),
  )

/** By the bits of SoundRate. */
const SAMPLE_RATES: readonly number[] = [5512, 11025, 22050, 44100]
/** Rates of the values of SoundFormat that fix one. */
const FIXED_RATES: Readonly<Record<number, number>> = {
  4: 16000,
  5: 8000,
  7: 8000,
  8: 8000,
  11: 16000,
  14: 8000,
}

function audioFacts({ codec, head, config }: Stream): AudioFacts {
  const [flags = 0] = head
  const own = {
    sampleRateHz: FIXED_RATES[flags >> 4] ?? SAMPLE_RATES[(flags >> 2) & 3] ?? 0,
    channels: (flags & 1) + 1,
  }
  const aac = codec === 'aac' && config !== null ? audioConfig(config) : null
  const mp3 = codec === 'mp3' ? MP3_FRAMES.parse(head, 1) : null
  const { sampleRateHz, channels } = mp3 ?? aac ?? own
  return { codec: aac?.codec ?? codec, sampleRateHz, channels: channels ?? own.channels }
}

function videoFacts({ codec, sent, config }: Stream, metadata: ReadonlyMap<string, number>): VideoFacts {
  const stated = { width: metadata.get('width') ?? 0, height: metadata.get('height') ?? 0 }
  const isStated = Object.values(stated).every((length) => Number.isInteger(length) && length > 0)
  const size = isStated ? stated : codec === 'avc' && config !== null ? sizeInAvcConfig(config) : null
  ensure(size !== null, 'the video has no usable size')
  const span = (sent.at(-1) ?? 0) - (sent[0] ?? 0)
  const frameRate =
    frameRateOf(metadata.get('framerate') ?? 0, 1) ?? frameRateOf(sent.length - 1, span / 1000)
  return { codec, ...size, frameRate }
}

/** In milliseconds: from the first frame shown to the end of the last. */
function durationOf(streams: Streams, audio: AudioFacts | null, video: VideoFacts | null): number {
  const soundMs = audio === null ? null : soundOfTag(streams.audio, audio)
  const pictureMs = video?.frameRate == null ? null : 1000 / video.frameRate
  const spans = [spanOf(streams.audio, soundMs), spanOf(streams.video, pictureMs)].filter(
    (span) => span !== null,
  )
  const ends = spans.map(({ end }) => end)
  const starts = spans.map(({ start }) => start)
  return Math.max(...ends) - Math.min(...starts)
}

function spanOf(
  { shown, last }: Stream,
  frameMs: number | null,
): { readonly start: number; readonly end: number } | null {
  if (shown.length === 0 || last.length === 0) return null
  const end = Math.max(...last)
  const before = Math.max(...last.filter((time) => time < end))
  const gap = Number.isFinite(before) ? end - before : 0
  return { start: Math.min(...shown), end: end + (frameMs ?? gap) }
}

/** How long a tag of audio sounds, in milliseconds. Null: only its size tells. */
function soundOfTag({ head }: Stream, { codec, sampleRateHz }: AudioFacts): number | null {
  if (codec === 'aac') return (1024 * 1000) / sampleRateHz
  if (codec === 'he-aac' || codec === 'he-aac-v2') return (2048 * 1000) / sampleRateHz
  const header = codec === 'mp3' ? MP3_FRAMES.parse(head, 1) : null
  return header === null ? null : (header.samples * 1000) / sampleRateHz
}

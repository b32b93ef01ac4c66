import type { AudioFacts, VideoFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { ensure } from '../refusal.ts'
import { elements, readFloat, readText, readUint } from './ebml.ts'
import { frameRateOf } from './frame-rate.ts'

const TRACK_ENTRY = 0xae
const TRACK_NUMBER = 0xd7
const DEFAULT_DURATION = 0x23e383
const CODEC_ID = 0x86
const VIDEO = 0xe0
const PIXEL_WIDTH = 0xb0
const PIXEL_HEIGHT = 0xba
const AUDIO = 0xe1
const SAMPLING_FREQUENCY = 0xb5
const OUTPUT_SAMPLING_FREQUENCY = 0x78b5
const CHANNELS = 0x9f
const BIT_DEPTH = 0x6264

/** Short names by codec id (RFC 9559 §27.1); AAC ids go on after a slash. Others keep their own. */
const CODECS: ReadonlyMap<string, string> = new Map([
  ['V_VP8', 'vp8'],
  ['V_VP9', 'vp9'],
  ['V_AV1', 'av1'],
  ['V_MPEG4/ISO/AVC', 'avc'],
  ['V_MPEGH/ISO/HEVC', 'hevc'],
  ['V_PRORES', 'prores'],
  ['A_OPUS', 'opus'],
  ['A_VORBIS', 'vorbis'],
  ['A_FLAC', 'flac'],
  ['A_MPEG/L3', 'mp3'],
  ['A_AC3', 'ac3'],
  ['A_EAC3', 'eac3'],
])

export interface MatroskaTrack {
  readonly number: number
  /** Of one frame, in nanoseconds; 0 if the file does not tell. */
  readonly frameNs: number
  readonly audio: AudioFacts | null
  readonly video: VideoFacts | null
}

type Span = { readonly start: number; readonly size: number }

const TRACKS_MAX = 1024

/** The tracks of a `Tracks` element, in order. */
export async function readTracks(source: ByteSource, { start, size }: Span): Promise<MatroskaTrack[]> {
  const tracks: MatroskaTrack[] = []
  for await (const element of elements(source, start, start + size)) {
    if (element.id === TRACK_ENTRY) tracks.push(await readTrack(source, element))
    ensure(tracks.length <= TRACKS_MAX, 'the Matroska file has too many tracks')
  }
  return tracks
}

async function readTrack(source: ByteSource, { start, size }: Span): Promise<MatroskaTrack> {
  const track = { number: 0, frameNs: 0, codec: '' }
  let video: Picture | null = null
  let audio: Sound | null = null
  for await (const element of elements(source, start, start + size)) {
    if (element.id === TRACK_NUMBER) track.number = await readUint(source, element)
    if (element.id === DEFAULT_DURATION) track.frameNs = await readUint(source, element)
    if (element.id === CODEC_ID) track.codec = await readText(source, element)
    if (element.id === VIDEO) video = await readVideo(source, element)
    if (element.id === AUDIO) audio = await readAudio(source, element)
  }
  const { number, frameNs, codec } = track
  return {
    ...{ number, frameNs },
    audio: audio === null ? null : audioFacts(codec, audio),
    video:
      video === null ? null : { codec: codecName(codec), ...video, frameRate: frameRateOf(1e9, frameNs) },
  }
}

type Picture = Pick<VideoFacts, 'width' | 'height'>

async function readVideo(source: ByteSource, { start, size }: Span): Promise<Picture> {
  const picture = { width: 0, height: 0 }
  for await (const element of elements(source, start, start + size)) {
    if (element.id === PIXEL_WIDTH) picture.width = await readUint(source, element)
    if (element.id === PIXEL_HEIGHT) picture.height = await readUint(source, element)
  }
  ensure(picture.width > 0 && picture.height > 0, 'the video has no usable size')
  return picture
}

interface Sound {
  readonly sampleRateHz: number
  readonly channels: number
  readonly bits: number
}

async function readAudio(source: ByteSource, { start, size }: Span): Promise<Sound> {
  const sound = { sampleRateHz: 8000, outputRateHz: 0, channels: 1, bits: 0 }
  for await (const element of elements(source, start, start + size)) {
    if (element.id === SAMPLING_FREQUENCY) sound.sampleRateHz = await readFloat(source, element)
    if (element.id === OUTPUT_SAMPLING_FREQUENCY) sound.outputRateHz = await readFloat(source, element)
    if (element.id === CHANNELS) sound.channels = await readUint(source, element)
    if (element.id === BIT_DEPTH) sound.bits = await readUint(source, element)
  }
  const sampleRateHz = sound.outputRateHz > 0 ? sound.outputRateHz : sound.sampleRateHz
  ensure(Number.isFinite(sampleRateHz) && sampleRateHz > 0, 'the audio has no usable sample rate')
  ensure(sound.channels > 0, 'the audio has no usable channel count')
  return { sampleRateHz, channels: sound.channels, bits: sound.bits }
}

function audioFacts(codecId: string, { sampleRateHz, channels, bits }: Sound): AudioFacts {
  return { codec: pcmName(codecId, bits) ?? codecName(codecId), sampleRateHz, channels }
}

function pcmName(codecId: string, bits: number): string | null {
  if (codecId === 'A_PCM/FLOAT/IEEE') return `pcm-f${bits}`
  if (codecId === 'A_PCM/INT/LIT') return bits === 8 ? 'pcm-u8' : `pcm-s${bits}`
  return codecId === 'A_PCM/INT/BIG' ? `pcm-s${bits}be` : null
}

const codecName = (codecId: string): string =>
  codecId.startsWith('A_AAC') ? 'aac' : (CODECS.get(codecId) ?? codecId.toLowerCase())

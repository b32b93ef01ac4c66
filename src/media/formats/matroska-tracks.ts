import type { AudioFacts, VideoFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { textAt } from '../bytes.ts'
import { ensure } from '../refusal.ts'
import { audioConfig } from './aac-config.ts'
import { elements, readFloat, readText, readUint } from './ebml.ts'
import { frameRateOf } from './frame-rate.ts'
import { audioInWaveFormat, bitmapCodec, videoCodecOf } from './windows-codecs.ts'

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

/** Short names by codec id (RFC 9559 §27.1, and the ids that ffmpeg and older writers use). Others keep their own, in lower case. */
const CODECS: ReadonlyMap<string, string> = new Map([
  ['V_VP8', 'vp8'],
  ['V_VP9', 'vp9'],
  ['V_AV1', 'av1'],
  ['V_MPEG1', 'mpeg1'],
  ['V_MPEG2', 'mpeg2'],
  ['V_MPEG4/ISO/SP', 'mpeg4'],
  ['V_MPEG4/ISO/ASP', 'mpeg4'],
  ['V_MPEG4/ISO/AP', 'mpeg4'],
  ['V_MPEG4/ISO/AVC', 'avc'],
  ['V_MPEG4/MS/V3', 'msmpeg4v3'],
  ['V_MPEGH/ISO/HEVC', 'hevc'],
  ['V_MPEGI/ISO/VVC', 'vvc'],
  ['V_MJPEG', 'mjpeg'],
  ['V_THEORA', 'theora'],
  ['V_PRORES', 'prores'],
  ['V_FFV1', 'ffv1'],
  ['V_SNOW', 'snow'],
  ['V_DIRAC', 'dirac'],
  ['V_AVS2', 'avs2'],
  ['V_AVS3', 'avs3'],
  ['V_UNCOMPRESSED', 'rawvideo'],
  ['V_REAL/RV10', 'rv10'],
  ['V_REAL/RV20', 'rv20'],
  ['V_REAL/RV30', 'rv30'],
  ['V_REAL/RV40', 'rv40'],
  ['A_OPUS', 'opus'],
  ['A_VORBIS', 'vorbis'],
  ['A_FLAC', 'flac'],
  ['A_ALAC', 'alac'],
  ['A_MPEG/L3', 'mp3'],
  ['A_MPEG/L2', 'mp2'],
  ['A_MPEG/L1', 'mp1'],
  ['A_AC3', 'ac3'],
  ['A_EAC3', 'eac3'],
  ['A_DTS', 'dts'],
  ['A_TRUEHD', 'truehd'],
  ['A_MLP', 'mlp'],
  ['A_TTA1', 'tta'],
  ['A_WAVPACK4', 'wavpack'],
  ['A_QUICKTIME/QDM2', 'qdm2'],
  ['A_QUICKTIME/QDMC', 'qdmc'],
  ['A_ATRAC/AT1', 'atrac1'],
  ['A_REAL/COOK', 'cook'],
  ['A_REAL/SIPR', 'sipr'],
  ['A_REAL/ATRC', 'atrac3'],
  ['A_REAL/RALF', 'ralf'],
])
const CODEC_PRIVATE = 0x63a2
const PRIVATE_SIZE_MAX = 1024

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
  let set: Uint8Array = new Uint8Array(0)
  let video: Picture | null = null
  let audio: Sound | null = null
  for await (const element of elements(source, start, start + size)) {
    if (element.id === TRACK_NUMBER) track.number = await readUint(source, element)
    if (element.id === DEFAULT_DURATION) track.frameNs = await readUint(source, element)
    if (element.id === CODEC_ID) track.codec = await readText(source, element)
    if (element.id === CODEC_PRIVATE) set = await readStart(source, element)
    if (element.id === VIDEO) video = await readVideo(source, element)
    if (element.id === AUDIO) audio = await readAudio(source, element)
  }
  const { number, frameNs, codec } = track
  return {
    ...{ number, frameNs },
    audio: audio === null ? null : audioFacts(codec, audio, set),
    video:
      video === null
        ? null
        : { codec: pictureCodec(codec, set), ...video, frameRate: frameRateOf(1e9, frameNs) },
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

const readStart = (source: ByteSource, { start, size }: Span): Promise<Uint8Array> =>
  source.read(start, start + Math.min(size, PRIVATE_SIZE_MAX))

/** `set` is the codec's own set-up: of codecs of Windows a WAVEFORMATEX, of AAC an AudioSpecificConfig. */
function audioFacts(codecId: string, { sampleRateHz, channels, bits }: Sound, set: Uint8Array): AudioFacts {
  if (codecId === 'A_MS/ACM' && set.length >= 16) return audioInWaveFormat(set)
  const own = { codec: pcmName(codecId, bits) ?? codecName(codecId), sampleRateHz, channels }
  if (own.codec !== 'aac') return own
  const aac = audioConfig(set)
  if (aac === null) return { ...own, codec: codecId.endsWith('/SBR') ? 'he-aac' : 'aac' }
  return { ...aac, channels: aac.channels ?? channels }
}

function pcmName(codecId: string, bits: number): string | null {
  if (codecId === 'A_PCM/FLOAT/IEEE') return `pcm-f${bits}`
  if (codecId === 'A_PCM/INT/LIT') return bits === 8 ? 'pcm-u8' : `pcm-s${bits}`
  return codecId === 'A_PCM/INT/BIG' ? `pcm-s${bits}be` : null
}

/** Of codecs of Windows the set-up is a BITMAPINFOHEADER, of QuickTime a sample entry with its size in front. */
function pictureCodec(codecId: string, set: Uint8Array): string {
  if (codecId === 'V_MS/VFW/FOURCC') return bitmapCodec(set)
  return codecId === 'V_QUICKTIME' && set.length >= 8 ? videoCodecOf(textAt(set, 4, 4)) : codecName(codecId)
}

const codecName = (codecId: string): string =>
  codecId.startsWith('A_AAC') ? 'aac' : (CODECS.get(codecId) ?? codecId.toLowerCase())

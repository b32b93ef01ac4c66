import type { AudioFacts, VideoFacts } from '../../../core/model/media.ts'
import { textAt, viewOf } from '../../bytes.ts'
import { frameRateOf } from '../frame-rate.ts'
import { opusSamples } from '../sound/opus-frames.ts'

/** What the first packet of a stream says. */
export interface OggStream {
  readonly audio: AudioFacts | null
  readonly video: VideoFacts | null
  /** Seconds from the stream's zero to a granule position. */
  secondsAt(granule: bigint): number
  /** Seconds that packets of sound or pictures last, by their first bytes. */
  secondsOf(packets: readonly Uint8Array[]): number
  /** Seconds at the start that are not played. */
  readonly skippedSeconds: number
}

type Reader = (packet: Uint8Array, view: DataView) => OggStream | null

/** By how the first packet begins. */
const READERS: readonly (readonly [mark: string, sizeMin: number, Reader])[] = [
  ['OpusHead', 19, readOpus],
  ['\x01vorbis', 30, readVorbis],
  ['\x7fFLAC', 51, (packet) => readFlac(packet.subarray(17))],
  ['fLaC', 42, (packet) => readFlac(packet.subarray(8))],
  ['Speex   ', 68, readSpeex],
  ['\x80theora', 42, readTheora],
  ['OVP80', 26, readVp8],
]

/** Null: the stream has no sound and no pictures of a known kind. */
export function readStream(packet: Uint8Array): OggStream | null {
  const found = READERS.find(
    ([mark, sizeMin]) => packet.length >= sizeMin && textAt(packet, 0, mark.length) === mark,
  )
  return found === undefined ? null : found[2](packet, viewOf(packet))
}

/** Sound whose granules count samples. */
function sound(
  { codec, sampleRateHz, channels }: AudioFacts,
  samplesOf: (packets: readonly Uint8Array[]) => number,
  skipped = 0,
): OggStream | null {
  if (sampleRateHz === 0 || channels === 0) return null
  return {
    ...{ audio: { codec, sampleRateHz, channels }, video: null },
    secondsAt: (granule) => Number(granule) / sampleRateHz,
    secondsOf: (packets) => samplesOf(packets) / sampleRateHz,
    skippedSeconds: skipped / sampleRateHz,
  }
}

/** RFC 7845 §5.1. Granules are at 48 kHz, whatever the rate was before. */
function readOpus(packet: Uint8Array, view: DataView): OggStream | null {
  const samplesOf = (packets: readonly Uint8Array[]): number =>
    packets.reduce((sum, [first = 0, second = 0]) => sum + opusSamples(first, second), 0)
  const facts = { codec: 'opus', sampleRateHz: 48_000, channels: packet[9] ?? 0 }
  return sound(facts, samplesOf, view.getUint16(10, true))
}

/** Vorbis I §4.2.2. Its packets do not tell their length without its modes. */
function readVorbis(packet: Uint8Array, view: DataView): OggStream | null {
  return sound(
    { codec: 'vorbis', sampleRateHz: view.getUint32(12, true), channels: packet[11] ?? 0 },
    () => 0,
  )
}

/** STREAMINFO (RFC 9639 §8.2). */
function readFlac(info: Uint8Array): OggStream | null {
  const view = viewOf(info)
  const packed = view.getUint32(10)
  const facts = { codec: 'flac', sampleRateHz: packed >>> 12, channels: ((packed >>> 9) & 7) + 1 }
  return sound(facts, (packets) => packets.length * view.getUint16(2))
}

function readSpeex(_packet: Uint8Array, view: DataView): OggStream | null {
  const [sampleRateHz, channels] = [view.getUint32(36, true), view.getUint32(48, true)]
  const samples = view.getUint32(56, true) * Math.max(1, view.getUint32(64, true))
  return sound({ codec: 'speex', sampleRateHz, channels }, (packets) => packets.length * samples)
}

interface Pictures {
  readonly codec: string
  readonly width: number
  readonly height: number
  readonly framesPerSecond: number
  framesAt(granule: bigint): number
}

function pictures({ codec, width, height, framesPerSecond, framesAt }: Pictures): OggStream | null {
  if (!(framesPerSecond > 0 && Number.isFinite(framesPerSecond)) || width === 0 || height === 0) return null
  return {
    ...{ audio: null, video: { codec, width, height, frameRate: frameRateOf(framesPerSecond, 1) } },
    secondsAt: (granule) => framesAt(granule) / framesPerSecond,
    secondsOf: (packets) => packets.length / framesPerSecond,
    skippedSeconds: 0,
  }
}

/** Theora §6.2. A granule has the number of the last key frame, and in its lower bits that of frames since. */
function readTheora(packet: Uint8Array, view: DataView): OggStream | null {
  const shift = BigInt((view.getUint16(40) >> 5) & 31)
  const countsFromOne = view.getUint32(6) >>> 8 >= 0x030201
  return pictures({
    codec: 'theora',
    width: view.getUint32(13) & 0xffffff,
    height: view.getUint32(16) & 0xffffff,
    framesPerSecond: view.getUint32(22) / view.getUint32(26),
    framesAt: (granule) =>
      Number((granule >> shift) + (granule & ((1n << shift) - 1n))) +
      (countsFromOne || packet.length === 0 ? 0 : 1),
  })
}

/** The mapping of On2 that ffmpeg writes: the number of the frame is in the upper half of a granule. */
function readVp8(_packet: Uint8Array, view: DataView): OggStream | null {
  return pictures({
    codec: 'vp8',
    width: view.getUint16(8),
    height: view.getUint16(10),
    framesPerSecond: view.getUint32(18) / view.getUint32(22),
    framesAt: (granule) => Number(granule >> 32n),
  })
}

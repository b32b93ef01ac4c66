import type { AudioFacts, MediaFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { samplesToMs, textAt, viewOf } from '../bytes.ts'
import { ensure } from '../refusal.ts'
import { measureFrameRun } from './frame-samples.ts'
import type { FrameFormat, FrameHeader } from './frames.ts'
import { isSideInfoSound } from './mp3-side-info.ts'

/** kbit/s by bitrate index, ISO 11172-3 §2.4.2.3 and ISO 13818-3 §2.4.2.3, layer III. */
const BITRATES_MPEG1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0]
const BITRATES_MPEG2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0]
const SAMPLE_RATES_MPEG1 = [44100, 48000, 32000, 0]
/** By the two version bits; 1 is reserved. */
const VERSIONS = [{ rateDivider: 4 }, null, { rateDivider: 2 }, { rateDivider: 1 }]
const LAYER_3 = 1
const EMPHASIS_RESERVED = 2
const MONO = 3

/** MPEG-1, MPEG-2 and MPEG-2.5 layer III. Free format is not taken. */
export const MP3_FRAMES: FrameFormat = {
  name: 'MP3',
  headerSize: 4,
  frameSizeMax: 1441,
  parse: parseHeader,
  isSound: isSideInfoSound,
}

function parseHeader(bytes: Uint8Array, at: number): FrameHeader | null {
  if (bytes[at] !== 0xff) return null
  const [b1 = 0, b2 = 0, b3 = 0] = [bytes[at + 1], bytes[at + 2], bytes[at + 3]]
  if ((b1 & 0xe0) !== 0xe0 || ((b1 >> 1) & 3) !== LAYER_3 || (b3 & 3) === EMPHASIS_RESERVED) return null
  const version = VERSIONS[(b1 >> 3) & 3] ?? null
  if (version === null) return null
  const isMpeg1 = version.rateDivider === 1
  const kbps = (isMpeg1 ? BITRATES_MPEG1 : BITRATES_MPEG2)[b2 >> 4] ?? 0
  const sampleRateHz = (SAMPLE_RATES_MPEG1[(b2 >> 2) & 3] ?? 0) / version.rateDivider
  if (kbps === 0 || sampleRateHz === 0) return null
  const samples = isMpeg1 ? 1152 : 576
  const padding = (b2 >> 1) & 1
  return {
    size: Math.floor((samples * kbps * 125) / sampleRateHz) + padding,
    samples,
    sampleRateHz,
    channels: b3 >> 6 === MONO ? 1 : 2,
    key: ((b1 & 0x1e) << 2) | ((b2 >> 2) & 3),
  }
}

/** An MP3 file whose frames lie between `start` and `end`: tags are taken off. */
export async function measureMp3(source: ByteSource, start: number, end: number): Promise<MediaFacts> {
  const { audio, durationMs } = await measureMpegAudio(source, start, end)
  return { container: 'mp3', contentType: 'audio/mpeg', durationMs, audio, video: null }
}

/** The sound between `start` and `end`, as `measureFrameRun` finds it. A Xing, Info or VBRI frame holds none and does not count. */
export async function measureMpegAudio(
  source: ByteSource,
  start: number,
  end: number,
): Promise<{ readonly audio: AudioFacts; readonly durationMs: number }> {
  const run = await measureFrameRun(source, MP3_FRAMES, { start, end }, samplesByIndex)
  const { first } = run
  const isIndex = findIndex(await source.read(run.start, run.start + first.size), first) !== null
  const samples = run.samples - (isIndex ? first.samples : 0)
  ensure(samples > 0, 'the MP3 file has no audio')
  return {
    audio: { codec: 'mp3', sampleRateHz: first.sampleRateHz, channels: first.channels },
    durationMs: samplesToMs(samples, first.sampleRateHz),
  }
}

const VBRI_AT = 36
const VBRI_FRAMES_AT = 14
const XING_FRAMES_AT = 8
const XING_HAS_FRAMES = 1

/**
 * Frames behind an index, or 0 where it does not say. Null: the frame holds none. The Xing mark follows the side information, whose length goes by version and
 * channels; VBRI is always at 36.
 */
function findIndex(frame: Uint8Array, { samples, channels }: FrameHeader): number | null {
  const isMpeg1 = samples === 1152
  const sideInfo = isMpeg1 ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17
  const xing = MP3_FRAMES.headerSize + sideInfo
  // With a checksum the mark may stand two bytes later.
  const at = [xing, xing + 2].find((place) => ['Xing', 'Info'].includes(textAt(frame, place, 4)))
  const uint = (place: number): number =>
    place + 4 <= frame.length ? viewOf(frame).getUint32(place, false) : 0
  if (at !== undefined) return (uint(at + 4) & XING_HAS_FRAMES) === 0 ? 0 : uint(at + XING_FRAMES_AT)
  return textAt(frame, VBRI_AT, 4) === 'VBRI' ? uint(VBRI_AT + VBRI_FRAMES_AT) : null
}

/** With those that the index frame itself would have. */
function samplesByIndex(frame: Uint8Array, first: FrameHeader): number | null {
  const frames = findIndex(frame, first) ?? 0
  return frames === 0 ? null : (frames + 1) * first.samples
}

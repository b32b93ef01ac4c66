import type { FrameFormat, FrameHeader } from './frames.ts'

/** kbit/s by bitrate index, ISO 11172-3 §2.4.2.3 and ISO 13818-3 §2.4.2.3, layer II. */
const BITRATES_MPEG1 = [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0]
const BITRATES_MPEG2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0]
const SAMPLE_RATES_MPEG1 = [44100, 48000, 32000, 0]
const SAMPLES = 1152
const EMPHASIS_RESERVED = 2
const MONO = 3

/** MPEG-1 and MPEG-2 layer II. */
export const MP2_FRAMES: FrameFormat = {
  name: 'MP2',
  headerSize: 4,
  frameSizeMax: 1729,
  parse: parseHeader,
  isSound: () => true,
}

function parseHeader(bytes: Uint8Array, at: number): FrameHeader | null {
  const [b1 = 0, b2 = 0, b3 = 0] = [bytes[at + 1], bytes[at + 2], bytes[at + 3]]
  if (bytes[at] !== 0xff || (b1 & 0xf6) !== 0xf4 || (b3 & 3) === EMPHASIS_RESERVED) return null
  const isMpeg1 = (b1 & 8) !== 0
  const kbps = (isMpeg1 ? BITRATES_MPEG1 : BITRATES_MPEG2)[b2 >> 4] ?? 0
  const sampleRateHz = (SAMPLE_RATES_MPEG1[(b2 >> 2) & 3] ?? 0) / (isMpeg1 ? 1 : 2)
  if (kbps === 0 || sampleRateHz === 0) return null
  return {
    size: Math.floor((SAMPLES * kbps * 125) / sampleRateHz) + ((b2 >> 1) & 1),
    samples: SAMPLES,
    sampleRateHz,
    channels: b3 >> 6 === MONO ? 1 : 2,
    key: ((b1 & 0x1e) << 2) | ((b2 >> 2) & 3),
  }
}

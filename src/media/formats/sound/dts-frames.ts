import { Bits } from '../bits.ts'
import type { FrameFormat, FrameHeader } from '../frames.ts'

/** By SFREQ, ETSI TS 102 114 table 5-5. */
const SAMPLE_RATES = [
  0, 8000, 16000, 32000, 0, 0, 11025, 22050, 44100, 0, 0, 12000, 24000, 48000, 96000, 192000,
]
/** By AMODE, table 5-4. */
const CHANNELS = [1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 6, 6, 6, 7, 8, 8]
const CORE = 0x7ffe8001
const EXTENSION = 0x64582025
const BLOCK_SAMPLES = 32

/** The core of DTS, ETSI TS 102 114 §5.3, with an extension substream (§7.4) that follows it. */
export const DTS_FRAMES: FrameFormat = {
  name: 'DTS',
  headerSize: 15,
  frameSizeMax: 32_768,
  parse: parseHeader,
  isSound: () => true,
}

function parseHeader(bytes: Uint8Array, at: number): FrameHeader | null {
  const bits = new Bits(bytes, at * 8)
  if (bits.take(32) !== CORE) return null
  const blocks = bits.skip(1 + 5 + 1).take(7) + 1
  const size = bits.take(14) + 1
  const mode = bits.take(6)
  const rateIndex = bits.take(4)
  const [sampleRateHz, channels] = [SAMPLE_RATES[rateIndex] ?? 0, CHANNELS[mode]]
  const lowFrequency = bits.skip(5 + 1 + 1 + 1 + 1 + 1 + 3 + 1 + 1).take(2)
  if (sampleRateHz === 0 || channels === undefined || blocks < 6 || size < 96) return null
  return {
    size: size + extensionSize(bytes, at + size),
    samples: blocks * BLOCK_SAMPLES,
    sampleRateHz,
    channels: channels + (lowFrequency === 1 || lowFrequency === 2 ? 1 : 0),
    key: (mode << 4) | rateIndex,
  }
}

/** 0: there is none. */
function extensionSize(bytes: Uint8Array, at: number): number {
  const bits = new Bits(bytes, at * 8)
  if (bits.take(32) !== EXTENSION) return 0
  const isLong = bits.skip(8 + 2).flag()
  return bits.skip(isLong ? 12 : 8).take(isLong ? 20 : 16) + 1
}

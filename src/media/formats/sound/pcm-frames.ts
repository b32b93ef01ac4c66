import type { FrameFormat, FrameHeader } from '../frames.ts'

/** By the channel assignment of discs; channels are padded to an even number. */
const DISC_CHANNELS = [0, 1, 0, 2, 3, 3, 4, 4, 5, 6, 7, 8]
const DISC_RATES: Readonly<Record<number, number>> = { 1: 48_000, 4: 96_000, 5: 192_000 }
const DISC_BITS = [0, 16, 20, 24]
const HEADER_SIZE = 4

type HeaderParser = (bytes: readonly number[]) => FrameHeader | null

const pcmFrames = (name: string, parse: HeaderParser, headerSize = HEADER_SIZE): FrameFormat => ({
  name,
  headerSize,
  frameSizeMax: 0x10003,
  parse: (bytes, at) => parse([...bytes.subarray(at, at + headerSize)]),
  isSound: () => true,
})

/** PCM of Blu-ray discs: four bytes in front tell size, channels, rate and bits. `key` is the bits. */
export const DISC_PCM_FRAMES: FrameFormat = pcmFrames('disc PCM', ([b0 = 0, b1 = 0, b2 = 0, b3 = 0]) => {
  const size = (b0 << 8) | b1
  const channels = DISC_CHANNELS[b2 >> 4] ?? 0
  const sampleRateHz = DISC_RATES[b2 & 15] ?? 0
  const bits = DISC_BITS[b3 >> 6] ?? 0
  if (size === 0 || channels === 0 || sampleRateHz === 0 || bits === 0) return null
  const block = (channels + (channels & 1)) * (bits === 16 ? 2 : 3)
  return { size: HEADER_SIZE + size, samples: Math.floor(size / block), sampleRateHz, channels, key: bits }
})

/** PCM in packets of AES3, SMPTE 302 §6: each sample has four more bits. `key` is the bits. */
export const BROADCAST_PCM_FRAMES: FrameFormat = pcmFrames(
  'SMPTE 302',
  ([b0 = 0, b1 = 0, b2 = 0, b3 = 0]) => {
    const size = (b0 << 8) | b1
    const channels = ((b2 >> 6) + 1) * 2
    const bits = 16 + ((b3 >> 4) & 3) * 4
    if (size === 0 || bits > 24) return null
    const samples = Math.floor((size * 8) / (channels * (bits + 4)))
    return { size: HEADER_SIZE + size, samples, sampleRateHz: 48_000, channels, key: bits }
  },
)

const SIZED_HEADER_SIZE = 6

/** PCM with a header of ours: size, channels, bits, and hundreds of Hz. `key` is the bits. */
export const SIZED_PCM_FRAMES: FrameFormat = pcmFrames(
  'PCM',
  ([b0 = 0, b1 = 0, channels = 0, bits = 0, b4 = 0, b5 = 0]) => {
    const size = (b0 << 8) | b1
    const sampleRateHz = ((b4 << 8) | b5) * 100
    if (size === 0 || channels === 0 || bits === 0 || sampleRateHz === 0) return null
    const samples = Math.floor((size * 8) / (channels * bits))
    return { size: SIZED_HEADER_SIZE + size, samples, sampleRateHz, channels, key: bits }
  },
  SIZED_HEADER_SIZE,
)

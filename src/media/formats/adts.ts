import { AAC_SAMPLE_RATES, channelsOfProgram } from './aac-config.ts'
import type { FrameFormat, FrameHeader } from './frames.ts'

const SAMPLES_PER_BLOCK = 1024
/** Where there are others than the layout's number. */
const CHANNELS: Readonly<Record<number, number>> = { 7: 8 }

/** AAC in ADTS, ISO 14496-3 §1.A.3.2. */
export const ADTS_FRAMES: FrameFormat = {
  name: 'ADTS',
  headerSize: 7,
  frameSizeMax: 8191,
  parse: parseHeader,
  isSound: () => true,
}

function parseHeader(bytes: Uint8Array, at: number): FrameHeader | null {
  if (bytes[at] !== 0xff || ((bytes[at + 1] ?? 0) & 0xf6) !== 0xf0) return null
  const [b1 = 0, b2 = 0, b3 = 0] = [bytes[at + 1], bytes[at + 2], bytes[at + 3]]
  const [b4 = 0, b5 = 0, b6 = 0] = [bytes[at + 4], bytes[at + 5], bytes[at + 6]]
  const sampleRateHz = AAC_SAMPLE_RATES[(b2 >> 2) & 15]
  const size = ((b3 & 3) << 11) | (b4 << 3) | (b5 >> 5)
  const hasChecksum = (b1 & 1) === 0
  if (sampleRateHz === undefined || size < (hasChecksum ? 9 : 7)) return null
  const layout = ((b2 & 1) << 2) | (b3 >> 6)
  return {
    size,
    samples: SAMPLES_PER_BLOCK * ((b6 & 3) + 1),
    sampleRateHz,
    channels:
      layout === 0 ? channelsOfProgram(bytes, at + (hasChecksum ? 9 : 7)) : (CHANNELS[layout] ?? layout),
    key: ((b1 & 8) << 8) | ((b2 & 0xfd) << 3) | layout,
  }
}

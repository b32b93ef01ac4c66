import { AC3_CHANNELS } from '../ac3.ts'
import type { FrameFormat, FrameHeader } from '../frames.ts'

const SAMPLE_RATES = [48000, 44100, 32000]
const BLOCKS = [1, 2, 3, 6]
const BLOCK_SAMPLES = 256
const DEPENDENT = 1
/** Lower ids are AC-3, which has other frames. */
const BSID_MIN = 11
const BSID_MAX = 16

/** E-AC-3, ETSI TS 102 366 annex E.1.2. Frames that add channels to the one before them last no time. */
export const EAC3_FRAMES: FrameFormat = {
  name: 'E-AC-3',
  headerSize: 6,
  frameSizeMax: 4096,
  parse: parseHeader,
  isSound: () => true,
}

function parseHeader(bytes: Uint8Array, at: number): FrameHeader | null {
  if (bytes[at] !== 0x0b || bytes[at + 1] !== 0x77) return null
  const [b2 = 0, b3 = 0, b4 = 0, b5 = 0] = bytes.subarray(at + 2, at + 6)
  const [isHalf, blocksOrHalf] = [b4 >> 6 === 3, (b4 >> 4) & 3]
  const full = SAMPLE_RATES[isHalf ? blocksOrHalf : b4 >> 6]
  const blocks = isHalf ? 6 : (BLOCKS[blocksOrHalf] ?? 0)
  const [isDependent, version] = [b2 >> 6 === DEPENDENT, b5 >> 3]
  if (full === undefined || b2 >> 6 === 3 || version < BSID_MIN || version > BSID_MAX) return null
  return {
    size: ((((b2 & 7) << 8) | b3) + 1) * 2,
    samples: isDependent ? 0 : blocks * BLOCK_SAMPLES,
    sampleRateHz: isHalf ? full / 2 : full,
    channels: (AC3_CHANNELS[(b4 >> 1) & 7] ?? 0) + (b4 & 1),
    key: isHalf ? 8 + blocksOrHalf : b4 >> 6,
  }
}

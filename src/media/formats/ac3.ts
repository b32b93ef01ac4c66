import type { FrameFormat, FrameHeader } from './frames.ts'

/** kbit/s by half of frmsizecod, ETSI TS 102 366 table 4.13. */
const BITRATES = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640]
const SAMPLE_RATES = [48000, 44100, 32000]
/** By acmod, low-frequency channel not counted (§4.4.2.3). */
export const AC3_CHANNELS: readonly number[] = [2, 1, 2, 3, 3, 4, 4, 5]
const SAMPLES = 1536
/** Higher ids are E-AC-3, which has other frames. */
const BSID_MAX = 8

export const AC3_FRAMES: FrameFormat = {
  name: 'AC-3',
  headerSize: 8,
  frameSizeMax: 3840,
  parse: parseHeader,
  isSound: () => true,
}

/** syncinfo and the begin of bsi, ETSI TS 102 366 §4.3. */
function parseHeader(bytes: Uint8Array, at: number): FrameHeader | null {
  if (bytes[at] !== 0x0b || bytes[at + 1] !== 0x77) return null
  const [b4 = 0, b5 = 0, b6 = 0, b7 = 0] = bytes.subarray(at + 4, at + 8)
  const sampleRateHz = SAMPLE_RATES[b4 >> 6]
  const sizeCode = b4 & 0x3f
  const kbps = BITRATES[sizeCode >> 1]
  if (sampleRateHz === undefined || kbps === undefined || b5 >> 3 > BSID_MAX) return null
  const padding = sampleRateHz === 44100 ? sizeCode & 1 : 0
  const mode = b6 >> 5
  return {
    size: (Math.floor((SAMPLES * kbps * 1000) / (sampleRateHz * 16)) + padding) * 2,
    samples: SAMPLES,
    sampleRateHz,
    channels: (AC3_CHANNELS[mode] ?? 0) + lowFrequency(mode, ((b6 << 8) | b7) & 0x1fff),
    key: ((b5 >> 3) << 8) | ((b4 >> 6) << 3) | mode,
  }
}

/** lfeon follows the mix levels. A mode may have several of them. `rest` are 13 bits. */
function lowFrequency(mode: number, rest: number): number {
  const hasCentre = (mode & 1) !== 0 && mode !== 1
  const levels = (hasCentre ? 2 : 0) + ((mode & 4) !== 0 ? 2 : 0) + (mode === 2 ? 2 : 0)
  return (rest >> (12 - levels)) & 1
}

import { AAC_SAMPLE_RATES, audioConfig } from '../aac-config.ts'
import { Bits } from '../bits.ts'
import type { FrameFormat } from '../frames.ts'

const HEADER_SIZE = 3
const FRAME_SAMPLES = 1024
const CONFIG_SIZE_MAX = 64

interface Configured {
  readonly sampleRateHz: number
  readonly channels: number
  /** Of one element of the stream, at this rate. */
  readonly samples: number
}

/**
 * AAC in LOAS (ISO 14496-3 §1.7.2: AudioSyncStream). What it holds stands only in some of its elements, so that the first of them
 * in `bytes` is read. Null: there is none.
 */
export function latmFrames(bytes: Uint8Array): FrameFormat | null {
  for (let at = 0; at + HEADER_SIZE < bytes.length; at++) {
    const size = elementSize(bytes, at)
    const isFollowed = size !== null && (at + size >= bytes.length || elementSize(bytes, at + size) !== null)
    if (size === null || !isFollowed) continue
    const config = streamConfig(bytes.subarray(at + HEADER_SIZE, at + size))
    if (config !== null) return withConfig(config)
    at += size - 1
  }
  return null
}

const withConfig = (config: Configured): FrameFormat => ({
  name: 'LATM',
  headerSize: HEADER_SIZE,
  frameSizeMax: 8194,
  parse: (bytes, at) => {
    const size = elementSize(bytes, at)
    return size === null ? null : { ...config, size, key: 0 }
  },
  isSound: () => true,
})

/** With its header; null: none begins here. */
function elementSize(bytes: Uint8Array, at: number): number | null {
  const [b0, b1 = 0, b2 = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]]
  return b0 === 0x56 && (b1 & 0xe0) === 0xe0 ? HEADER_SIZE + (((b1 & 0x1f) << 8) | b2) : null
}

/** StreamMuxConfig of an AudioMuxElement (§1.7.3); null: it has none, or none that tells rate and channels. */
function streamConfig(element: Uint8Array): Configured | null {
  const bits = new Bits(element)
  if (bits.flag()) return null
  const version = bits.take(1)
  if (version === 1 && bits.flag()) return null
  if (version === 1) latmValue(bits)
  const frames = bits.skip(1).take(6) + 1
  bits.skip(4 + 3)
  if (version === 1) latmValue(bits)
  const rest = element.length - (bits.at >> 3)
  const config = Uint8Array.from({ length: Math.min(rest, CONFIG_SIZE_MAX) }, () => bits.take(8))
  const facts = audioConfig(config)
  if (facts === null || facts.channels === null) return null
  const { sampleRateHz, channels } = facts
  // With SBR a frame has twice the samples at the rate that comes out.
  const coreRateHz = AAC_SAMPLE_RATES[new Bits(config, 5).take(4)] ?? sampleRateHz
  const times = Math.max(1, Math.round(sampleRateHz / coreRateHz))
  return { sampleRateHz, channels, samples: frames * FRAME_SAMPLES * times }
}

function latmValue(bits: Bits): number {
  const length = bits.take(2) + 1
  return bits.take(length * 8)
}

import type { FrameFormat, FrameHeader } from '../frames.ts'

const SAMPLE_RATE_HZ = 48_000
const TICKS_PER_MS = SAMPLE_RATE_HZ / 1000
const PACKET_SAMPLES_MAX = 120 * TICKS_PER_MS

/** How many samples a packet of Opus holds at 48 kHz, by its first two bytes (RFC 6716 §3.1); 0: it is none. */
export function opusSamples(first: number, second: number): number {
  const config = first >> 3
  const frame =
    config < 12
      ? ([10, 20, 40, 60][config & 3] ?? 0) * TICKS_PER_MS
      : config < 16
        ? (config & 1 ? 20 : 10) * TICKS_PER_MS
        : (TICKS_PER_MS * 2.5) << (config & 3)
  const code = first & 3
  const samples = frame * (code === 0 ? 1 : code === 3 ? second & 0x3f : 2)
  return samples > PACKET_SAMPLES_MAX ? 0 : samples
}

/** Opus in transport streams: each packet has a control header in front (ETSI TS 103 491, annex on Opus: prefix, flags, size). */
export const opusFrames = (channels: number): FrameFormat => ({
  name: 'Opus',
  headerSize: 4,
  frameSizeMax: 65_536,
  parse: (bytes, at) => parseHeader(bytes, at, channels),
  isSound: () => true,
})

function parseHeader(bytes: Uint8Array, start: number, channels: number): FrameHeader | null {
  const flags = bytes[start + 1] ?? 0
  if (bytes[start] !== 0x7f || (flags & 0xe0) !== 0xe0) return null
  let [at, size] = [start + 2, 0]
  for (let byte = 255; byte === 255; at++) {
    byte = bytes[at] ?? 0
    size += byte
  }
  at += ((flags & 0x10) !== 0 ? 2 : 0) + ((flags & 0x08) !== 0 ? 2 : 0)
  if ((flags & 0x04) !== 0) at += 1 + (bytes[at] ?? 0)
  const samples = opusSamples(bytes[at] ?? 0, bytes[at + 1] ?? 0)
  if (size === 0 || samples === 0) return null
  return { size: at - start + size, samples, sampleRateHz: SAMPLE_RATE_HZ, channels, key: 0 }
}

const RATE = 48_000
/** Milliseconds of a frame by the lower bits of the configuration: SILK, hybrid, CELT (RFC 6716 §3.1). */
const SILK_MS = [10, 20, 40, 60]
const HYBRID_MS = [10, 20]
const CELT_MS = [2.5, 5, 10, 20]
const SAMPLES_MAX = 5760

/** Samples of one channel, at 48 kHz, that an Opus packet lasts, by its first two bytes. */
export function opusPacketSamples([toc, count = 0]: Uint8Array): number {
  if (toc === undefined) return 0
  const config = toc >> 3
  const ms = config < 12 ? SILK_MS[config & 3] : config < 16 ? HYBRID_MS[config & 1] : CELT_MS[config & 3]
  const code = toc & 3
  const frames = code === 0 ? 1 : code < 3 ? 2 : count & 63
  return Math.min(SAMPLES_MAX, (frames * (ms ?? 0) * RATE) / 1000)
}

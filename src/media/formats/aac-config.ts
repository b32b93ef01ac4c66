/** By sampling_frequency_index, ISO 14496-3 table 1.18. */
export const AAC_SAMPLE_RATES: readonly number[] = [
  96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
]
/** By channel configuration, ISO 14496-3 table 1.19. 0 leaves it to the bit stream. */
const CHANNELS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8]
const SBR = 5
const PARAMETRIC_STEREO = 29
const ESCAPE = 31

export interface AacFacts {
  readonly sampleRateHz: number
  /** Null: only the bit stream tells. */
  readonly channels: number | null
}

/** Reads an AudioSpecificConfig (ISO 14496-3 §1.6.2.1); with SBR the rate is that of the output. Null: there is none. */
export function audioConfig(config: Uint8Array): AacFacts | null {
  let position = 0
  const bits = (count: number): number => {
    let value = 0
    for (let index = 0; index < count; index++, position++) {
      value = value * 2 + (((config[position >> 3] ?? 0) >> (7 - (position & 7))) & 1)
    }
    return value
  }
  const rate = (): number => {
    const index = bits(4)
    return index === 15 ? bits(24) : (AAC_SAMPLE_RATES[index] ?? 0)
  }
  if (config.length < 2) return null
  const objectType = bits(5)
  if (objectType === ESCAPE) bits(6)
  const coreRate = rate()
  const layout = CHANNELS[bits(4)] ?? 0
  const isExtended = objectType === SBR || objectType === PARAMETRIC_STEREO
  const sampleRateHz = isExtended ? rate() : coreRate
  if (sampleRateHz === 0) return null
  const channels = objectType === PARAMETRIC_STEREO && layout === 1 ? 2 : layout
  return { sampleRateHz, channels: channels === 0 ? null : channels }
}

import { Bits } from './bits.ts'

/** By sampling_frequency_index, ISO 14496-3 table 1.18. */
export const AAC_SAMPLE_RATES: readonly number[] = [
  96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
]
/** By channel configuration, ISO 14496-3 table 1.19. 0 leaves it to the bit stream. */
const CHANNELS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8]
const SBR = 5
const BSAC = 22
const PARAMETRIC_STEREO = 29
const ESCAPE = 31
const SCALABLE: readonly number[] = [6, 20]
const RESILIENT: readonly number[] = [17, 19, 20, 23]
/** Object types whose set-up is a GASpecificConfig (§4.4.1). */
const GENERAL: readonly number[] = [1, 2, 3, 4, 6, 7, 17, 19, 20, 21, BSAC, 23]
const SBR_MARK = 0x2b7
const STEREO_MARK = 0x548

export interface AacFacts {
  /** `he-aac` with SBR, `he-aac-v2` with parametric stereo, else `aac`. */
  readonly codec: 'aac' | 'he-aac' | 'he-aac-v2'
  /** That of what comes out: with SBR twice that of the core. */
  readonly sampleRateHz: number
  /** Null: only the bit stream tells. */
  readonly channels: number | null
}

function readObjectType(bits: Bits): number {
  const type = bits.take(5)
  return type === ESCAPE ? 32 + bits.take(6) : type
}

/** 0: reserved. */
function readRate(bits: Bits): number {
  const index = bits.take(4)
  return index === 15 ? bits.take(24) : (AAC_SAMPLE_RATES[index] ?? 0)
}

/**
 * Reads an AudioSpecificConfig (ISO 14496-3 §1.6.2.1). SBR and parametric stereo may be told in front (explicit signalling), or behind,
 * where old decoders do not look (backward compatible). Null: there is none.
 */
export function audioConfig(config: Uint8Array): AacFacts | null {
  if (config.length < 2) return null
  const bits = new Bits(config)
  const first = readObjectType(bits)
  const coreRate = readRate(bits)
  const layout = bits.take(4)
  const isExplicit = first === SBR || first === PARAMETRIC_STEREO
  const explicitRate = isExplicit ? readRate(bits) : 0
  const objectType = isExplicit ? readObjectType(bits) : first
  if (isExplicit && objectType === BSAC) bits.skip(4)
  const counted = GENERAL.includes(objectType) ? readGeneral(bits, objectType, layout) : 0
  const behind = isExplicit ? null : readBehind(bits, config.length * 8 - bits.at)
  const sampleRateHz = explicitRate || behind?.sampleRateHz || coreRate
  if (sampleRateHz === 0) return null
  const hasStereo = first === PARAMETRIC_STEREO || behind?.hasStereo === true
  const channels = CHANNELS[layout] || counted
  return {
    codec: hasStereo ? 'he-aac-v2' : isExplicit || behind !== null ? 'he-aac' : 'aac',
    sampleRateHz,
    channels: hasStereo && channels === 1 ? 2 : channels === 0 ? null : channels,
  }
}

/** Reads a GASpecificConfig. Returns the channels of its program, if it has one; else 0. */
function readGeneral(bits: Bits, objectType: number, layout: number): number {
  bits.skip(1)
  if (bits.flag()) bits.skip(14)
  const isExtended = bits.flag()
  const channels = layout === 0 ? readProgram(bits) : 0
  if (SCALABLE.includes(objectType)) bits.skip(3)
  if (isExtended) {
    if (objectType === BSAC) bits.skip(16)
    if (RESILIENT.includes(objectType)) bits.skip(3)
    bits.skip(1)
  }
  return channels
}

const PROGRAM_ELEMENT = 5

/** The channels of a frame that begins with a program_config_element, at this byte; 0: it does not. */
export function channelsOfProgram(bytes: Uint8Array, at: number): number {
  const bits = new Bits(bytes, at * 8)
  return bits.take(3) === PROGRAM_ELEMENT ? readProgram(bits) : 0
}

/** The channels of a program_config_element (§4.4.1.1). */
function readProgram(bits: Bits): number {
  bits.skip(4 + 2 + 4)
  const [front, side, back] = [bits.take(4), bits.take(4), bits.take(4)]
  const [low, data, coupled] = [bits.take(2), bits.take(3), bits.take(4)]
  for (const skipped of [4, 4, 3]) if (bits.flag()) bits.skip(skipped)
  let channels = low
  for (let index = 0; index < front + side + back; index++) {
    channels += bits.take(1) + 1
    bits.skip(4)
  }
  bits.skip(low * 4 + data * 4 + coupled * 5)
  bits.skip((8 - (bits.at % 8)) % 8)
  const comment = bits.take(8)
  return bits.skip(comment * 8).isOver ? 0 : channels
}

/** What stands behind the set-up for decoders that know SBR. Null: nothing does. */
function readBehind(
  bits: Bits,
  left: number,
): { readonly sampleRateHz: number; readonly hasStereo: boolean } | null {
  if (left < 16 || bits.take(11) !== SBR_MARK) return null
  const objectType = readObjectType(bits)
  if (objectType !== SBR && objectType !== BSAC) return null
  if (!bits.flag()) return null
  const sampleRateHz = readRate(bits)
  if (objectType === BSAC) bits.skip(4)
  const hasStereo = !bits.isOver && bits.take(11) === STEREO_MARK && bits.flag()
  return sampleRateHz === 0 ? null : { sampleRateHz, hasStereo }
}

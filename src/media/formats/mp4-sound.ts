import type { AudioFacts } from '../../core/model/media.ts'
import { audioConfig } from './aac-config.ts'
import { AC3_CHANNELS } from './ac3.ts'
import { Bits } from './bits.ts'
import { type BoxReader, Fields } from './mp4-boxes.ts'
import { readElementaryStream } from './mp4-elementary.ts'
import { findEntryBox, type Span } from './mp4-holders.ts'
import { findSound, type SoundKind } from './sound/find-sound.ts'

/** By the object type of an elementary stream (ISO 14496-1 §7.2.6.6, mp4ra.org). */
const OBJECT_TYPES: Readonly<Record<number, string>> = {
  ...{ 64: 'aac', 102: 'aac', 103: 'aac', 104: 'aac' },
  ...{ 105: 'mp3', 107: 'mp3', 165: 'ac3', 166: 'eac3' },
  ...{ 169: 'dts', 170: 'dts', 171: 'dts', 172: 'dts', 173: 'opus', 221: 'vorbis' },
}
/** Codecs whose first frame tells what boxes do not. */
const BY_FRAMES: Readonly<Record<string, SoundKind>> = {
  mp3: 'mpeg',
  mp2: 'mpeg',
  ac3: 'ac3',
  eac3: 'ac3',
  dts: 'dts',
}
const FRAMES_LOOKED_AT = 8 * 1024
const OPUS_RATE_HZ = 48_000

export interface SoundEntry {
  readonly span: Span
  /** Its four letters. */
  readonly kind: string
  /** Where in the file the first sample is; null: the tables do not tell. */
  readonly firstSample: number | null
}

/** A box within an entry that says what its own fields, mostly a template, do not. */
type BoxRefinement = (content: Uint8Array, own: AudioFacts) => AudioFacts

const REFINEMENTS: Readonly<Record<string, BoxRefinement>> = {
  esds: refineByEsds,
  dac3: refineByDac3,
  dec3: refineByDec3,
  dOps: (content, own) => ({
    ...own,
    codec: 'opus',
    sampleRateHz: OPUS_RATE_HZ,
    channels: content[1] ?? own.channels,
  }),
  dfLa: refineByDfLa,
  ddts: (content, own) => ({ ...own, sampleRateHz: new Fields(content).u32() }),
  alac: refineByAlac,
  pcmC: refineByPcmC,
}
/** Which box refines which entry. */
const BOX_OF: Readonly<Record<string, string>> = {
  ...{ mp4a: 'esds', 'ac-3': 'dac3', 'ec-3': 'dec3', Opus: 'dOps', fLaC: 'dfLa', alac: 'alac' },
  ...{ dtsc: 'ddts', dtsh: 'ddts', dtsl: 'ddts', dtse: 'ddts', ipcm: 'pcmC', fpcm: 'pcmC' },
}
/** Codecs of one rate and one channel (ETSI TS 126 244 §6.5), whatever the entry says. */
const SPEECH: Readonly<Record<string, number>> = { samr: 8000, sawb: 16_000 }

/** What boxes within the entry, or else the first frames, say of rate and channels. They count before the entry itself. */
export async function refineSound(
  reader: BoxReader,
  { span, kind, firstSample }: SoundEntry,
  own: AudioFacts,
): Promise<AudioFacts> {
  const rate = SPEECH[kind]
  if (rate !== undefined) return { ...own, sampleRateHz: rate, channels: 1 }
  const name = BOX_OF[kind]
  const box = name === undefined ? null : await findEntryBox(reader, span, name)
  const refine = box === null ? undefined : REFINEMENTS[box.kind]
  const start = kind === 'mp4a' ? { ...own, codec: 'aac' } : own
  const facts = box === null || refine === undefined ? start : refine(await reader.content(box, 1024), start)
  const frames = BY_FRAMES[facts.codec]
  const isTold = box !== null && (box.kind === 'dac3' || box.kind === 'dec3')
  if (frames === undefined || firstSample === null || isTold) return facts
  const end = Math.min(reader.source.size, firstSample + FRAMES_LOOKED_AT)
  const sound = firstSample < end ? findSound(frames, await reader.source.read(firstSample, end)) : null
  return sound === null ? facts : sound.facts
}

function refineByEsds(content: Uint8Array, own: AudioFacts): AudioFacts {
  const { objectType, config } = readElementaryStream(content)
  const codec = OBJECT_TYPES[objectType] ?? own.codec
  const known = codec === 'aac' ? audioConfig(config) : null
  return {
    codec: known?.codec ?? codec,
    sampleRateHz: known?.sampleRateHz ?? own.sampleRateHz,
    channels: known?.channels ?? own.channels,
  }
}

const DOLBY_RATES = [48_000, 44_100, 32_000]

/** ETSI TS 102 366 §F.4. */
function refineByDac3(content: Uint8Array, own: AudioFacts): AudioFacts {
  const bits = new Bits(content)
  const rate = DOLBY_RATES[bits.take(2)]
  const mode = bits.skip(5 + 3).take(3)
  return {
    ...own,
    sampleRateHz: rate ?? own.sampleRateHz,
    channels: (AC3_CHANNELS[mode] ?? 0) + bits.take(1),
  }
}

/** ETSI TS 102 366 §F.6: the first independent substream, with the channels that dependent ones add (table F.6.1). */
function refineByDec3(content: Uint8Array, own: AudioFacts): AudioFacts {
  const bits = new Bits(content, 13 + 3)
  const rate = DOLBY_RATES[bits.take(2)]
  const mode = bits.skip(5 + 1 + 1 + 3).take(3)
  const channels = (AC3_CHANNELS[mode] ?? 0) + bits.take(1)
  const isExtended = bits.skip(3).take(4) > 0
  const places = isExtended ? bits.take(9) : 0
  return { ...own, sampleRateHz: rate ?? own.sampleRateHz, channels: channels + channelsAt(places) }
}

/** Lc/Rc, Lrs/Rrs, Lsd/Rsd, Lw/Rw and Lvh/Rvh are pairs. */
const PAIRS = 0b001110011
function channelsAt(places: number): number {
  let channels = 0
  for (let bit = 0; bit < 9; bit++) {
    if (((places >> bit) & 1) !== 0) channels += ((PAIRS >> bit) & 1) + 1
  }
  return channels
}

/** The stream information of FLAC behind the box's version and the block's header (xiph.org, "Encapsulation of FLAC in ISO BMFF"). */
function refineByDfLa(content: Uint8Array, own: AudioFacts): AudioFacts {
  const bits = new Bits(content, (4 + 4 + 10) * 8)
  const [sampleRateHz, channels] = [bits.take(20), bits.take(3) + 1]
  return bits.isOver ? own : { codec: 'flac', sampleRateHz, channels }
}

/** Apple's ALACSpecificConfig behind the box's version. */
function refineByAlac(content: Uint8Array, own: AudioFacts): AudioFacts {
  if (content.length < 4 + 24) return own
  const fields = new Fields(content, 4 + 9)
  return { ...own, channels: fields.u8(), sampleRateHz: fields.skip(2 + 4 + 4).u32() }
}

/** ISO 23003-5 §5: byte order and bits of PCM. */
function refineByPcmC(content: Uint8Array, own: AudioFacts): AudioFacts {
  const fields = new Fields(content, 4)
  const isLittle = (fields.u8() & 1) !== 0
  const bits = fields.u8()
  const letter = own.codec === 'fpcm' ? 'f' : 's'
  return { ...own, codec: `pcm-${letter}${bits}${isLittle || bits === 8 ? '' : 'be'}` }
}

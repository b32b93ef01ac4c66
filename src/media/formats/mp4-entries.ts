import type { AudioFacts, VideoFacts } from '../../core/model/media.ts'
import { ensure } from '../refusal.ts'
import { audioConfig } from './aac-config.ts'
import { AC3_CHANNELS } from './ac3.ts'
import { type Box, type BoxReader, Fields } from './mp4-boxes.ts'

/** Short names by sample entry; other entries keep their own. */
const CODECS: Readonly<Record<string, string>> = {
  avc1: 'avc',
  avc3: 'avc',
  hvc1: 'hevc',
  hev1: 'hevc',
  vp08: 'vp8',
  vp09: 'vp9',
  av01: 'av1',
  apcn: 'prores',
  apch: 'prores',
  apcs: 'prores',
  apco: 'prores',
  ap4h: 'prores',
  '.mp3': 'mp3',
  'ac-3': 'ac3',
  'ec-3': 'eac3',
  raw: 'pcm-u8',
  in24: 'pcm-s24be',
  in32: 'pcm-s32be',
  fl32: 'pcm-f32be',
  fl64: 'pcm-f64be',
}
/** By the object type of an elementary stream (ISO 14496-1 §7.2.6.6, mp4ra.org). */
const OBJECT_TYPES: Readonly<Record<number, string>> = {
  64: 'aac',
  102: 'aac',
  103: 'aac',
  104: 'aac',
  105: 'mp3',
  107: 'mp3',
  165: 'ac3',
  166: 'eac3',
  173: 'opus',
  221: 'vorbis',
}
const BOXES_DEEP_MAX = 3

/** What the first entry of a sample description says of video (ISO 14496-12 §12.1.3). */
export async function readVideoEntry(reader: BoxReader, entry: Box): Promise<Omit<VideoFacts, 'frameRate'>> {
  const fields = new Fields(await reader.content(entry, 128), 24)
  const [width, height] = [fields.u16(), fields.u16()]
  ensure(width > 0 && height > 0, 'the video has no usable size')
  const kind = entry.kind === 'encv' ? await originalKind(reader, entry, 78) : entry.kind
  return { codec: codecName(kind), width, height }
}

/** What the first entry of a sample description says of audio (ISO 14496-12 §12.2.3; QuickTime: versions 1 and 2). */
export async function readAudioEntry(reader: BoxReader, entry: Box): Promise<AudioFacts> {
  const bytes = await reader.content(entry, 128)
  const fields = new Fields(bytes, 8)
  const version = fields.u16()
  const basic = {
    channels: fields.skip(6).u16(),
    bits: fields.u16(),
    sampleRateHz: Math.floor(fields.skip(4).u32() / 0x10000),
    flags: 0,
  }
  const { channels, bits, sampleRateHz, flags } = version === 2 ? readVersion2(bytes) : basic
  const boxesAt = version === 2 ? 64 : version === 1 ? 44 : 28
  const kind = entry.kind === 'enca' ? await originalKind(reader, entry, boxesAt) : entry.kind
  const own = { codec: pcmName(kind, bits, flags) ?? codecName(kind), sampleRateHz, channels }
  const facts = await refine(reader, { start: entry.start + boxesAt, end: entry.end }, kind, own)
  ensure(facts.sampleRateHz > 0, 'the audio has no usable sample rate')
  ensure(facts.channels > 0, 'the audio has no usable channel count')
  return facts
}

function readVersion2(bytes: Uint8Array): {
  readonly channels: number
  readonly bits: number
  readonly sampleRateHz: number
  readonly flags: number
} {
  const fields = new Fields(bytes, 32)
  const [sampleRateHz, channels] = [Math.round(fields.f64()), fields.u32()]
  const [bits, flags] = [fields.skip(4).u32(), fields.u32()]
  return { channels, bits, sampleRateHz, flags }
}

const codecName = (kind: string): string => {
  const name = kind.trim().toLowerCase()
  return CODECS[name] ?? name
}

/** Names QuickTime's ways to say PCM like those of WAV files; null for other kinds. */
function pcmName(kind: string, bits: number, flags: number): string | null {
  if (kind === 'sowt') return bits === 8 ? 'pcm-s8' : `pcm-s${bits}`
  if (kind === 'twos') return bits === 8 ? 'pcm-s8' : `pcm-s${bits}be`
  if (kind !== 'lpcm') return null
  const [isFloat, isBig, isSigned] = [(flags & 1) !== 0, (flags & 2) !== 0, (flags & 4) !== 0]
  const letter = isFloat ? 'f' : isSigned ? 's' : 'u'
  return `pcm-${letter}${bits}${isBig && bits > 8 ? 'be' : ''}`
}

/** Where the boxes of a sample entry are. */
type Span = Pick<Box, 'start' | 'end'>

/** What boxes within the entry say counts before the entry itself. */
function refine(reader: BoxReader, span: Span, kind: string, own: AudioFacts): Promise<AudioFacts> {
  if (kind === 'mp4a') return refineElementaryStream(reader, span, own)
  if (kind === 'ac-3') return refineAc3(reader, span, own)
  return refineByteOrder(reader, span, own)
}

async function refineAc3(reader: BoxReader, span: Span, own: AudioFacts): Promise<AudioFacts> {
  const box = await findBox(reader, span, 'dac3', BOXES_DEEP_MAX)
  if (box === null) return own
  const bits = new Fields(await reader.content(box)).skip(1).u8()
  return { ...own, channels: (AC3_CHANNELS[(bits >> 3) & 7] ?? 0) + ((bits >> 2) & 1) }
}

/** QuickTime's PCM is big-endian unless an `enda` box says otherwise. */
async function refineByteOrder(reader: BoxReader, span: Span, own: AudioFacts): Promise<AudioFacts> {
  if (!own.codec.startsWith('pcm-') || !own.codec.endsWith('be')) return own
  const box = await findBox(reader, span, 'enda', BOXES_DEEP_MAX)
  const isLittle = box !== null && new Fields(await reader.content(box)).u16() === 1
  return isLittle ? { ...own, codec: own.codec.slice(0, -2) } : own
}

/** What an encrypted entry was before: `sinf` holds `frma`. */
async function originalKind(reader: BoxReader, entry: Box, boxesAt: number): Promise<string> {
  const span = { start: entry.start + boxesAt, end: entry.end }
  const frma = await findBox(reader, span, 'frma', BOXES_DEEP_MAX)
  return frma === null ? entry.kind : new Fields(await reader.content(frma)).text(4)
}

/** Finds a box among those from `start` to `end` and within the `sinf` and `wave` boxes there. */
async function findBox(
  reader: BoxReader,
  { start, end }: Span,
  kind: string,
  depth: number,
): Promise<Box | null> {
  if (depth === 0 || start >= end) return null
  for await (const box of reader.boxes(start, end)) {
    if (box.kind === kind) return box
    const isHolder = box.kind === 'sinf' || box.kind === 'wave'
    const inner = isHolder ? await findBox(reader, box, kind, depth - 1) : null
    if (inner !== null) return inner
  }
  return null
}

/** The `esds` box counts before the entry: for the codec, and with AAC for rate and channels. */
async function refineElementaryStream(reader: BoxReader, span: Span, own: AudioFacts): Promise<AudioFacts> {
  const esds = await findBox(reader, span, 'esds', BOXES_DEEP_MAX)
  if (esds === null) return { ...own, codec: 'aac' }
  const { objectType, config } = readDescriptors(new Fields(await reader.content(esds, 1024), 4))
  const codec = OBJECT_TYPES[objectType] ?? own.codec
  const known = codec === 'aac' ? audioConfig(config) : null
  return {
    codec: known?.codec ?? codec,
    sampleRateHz: known?.sampleRateHz ?? own.sampleRateHz,
    channels: known?.channels ?? own.channels,
  }
}

/** ES descriptor → decoder configuration → decoder-specific bytes (ISO 14496-1 §7.2.6). */
function readDescriptors(fields: Fields): { readonly objectType: number; readonly config: Uint8Array } {
  let objectType = 0
  while (fields.left > 2) {
    const tag = fields.u8()
    const size = descriptorSize(fields)
    if (tag === 3) {
      const flags = fields.skip(2).u8()
      if ((flags & 0x80) !== 0) fields.skip(2)
      if ((flags & 0x40) !== 0) fields.skip(fields.u8())
      if ((flags & 0x20) !== 0) fields.skip(2)
    } else if (tag === 4) {
      objectType = fields.u8()
      fields.skip(12)
    } else if (tag === 5) {
      const length = Math.min(size, fields.left)
      return { objectType, config: Uint8Array.from({ length }, () => fields.u8()) }
    } else {
      fields.skip(Math.min(size, fields.left))
    }
  }
  return { objectType, config: new Uint8Array(0) }
}

function descriptorSize(fields: Fields): number {
  let size = 0
  for (let count = 0; count < 4; count++) {
    const byte = fields.u8()
    size = size * 128 + (byte & 0x7f)
    if ((byte & 0x80) === 0) break
  }
  return size
}

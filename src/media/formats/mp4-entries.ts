import type { AudioFacts } from '../../core/model/media.ts'
import { ensure } from '../refusal.ts'
import { type Box, type BoxReader, Fields } from './mp4-boxes.ts'
import { findEntryBox, originalKind, type Span } from './mp4-holders.ts'
import { refineSound } from './mp4-sound.ts'
import { waveCodec } from './windows-codecs.ts'

/** Short names by sample entry; other entries keep their own. */
const CODECS: Readonly<Record<string, string>> = {
  ...{
    '.mp3': 'mp3',
    '.mp1': 'mp1',
    '.mp2': 'mp2',
    ima4: 'adpcm-ima-qt',
    agsm: 'gsm',
    qclp: 'qcelp',
    qclq: 'qcelp',
  },
  ...{
    qdm2: 'qdm2',
    qdmc: 'qdmc',
    mac3: 'mace3',
    mac6: 'mace6',
    nmos: 'nellymoser',
    sqcp: 'qcelp',
    spex: 'speex',
  },
  ...{ samr: 'amr-nb', sawb: 'amr-wb', owma: 'wma', wma: 'wmav2', vdva: 'pcm-s16be', dvca: 'pcm-s16be' },
  'ac-3': 'ac3',
  'ec-3': 'eac3',
  ...{ dtsc: 'dts', dtsh: 'dts', dtsl: 'dts', dtse: 'dts' },
  raw: 'pcm-u8',
  in24: 'pcm-s24be',
  in32: 'pcm-s32be',
  fl32: 'pcm-f32be',
  fl64: 'pcm-f64be',
}

/**
 * What the first entry of a sample description says of audio (ISO 14496-12 §12.2.3; QuickTime: versions 1 and 2). `firstSample` is where
 * the sound of the track begins, if its tables tell.
 */
export async function readAudioEntry(
  reader: BoxReader,
  entry: Box,
  firstSample: number | null,
): Promise<AudioFacts> {
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
  const span = { start: entry.start + boxesAt, end: entry.end }
  const kind = entry.kind === 'enca' ? await originalKind(reader, span, entry.kind) : entry.kind
  const own = { codec: pcmName(kind, bits, flags) ?? codecName(kind), sampleRateHz, channels }
  const facts = await refineByteOrder(
    reader,
    span,
    await refineSound(reader, { span, kind, firstSample }, own),
  )
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

/** QuickTime names Microsoft's codecs by `ms` and their format tag. */
function codecName(kind: string): string {
  const tag = (kind.charCodeAt(2) << 8) | kind.charCodeAt(3)
  const microsoft = kind.startsWith('ms') ? waveCodec(tag) : null
  const name = kind.trim().toLowerCase()
  return microsoft ?? CODECS[name] ?? name
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

/** QuickTime's PCM is big-endian unless an `enda` box says otherwise. */
async function refineByteOrder(reader: BoxReader, span: Span, own: AudioFacts): Promise<AudioFacts> {
  if (!own.codec.startsWith('pcm-') || !own.codec.endsWith('be')) return own
  const box = await findEntryBox(reader, span, 'enda')
  const isLittle = box !== null && new Fields(await reader.content(box)).u16() === 1
  return isLittle ? { ...own, codec: own.codec.slice(0, -2) } : own
}

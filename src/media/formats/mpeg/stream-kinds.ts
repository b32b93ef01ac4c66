import { textAt } from '../../bytes.ts'
import type { PictureKind } from '../pictures/find-picture.ts'
import type { SoundKind } from '../sound/find-sound.ts'
import { substreamKind } from './ps-substreams.ts'

/** What a stream in a transport or program stream is. */
export type StreamKind =
  | { readonly is: 'picture'; readonly kind: PictureKind }
  | { readonly is: 'sound'; readonly kind: SoundKind }

const picture = (kind: PictureKind): StreamKind => ({ is: 'picture', kind })
const sound = (kind: SoundKind): StreamKind => ({ is: 'sound', kind })

/** By stream_type: ISO 13818-1 table 2-34, ATSC A/52 and A/53. */
const TYPES: Readonly<Record<number, StreamKind>> = {
  1: picture('mpeg'),
  2: picture('mpeg'),
  3: sound('mpeg'),
  4: sound('mpeg'),
  15: sound('adts'),
  16: picture('mpeg4'),
  17: sound('latm'),
  27: picture('avc'),
  36: picture('hevc'),
  129: sound('ac3'),
  135: sound('ac3'),
  234: picture('vc1'),
}
/** Those of discs and of cameras that follow them: programs with the registration HDMV. */
const DISC_TYPES: Readonly<Record<number, StreamKind>> = {
  128: sound('disc-pcm'),
  130: sound('dts'),
  132: sound('ac3'),
  133: sound('dts'),
  134: sound('dts'),
  161: sound('ac3'),
  162: sound('dts'),
}
/** By the format identifier of a registration descriptor (SMPTE registration authority). */
const REGISTERED: Readonly<Record<string, StreamKind>> = {
  'AC-3': sound('ac3'),
  EAC3: sound('ac3'),
  DTS1: sound('dts'),
  DTS2: sound('dts'),
  DTS3: sound('dts'),
  BSSD: sound('pcm-302'),
  HEVC: picture('hevc'),
  'VC-1': picture('vc1'),
}
const REGISTRATION = 0x05
const EXTENSION = 0x7f
const OPUS = 0x80
/** Descriptors of DVB (ETSI EN 300 468 §6.1) that name what a private stream holds. */
const DVB: Readonly<Record<number, StreamKind>> = {
  106: sound('ac3'),
  122: sound('ac3'),
  123: sound('dts'),
  124: sound('adts'),
}
/** Channels by the configuration code of Opus; others are as many as the code says. */
const OPUS_DUAL_MONO = 0

/** What a stream is by its type and its descriptors; `info` are those of its program. Null: neither picture nor sound of a known kind. */
export function kindOfStream(type: number, own: Uint8Array, info: Uint8Array): StreamKind | null {
  const isDisc = descriptors(info).some(
    ([tag, content]) => tag === REGISTRATION && textAt(content, 0, 4) === 'HDMV',
  )
  const byType = (isDisc ? DISC_TYPES[type] : undefined) ?? TYPES[type]
  return byType ?? kindByDescriptors(descriptors(own)) ?? (isUnnamed(type, own) ? sound('adts') : null)
}

const PRIVATE = 6
/** Teletext, subtitles and other data of lines. */
const DVB_TEXT: readonly number[] = [0x45, 0x46, 0x56, 0x59]

/** A private stream of which nothing is said: AAC may be in it, as writers for discs put it there. */
const isUnnamed = (type: number, own: Uint8Array): boolean =>
  type === PRIVATE && !descriptors(own).some(([tag]) => DVB_TEXT.includes(tag) || tag === REGISTRATION)

function kindByDescriptors(all: readonly Descriptor[]): StreamKind | null {
  for (const [tag, content] of all) {
    if (tag === EXTENSION && content[0] === OPUS)
      return sound({ opusChannels: opusChannels(content[1] ?? 0) })
    const kind = tag === REGISTRATION ? REGISTERED[textAt(content, 0, 4)] : DVB[tag]
    if (kind !== undefined) return kind
  }
  return null
}

const opusChannels = (code: number): number => (code === OPUS_DUAL_MONO || code > 8 ? 2 : code)

type Descriptor = readonly [tag: number, content: Uint8Array]

function descriptors(bytes: Uint8Array): readonly Descriptor[] {
  const found: Descriptor[] = []
  for (let at = 0; at + 2 <= bytes.length; ) {
    const size = bytes[at + 1] ?? 0
    found.push([bytes[at] ?? 0, bytes.subarray(at + 2, at + 2 + size)])
    at += 2 + size
  }
  return found
}

/** What a stream may be whose tables are missing, by the id in its packets (ISO 13818-1 table 2-22). */
export function kindsOfStreamId(id: number): readonly StreamKind[] {
  if (id >> 4 === 0xe) return [picture('mpeg'), picture('avc'), picture('hevc'), picture('mpeg4')]
  if (id >> 5 === 6) return [sound('mpeg'), sound('adts'), sound('latm')]
  return id === 0xbd ? [sound('ac3'), sound('dts')] : []
}

/** What a substream of private stream 1 may be. */
export function kindsOfSubstream(sub: number): readonly StreamKind[] {
  switch (substreamKind(sub)) {
    case 'dolby':
      return [sound('ac3')]
    case 'dts':
      return [sound('dts')]
    case 'pcm':
      return [sound('sized-pcm')]
    default:
      return []
  }
}

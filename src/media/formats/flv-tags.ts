import type { ByteSource } from '../../core/ports/media.ts'
import { textAt, viewOf } from '../bytes.ts'
import { ensure, Refusal } from '../refusal.ts'

/** A tag of an FLV file (Video File Format Specification 10.1, annex E.4). */
export interface Tag {
  readonly kind: 'audio' | 'video' | 'script' | 'other'
  /** Milliseconds. */
  readonly time: number
  /** Where its content is. */
  readonly start: number
  readonly size: number
}

/** Bytes in front of a tag's content. */
export const TAG_HEADER_SIZE = 11
const KINDS: Readonly<Record<number, Tag['kind']>> = { 8: 'audio', 9: 'video', 18: 'script' }

/** The tag at `at`; null at the end of the file. */
export async function readTag(source: ByteSource, at: number): Promise<Tag | null> {
  const header = await source.read(at, at + TAG_HEADER_SIZE)
  if (header.length < TAG_HEADER_SIZE) return null
  const view = viewOf(header)
  return {
    kind: KINDS[(header[0] ?? 0) & 0x1f] ?? 'other',
    time: ((header[7] ?? 0) << 24) | (view.getUint32(4) >>> 8),
    start: at + TAG_HEADER_SIZE,
    size: view.getUint32(0) & 0xffffff,
  }
}

/** Where the tag after this one is: behind the size that repeats its length. */
export const after = ({ start, size }: Tag): number => start + size + 4

/** The tag before `end`, by the size that stands there. Refuses a file that ends within a tag. */
export async function readTagBefore(source: ByteSource, end: number): Promise<Tag> {
  const length = viewOf(await source.read(end - 4, end)).getUint32(0)
  const at = end - 4 - length
  const tag = length >= TAG_HEADER_SIZE && at > 0 ? await readTag(source, at) : null
  ensure(tag !== null && after(tag) === end, 'the FLV file is cut: its last tag is not whole')
  return tag
}

/** How far from the end the last whole tag is looked for, at first and at most. */
const TAIL_SIZES = [64 * 1024, 1024 * 1024]
const STREAM_ID_AT = 8

export interface TagsEnd {
  /** Behind the last whole tag. */
  readonly end: number
  /** Whether a tag begins there that the file does not hold whole. Else the bytes there are none. */
  readonly isCut: boolean
}

/** Where the tags end, whatever stands behind them. Refuses a file without a whole tag. */
export async function findTagsEnd(source: ByteSource, start: number): Promise<TagsEnd> {
  for (const size of TAIL_SIZES) {
    const tailStart = Math.max(start, source.size - size)
    const tail = await source.read(tailStart, source.size)
    for (let length = tail.length; length > TAG_HEADER_SIZE + 4; length--) {
      if (!endsWithTag(tail.subarray(0, length))) continue
      const next = tail.subarray(length)
      return {
        end: tailStart + length,
        isCut: next.length > 0 && (next.length < TAG_HEADER_SIZE ? isTagKind(next) : isTagHeader(next)),
      }
    }
    if (tailStart === start) break
  }
  throw new Refusal('the FLV file is cut: it has no whole tag')
}

/** Whether the last four bytes are the length of a tag that stands in front of them. */
function endsWithTag(bytes: Uint8Array): boolean {
  const at = bytes.length - 4
  const length = viewOf(bytes).getUint32(at)
  if (length < TAG_HEADER_SIZE || length > at) return false
  const header = bytes.subarray(at - length, at)
  return isTagHeader(header) && (viewOf(header).getUint32(0) & 0xffffff) === length - TAG_HEADER_SIZE
}

const isTagKind = ([first = 0]: Uint8Array): boolean => KINDS[first & 0x1f] !== undefined && first < 0x40
const isTagHeader = (bytes: Uint8Array): boolean =>
  isTagKind(bytes) && bytes.subarray(STREAM_ID_AT, TAG_HEADER_SIZE).every((byte) => byte === 0)

/** What a tag's first bytes say. */
export interface Payload {
  readonly codec: string
  /** Set-up of the decoder, not a frame. */
  readonly isConfig: boolean
  /** Where the frame, or the set-up, begins in the content. */
  readonly offset: number
  /** Milliseconds after the tag's time that the frame is shown. */
  readonly delay: number
}

const VIDEO_CODECS: Readonly<Record<number, string>> = {
  2: 'flv1',
  3: 'flashsv',
  4: 'vp6f',
  5: 'vp6a',
  6: 'flashsv2',
  7: 'avc',
  12: 'hevc',
  13: 'av1',
}
const FOUR_LETTERS: Readonly<Record<string, string>> = {
  avc1: 'avc',
  hvc1: 'hevc',
  av01: 'av1',
  vp08: 'vp8',
  vp09: 'vp9',
}
const AUDIO_CODECS: Readonly<Record<number, string>> = {
  0: 'pcm-s16',
  1: 'adpcm-swf',
  2: 'mp3',
  3: 'pcm-s16',
  4: 'nellymoser',
  5: 'nellymoser',
  6: 'nellymoser',
  7: 'alaw',
  8: 'ulaw',
  10: 'aac',
  11: 'speex',
  14: 'mp3',
}
const COMMAND_FRAME = 5

/** Null: it is neither frame nor set-up, or of an unknown codec. `content` are the first bytes of the tag. */
export function readVideo(content: Uint8Array): Payload | null {
  const [first = 0, packet = 0] = content
  if ((first & 0x80) !== 0) return readEnhanced(content, first & 15)
  const codec = VIDEO_CODECS[first & 15]
  if (codec === undefined || first >> 4 === COMMAND_FRAME) return null
  if (!['avc', 'hevc', 'av1'].includes(codec)) return { codec, isConfig: false, offset: 1, delay: 0 }
  if (packet > 1) return null
  return { codec, isConfig: packet === 0, offset: 5, delay: packet === 0 ? 0 : signed24(content, 2) }
}

/** Enhanced RTMP: the codec in four letters. */
function readEnhanced(content: Uint8Array, packet: number): Payload | null {
  const codec = FOUR_LETTERS[textAt(content, 1, 4)]
  if (codec === undefined) return null
  if (packet === 0) return { codec, isConfig: true, offset: 5, delay: 0 }
  const hasDelay = packet === 1 && (codec === 'avc' || codec === 'hevc')
  if (packet !== 1 && packet !== 3) return null
  return { codec, isConfig: false, offset: hasDelay ? 8 : 5, delay: hasDelay ? signed24(content, 5) : 0 }
}

const signed24 = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8)) >> 8

export function readAudio([first = 0, packet = 0]: Uint8Array): Payload | null {
  const codec = AUDIO_CODECS[first >> 4]
  if (codec === undefined) return null
  if (codec !== 'aac') return { codec, isConfig: false, offset: 1, delay: 0 }
  return packet > 1 ? null : { codec, isConfig: packet === 0, offset: 2, delay: 0 }
}

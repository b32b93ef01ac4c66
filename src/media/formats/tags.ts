import type { ByteSource } from '../../core/ports/media.ts'
import { textAt, viewOf } from '../bytes.ts'
import { ensure } from '../refusal.ts'

const ID3V2_HEADER_SIZE = 10
const ID3V1_SIZE = 128
const APE_FOOTER_SIZE = 32
const TAGS_MAX = 16

/** Where the content starts: behind all ID3v2 and APE tags at the front. Refuses a tag that is longer than the file. */
export async function skipLeadingTags(source: ByteSource): Promise<number> {
  let at = 0
  for (let count = 0; count < TAGS_MAX; count++) {
    const header = await source.read(at, at + APE_FOOTER_SIZE)
    const size = id3v2Size(header.subarray(0, ID3V2_HEADER_SIZE)) || apeSizeInFront(header)
    if (size === 0) return at
    at += size
    ensure(at <= source.size, 'the ID3v2 or APE tag is longer than the file')
  }
  return at
}

/** ID3v2.4 §3.1: a size of 4 × 7 bits, and a footer if flag 0x10 is set. 0: this is no tag. */
function id3v2Size(header: Uint8Array): number {
  if (!isId3v2(header)) return 0
  const [flags = 0, ...size] = header.subarray(5)
  const content = size.reduce((sum, digit) => sum * 128 + digit, 0)
  return ID3V2_HEADER_SIZE + content + ((flags & 0x10) !== 0 ? ID3V2_HEADER_SIZE : 0)
}

/** APEv2: the header in front counts on its own, the footer in the size. 0: this is no tag. */
function apeSizeInFront(header: Uint8Array): number {
  const isTag = header.length === APE_FOOTER_SIZE && textAt(header, 0, 8) === 'APETAGEX'
  return isTag ? APE_FOOTER_SIZE + viewOf(header).getUint32(12, true) : 0
}

function isId3v2(header: Uint8Array): boolean {
  const hasMark = header.length === ID3V2_HEADER_SIZE && textAt(header, 0, 3) === 'ID3'
  const isVersion = (header[3] ?? 0xff) < 0xff && (header[4] ?? 0xff) < 0xff
  return hasMark && isVersion && header.subarray(6).every((digit) => digit < 0x80)
}

/** Where the content ends: before ID3v1 and APE tags at the back, never before `start`. */
export async function skipTrailingTags(source: ByteSource, start: number): Promise<number> {
  let end = source.size
  for (let count = 0; count < TAGS_MAX; count++) {
    const tag = Math.max(await id3v1Size(source, end), await apeSize(source, end))
    if (tag === 0 || end - tag < start) return end
    end -= tag
  }
  return end
}

async function id3v1Size(source: ByteSource, end: number): Promise<number> {
  if (end < ID3V1_SIZE) return 0
  const mark = await source.read(end - ID3V1_SIZE, end - ID3V1_SIZE + 3)
  return textAt(mark, 0, 3) === 'TAG' ? ID3V1_SIZE : 0
}

async function apeSize(source: ByteSource, end: number): Promise<number> {
  if (end < APE_FOOTER_SIZE) return 0
  const footer = await source.read(end - APE_FOOTER_SIZE, end)
  if (textAt(footer, 0, 8) !== 'APETAGEX') return 0
  const view = viewOf(footer)
  const hasHeader = (view.getUint32(20, true) & 0x80000000) !== 0
  return view.getUint32(12, true) + (hasHeader ? APE_FOOTER_SIZE : 0)
}

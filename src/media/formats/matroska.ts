import type { MediaFacts, VideoFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { ensure } from '../refusal.ts'
import { type Element, elements, readElement, readFloat, readText, readUint } from './ebml.ts'
import { frameRateOf } from './frame-rate.ts'
import { CLUSTER, CLUSTER_TIMESTAMP, findTail } from './matroska-tail.ts'
import { type MatroskaTrack, readTracks } from './matroska-tracks.ts'

const EBML = 0x1a45dfa3
const DOC_TYPE = 0x4282
const SEGMENT = 0x18538067
const INFO = 0x1549a966
const TIMESTAMP_SCALE = 0x2ad7b1
const DURATION = 0x4489
const TRACKS = 0x1654ae6b
const SIMPLE_BLOCK = 0xa3
const BLOCK_GROUP = 0xa0
const BLOCK = 0xa1
const BLOCK_DURATION = 0x9b
const TIMESTAMP_SCALE_DEFAULT_NS = 1_000_000
const ELEMENTS_MAX = 4_000_000
/** Of a recording that states no length, so much is looked at in front. What lies between it and the last clusters is left out. */
const WALKED_MAX = 768 * 1024

export const isMatroska = (head: Uint8Array): boolean =>
  head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3

interface Run {
  /** Of the first and the last one shown; blocks come in the order of decoding. */
  readonly first: number
  readonly latest: number
  readonly time: number
  readonly length: number
  readonly count: number
}

/** What is found in a segment. Times are in units of the timestamp scale. */
interface Segment {
  scaleNs: number
  duration: number
  tracks: MatroskaTrack[]
  clusterTime: number
  hasBlocks: boolean
  start: number
  end: number
  /** Of the last block of each track, by track number, and of those before it. */
  last: Map<number, Run>
  /** As `last` was where blocks were left out. Null: none were. */
  counted: Map<number, Run> | null
}

/**
 * Matroska and WebM (RFC 9559). An element may be longer than the file only if it has no parent of known size: then it
 * is a recording that broke off, and what is there is measured. The length is the one that the segment states; if it
 * states none, the span of its blocks.
 */
export async function measureMatroska(source: ByteSource): Promise<MediaFacts> {
  const header = await readElement(source, 0, source.size)
  ensure(header !== null && header.id === EBML && header.size !== null, 'the Matroska file has no header')
  const docType = await readDocType(source, header.start, header.start + header.size)
  const segment = await findSegment(source, header.start + header.size)
  const found = await readSegment(source, segment)
  const audio = found.tracks.find((track) => track.audio !== null)?.audio ?? null
  const video = videoOf(found)
  ensure(audio !== null || video !== null, 'the Matroska file has no audio and no video of a known kind')
  ensure(found.hasBlocks, 'the Matroska file has no data')
  const durationMs = Math.round(((found.duration || found.end - found.start) * found.scaleNs) / 1e6)
  const kind = video === null ? 'audio' : 'video'
  return docType === 'webm'
    ? { container: 'webm', contentType: `${kind}/webm`, durationMs, audio, video }
    : { container: 'mkv', contentType: `${kind}/x-matroska`, durationMs, audio, video }
}

/** A track that does not state its frame rate has that of its blocks, if they were counted. */
function videoOf({ tracks, last, counted, scaleNs }: Segment): VideoFacts | null {
  const track = tracks.find(({ video }) => video !== null)
  if (track === undefined || track.video === null) return null
  const run = (counted ?? last).get(track.number)
  if (track.video.frameRate !== null || run === undefined) return track.video
  const frameRate = frameRateOf(run.count - 1, ((run.latest - run.first) * scaleNs) / 1e9)
  return { ...track.video, frameRate }
}

async function readDocType(source: ByteSource, start: number, end: number): Promise<string> {
  ensure(end <= source.size, 'the Matroska file is cut')
  for await (const element of elements(source, start, end)) {
    if (element.id === DOC_TYPE) {
      const docType = await readText(source, element)
      ensure(docType === 'webm' || docType === 'matroska', 'the EBML file is neither WebM nor Matroska')
      return docType
    }
  }
  return 'matroska'
}

async function findSegment(source: ByteSource, start: number): Promise<Element> {
  for (let at = start; at < source.size; ) {
    const element = await readElement(source, at, source.size)
    ensure(element !== null, 'the Matroska file has no segment')
    const end = element.start + (element.size ?? 0)
    ensure(end <= source.size, 'the Matroska file is cut: an element is longer than the file')
    if (element.id === SEGMENT) return element
    ensure(element.size !== null, 'the Matroska file has no segment')
    at = end
  }
  ensure(false, 'the Matroska file has no segment')
}

async function readSegment(source: ByteSource, { start, size }: Element): Promise<Segment> {
  const segment: Segment = {
    ...{ scaleNs: TIMESTAMP_SCALE_DEFAULT_NS, duration: 0, tracks: [], clusterTime: 0, hasBlocks: false },
    ...{ start: Number.POSITIVE_INFINITY, end: 0, last: new Map(), counted: null },
  }
  const end = size === null ? source.size : start + size
  let [at, reading] = [start, source]
  for (let count = 0; at < end; count++) {
    ensure(count < ELEMENTS_MAX, 'the Matroska file has too many elements')
    const element = await readElement(reading, at, end)
    if (size === null && (element === null || element.id === EBML || element.id === SEGMENT)) break
    ensure(element !== null, 'the Matroska file is broken: there are bytes of no element')
    const isCut = element.size !== null && element.start + element.size > end
    if (isCut && size === null && element.id !== CLUSTER) break
    ensure(!isCut || size === null, 'the Matroska file is broken: an element is longer than its parent')
    at = await readInSegment(reading, segment, isCut ? { ...element, size: null } : element)
    const isLong = size === null || segment.duration === 0
    if (isLong && segment.hasBlocks && segment.counted === null && at - start > WALKED_MAX) {
      segment.counted = segment.last
      const tail = await findTail(reading, at, end)
      if (tail === null) continue
      segment.last = new Map()
      ;[at, reading] = [tail.at, tail.source]
    }
  }
  return segment
}

/** Reads one element and returns where the next is. It goes into clusters only if their blocks are needed. */
async function readInSegment(source: ByteSource, segment: Segment, element: Element): Promise<number> {
  const { id, start, size } = element
  if (id === CLUSTER) {
    const isWanted = size === null || segment.duration === 0
    segment.hasBlocks ||= size !== null && size > 0
    return isWanted ? start : start + size
  }
  ensure(size !== null, 'the Matroska file is broken: an element has no size')
  const span = { start, size }
  if (id === INFO) await readInfo(source, segment, span)
  if (id === TRACKS && segment.tracks.length === 0) segment.tracks = await readTracks(source, span)
  if (id === CLUSTER_TIMESTAMP) segment.clusterTime = await readUint(source, span)
  if (id === SIMPLE_BLOCK) await addBlock(source, segment, span, 0)
  if (id === BLOCK_GROUP) await addBlockGroup(source, segment, span)
  return start + size
}

type Span = { readonly start: number; readonly size: number }

async function readInfo(source: ByteSource, segment: Segment, { start, size }: Span): Promise<void> {
  for await (const element of elements(source, start, start + size)) {
    if (element.id === TIMESTAMP_SCALE) segment.scaleNs = await readUint(source, element)
    if (element.id === DURATION) segment.duration = await readFloat(source, element)
  }
  ensure(segment.scaleNs > 0, 'the Matroska file has no usable time scale')
  ensure(segment.duration >= 0, 'the Matroska file has no usable length')
}

async function addBlockGroup(source: ByteSource, segment: Segment, { start, size }: Span): Promise<void> {
  let block: Span | null = null
  let length = 0
  for await (const element of elements(source, start, start + size)) {
    if (element.id === BLOCK) block = element
    if (element.id === BLOCK_DURATION) length = await readUint(source, element)
  }
  if (block !== null) await addBlock(source, segment, block, length)
}

/** A block begins with its track's number and its time after the cluster's (RFC 9559 §10.1). 0 is no known length. */
async function addBlock(
  source: ByteSource,
  segment: Segment,
  { start, size }: Span,
  statedLength: number,
): Promise<void> {
  const head = await source.read(start, start + Math.min(size, 10))
  const numberLength = Math.clz32((head[0] ?? 0) << 24) + 1
  ensure(
    numberLength <= 8 && head.length >= numberLength + 2,
    'the Matroska file is broken: a block is too short',
  )
  const [first = 0, ...rest] = head.subarray(0, numberLength)
  const number = rest.reduce((value, byte) => value * 256 + byte, first & (0xff >> numberLength))
  const offset = (((head[numberLength] ?? 0) << 24) >> 16) | (head[numberLength + 1] ?? 0)
  const time = segment.clusterTime + offset
  const track = segment.tracks.find((candidate) => candidate.number === number)
  if (track === undefined || (track.audio === null && track.video === null)) return
  const previous = segment.last.get(number)
  const between = previous === undefined ? 0 : Math.max(0, time - previous.time)
  const frame = track.frameNs / segment.scaleNs
  const length = statedLength || frame || between || (previous?.length ?? 0)
  segment.last.set(number, {
    ...{ time, length, count: (previous?.count ?? 0) + 1 },
    first: Math.min(previous?.first ?? time, time),
    latest: Math.max(previous?.latest ?? time, time),
  })
  segment.hasBlocks = true
  segment.start = Math.min(segment.start, Math.max(0, time))
  segment.end = Math.max(segment.end, time + length)
}

import type { MediaFacts } from '../../../core/model/media.ts'
import type { ByteSource } from '../../../core/ports/media.ts'
import { ensure } from '../../refusal.ts'
import { type Page, pageBehind, readPage, readTail } from './pages.ts'
import { type OggStream, readStream } from './streams.ts'
import { readModes, type VorbisModes, vorbisSamples } from './vorbis-modes.ts'

const STREAMS_MAX = 64
const PACKET_READ_MAX = 64
const SETUP_SIZE_MAX = 256 * 1024
/** So many pages are looked at for the start of the sound. */
const PAGES_AT_FRONT_MAX = 64
/** What is not further is walked through. */
const WALKED_SIZE = 128 * 1024
/** So many pages of a file of several streams after each other. */
const PAGES_MAX = 65_536

/** A stream of the file, and what is known of its times. */
interface Stream extends OggStream {
  readonly identification: Uint8Array
  /** In seconds; null until it is known. */
  start: number | null
  last: bigint | null
}

/** Streams that sound at the same time, by serial number. */
type Link = Map<number, Stream>

/**
 * OGG (RFC 3533) with Opus, Vorbis, FLAC, Speex, Theora and VP8. The length is that of the last granule positions less the first; of
 * streams after each other the sum. What stands behind the last page does not matter, unless it is a page that is not whole.
 */
export async function measureOgg(source: ByteSource): Promise<MediaFacts> {
  const { link, next, serials } = await readLink(source, 0)
  const streams = [...link.values()]
  const audio = streams.find((stream) => stream.audio !== null)?.audio ?? null
  const video = streams.find((stream) => stream.video !== null)?.video ?? null
  ensure(audio !== null || video !== null, 'the OGG file has no audio and no video of a known kind')
  await readStarts(source, link, next)
  const tail = await readTail(source, (pages) => knowsAll(pages, link))
  const isChained = tail.pages.some(
    ({ serial, isFirst, at }) => !serials.has(serial) || (isFirst && at >= next),
  )
  for (const page of tail.pages) noteEnd(link, page)
  const seconds = isChained ? await secondsOfAll(source) : secondsOf(link)
  const contentType = `${video === null ? 'audio' : 'video'}/ogg`
  const facts = {
    container: 'ogg',
    contentType,
    durationMs: Math.round(seconds * 1000),
    audio,
    video,
  } as const
  return tail.isCut ? { ...facts, isCut: true } : facts
}

const knowsAll = (pages: readonly Page[], link: Link): boolean =>
  [...link.keys()].every((serial) => pages.some((page) => page.serial === serial && page.granule !== null))

interface Front {
  /** Those of a known kind. */
  readonly link: Link
  readonly serials: ReadonlySet<number>
  /** Where their first pages end. */
  readonly next: number
}

/** The streams that begin at `at`. */
async function readLink(source: ByteSource, at: number): Promise<Front> {
  const link: Link = new Map()
  const serials = new Set<number>()
  let next = at
  for (let count = 0; count < STREAMS_MAX; count++) {
    const page = await readPage(source, next)
    if (page === null || !page.isFirst) break
    const identification = await source.read(page.start, Math.min(page.end, page.start + 256))
    const stream = readStream(identification)
    if (stream !== null) link.set(page.serial, { ...stream, identification, start: null, last: null })
    serials.add(page.serial)
    next = page.end
  }
  return { link, next, serials }
}

/** Looks for the first granule of each stream, less what the packets up to there last. */
async function readStarts(source: ByteSource, link: Link, from: number): Promise<void> {
  const modes = new Map<number, VorbisModes>()
  let at = from
  for (
    let count = 0;
    count < PAGES_AT_FRONT_MAX && [...link.values()].some(({ start }) => start === null);
    count++
  ) {
    const page = await readPage(source, at)
    if (page === null) return
    at = page.end
    const stream = link.get(page.serial)
    if (stream === undefined || stream.start !== null) continue
    if (stream.audio?.codec === 'vorbis') await noteModes(source, page, stream, modes)
    if (page.granule === null || page.granule === 0n) continue
    stream.start = await startOf(source, page, stream, modes.get(page.serial) ?? null)
  }
}

async function startOf(
  source: ByteSource,
  page: Page,
  stream: Stream,
  modes: VorbisModes | null,
): Promise<number> {
  const packets: Uint8Array[] = []
  for (const { offset, size } of page.packets) {
    const start = page.start + offset
    packets.push(await source.read(start, start + Math.min(size, PACKET_READ_MAX)))
  }
  const seconds =
    modes === null
      ? stream.secondsOf(packets)
      : vorbisSamples(modes, packets) / (stream.audio?.sampleRateHz ?? 1)
  const start = stream.secondsAt(page.granule ?? 0n) - seconds
  // A first packet that began on a page before is not among them, and a stream without known packets begins at zero.
  return seconds > 0 && start > seconds ? start : 0
}

/** The setup packet ends a page of a Vorbis stream: the last one before the sound. */
async function noteModes(
  source: ByteSource,
  page: Page,
  stream: Stream,
  modes: Map<number, VorbisModes>,
): Promise<void> {
  if (page.end - page.start > SETUP_SIZE_MAX) return
  const content = Buffer.from(await source.read(page.start, page.end))
  const at = content.indexOf('\x05vorbis', 0, 'latin1')
  const found = at === -1 ? null : readModes(stream.identification, content.subarray(at))
  if (found !== null) modes.set(page.serial, found)
}

function noteEnd(link: Link, { serial, granule, isFirst }: Page): void {
  const stream = link.get(serial)
  if (stream !== undefined && granule !== null && !isFirst) stream.last = granule
}

/** The longest of the streams that sound together. */
function secondsOf(link: Link): number {
  const times = [...link.values()].filter(({ last }) => last !== null)
  const start = Math.min(...times.map((stream) => stream.start ?? 0))
  const ends = times.map(({ last, secondsAt, skippedSeconds }) => secondsAt(last ?? 0n) - skippedSeconds)
  return ends.length === 0 ? 0 : Math.max(...ends) - start
}

/** Several streams after each other. */
async function secondsOfAll(source: ByteSource): Promise<number> {
  let seconds = 0
  const pages = { count: 0 }
  for (let at = 0; at < source.size; ) {
    const front = await readLink(source, at)
    if (front.serials.size === 0) break
    await readStarts(source, front.link, front.next)
    at = await endOfLink(source, front, pages)
    seconds += secondsOf(front.link)
  }
  return seconds
}

/** Notes the last pages of a link, whose end is found by halving where it is far. Returns where the next one begins, or the pages end. */
async function endOfLink(source: ByteSource, front: Front, pages: { count: number }): Promise<number> {
  let at = await walkLink(source, front, front.next, pages)
  let beyond = source.size
  while (at.isMore && beyond - at.end > WALKED_SIZE) {
    const middle = Math.floor((at.end + beyond) / 2)
    const page = await pageBehind(source, middle)
    if (page !== null && front.serials.has(page.serial) && !page.isFirst) {
      noteEnd(front.link, page)
      at = { end: page.end, isMore: true }
    } else beyond = middle
  }
  while (at.isMore) at = await walkLink(source, front, at.end, pages)
  return at.end
}

/** Notes the pages of a link from `start` on, as far as they are near. */
async function walkLink(
  source: ByteSource,
  { link, serials }: Front,
  start: number,
  pages: { count: number },
): Promise<{ readonly end: number; readonly isMore: boolean }> {
  let at = start
  while (at - start <= WALKED_SIZE) {
    const page = await readPage(source, at)
    if (page === null || page.isFirst || !serials.has(page.serial) || page.end > source.size)
      return { end: at, isMore: false }
    ensure(++pages.count < PAGES_MAX, 'too much of the OGG file has to be read to measure it')
    noteEnd(link, page)
    at = page.end
  }
  return { end: at, isMore: true }
}

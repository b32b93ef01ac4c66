import type { ByteSource } from '../../core/ports/media.ts'
import { ensure, Refusal } from '../refusal.ts'

/** What the header of one self-delimiting audio frame says. */
export interface FrameHeader {
  /** Bytes of the whole frame, its header included. */
  readonly size: number
  /** Samples of one channel. */
  readonly samples: number
  readonly sampleRateHz: number
  readonly channels: number
  /** Equal for all frames of one stream. */
  readonly key: number
}

/** How the frames of one format look. */
export interface FrameFormat {
  readonly name: string
  readonly headerSize: number
  readonly frameSizeMax: number
  /** So many frames have to follow each other where one is looked for in the middle; default 3. */
  readonly chain?: number
  /** The header at `at`, or null if there is none. At least `headerSize` bytes are there. */
  parse(bytes: Uint8Array, at: number): FrameHeader | null
  /** Whether what follows the header can be real. Only the first frames are asked. */
  isSound(bytes: Uint8Array, at: number, header: FrameHeader): boolean
}

export interface FrameRun {
  readonly first: FrameHeader
  /** Where the first frame is. */
  readonly start: number
  /** Whole frames, the first included. A frame that the end cuts is not counted. */
  readonly frames: number
  /** Samples of one channel in these frames. */
  readonly samples: number
}

const WINDOW_SIZE_FIRST = 64 * 1024
/** So many bytes of anything may stand in front of the first frame. */
const RUBBISH_SIZE_MAX = 64 * 1024
const WINDOW_SIZE = 1024 * 1024
/** So many frames have to follow each other before the first is believed. */
const CHAIN_AT_START = 3
/** So many frames have to follow each other after junk. */
const CHAIN_AFTER_JUNK = 2
const ZEROS_AT_START_MAX = 64 * 1024

/**
 * Walks all frames between `start` and `end` by their headers, reading forward once. In front of the first frame there may be 64 KiB of
 * anything, zeros not counted. Between and after the frames there may be junk up to a quarter of the frames' size, zeros not counted. Refuses everything else.
 */
export async function walkFrames(
  source: ByteSource,
  format: FrameFormat,
  start: number,
  end: number,
): Promise<FrameRun> {
  const window = createWindow(source, end)
  const look = format.frameSizeMax * CHAIN_AT_START + format.headerSize
  const at = await findFirst(window, format, start, end)
  const first = format.parse(window.bytes, at - window.start)
  ensure(first !== null, `no ${format.name} frames`)
  const run = { first, start: at, frames: 0, samples: 0 }
  let [position, junk, frameBytes, isInSync] = [at, 0, 0, true]
  while (position + format.headerSize <= end) {
    if (!window.holds(position, look)) await window.load(position, WINDOW_SIZE)
    const header = sameStream(format.parse(window.bytes, position - window.start), first)
    if (header !== null && (isInSync || hasChain(window, format, position, CHAIN_AFTER_JUNK, false))) {
      isInSync = true
      if (position + header.size > end) break
      run.frames++
      run.samples += header.samples
      frameBytes += header.size
      position += header.size
    } else {
      isInSync = false
      if (window.bytes[position - window.start] !== 0) junk++
      position++
    }
  }
  ensure(junk * 4 <= frameBytes, `too many bytes between the ${format.name} frames are not audio`)
  return run
}

interface Window {
  bytes: Uint8Array
  start: number
  end: number
  /** Whether `length` bytes from `at`, as far as there are any, are in `bytes`. */
  holds(at: number, length: number): boolean
  load(at: number, size: number): Promise<void>
}

function createWindow(source: ByteSource, end: number): Window {
  const window: Window = {
    bytes: new Uint8Array(0),
    start: 0,
    end,
    holds: (at, length) =>
      at >= window.start && Math.min(at + length, end) <= window.start + window.bytes.length,
    load: async (at, size) => {
      window.bytes = await source.read(at, Math.min(at + size, end))
      window.start = at
    },
  }
  return window
}

async function findFirst(window: Window, format: FrameFormat, start: number, end: number): Promise<number> {
  const at = await findChain(window, format, start, end)
  if (at === null)
    throw new Refusal(`this is no media file of a known kind: it has no run of ${format.name} frames`)
  return at
}

/** Where the first frame of a format is, in the bytes that `walkFrames` looks at. Null: there is none. */
export function findFrames(
  source: ByteSource,
  format: FrameFormat,
  start: number,
  end: number,
): Promise<number | null> {
  return findChain(createWindow(source, end), format, start, end)
}

async function findChain(
  window: Window,
  format: FrameFormat,
  start: number,
  end: number,
): Promise<number | null> {
  const zerosEnd = Math.min(end, start + ZEROS_AT_START_MAX)
  await window.load(start, WINDOW_SIZE_FIRST)
  let content = start
  while (content < zerosEnd && window.bytes[content - window.start] === 0) content++
  await window.load(content, RUBBISH_SIZE_MAX + format.frameSizeMax * (CHAIN_AT_START + 1))
  const until = Math.min(end - format.headerSize, content + RUBBISH_SIZE_MAX)
  for (let at = content; at <= until; at++) {
    if (hasChain(window, format, at, CHAIN_AT_START, true)) return at
  }
  return null
}

/**
 * Whether `length` frames of one stream follow each other from `at`, or at least two up to the end exactly or to one
 * that the end cuts.
 */
function hasChain(
  window: Window,
  format: FrameFormat,
  at: number,
  length: number,
  looksInside: boolean,
): boolean {
  const first = format.parse(window.bytes, at - window.start)
  let next = at
  for (let count = 0; count < length; count++) {
    const left = window.end - next
    if (left < format.headerSize) return count >= 2 && left === 0
    if (next - window.start + format.headerSize > window.bytes.length) return false
    const header = sameStream(format.parse(window.bytes, next - window.start), first)
    if (header === null) return false
    if (header.size > left) return count >= 2
    if (looksInside && !format.isSound(window.bytes, next - window.start, header)) return false
    next += header.size
  }
  return true
}

const sameStream = (header: FrameHeader | null, first: FrameHeader | null): FrameHeader | null =>
  header !== null && first !== null && header.key === first.key ? header : null

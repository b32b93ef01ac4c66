import type { ByteSource } from '../../core/ports/media.ts'
import type { FrameFormat, FrameHeader, FrameRun } from './frames.ts'
import { walkFrames } from './frames.ts'

const MIB = 1024 * 1024
/** What is not longer is read from end to end. */
const WHOLE_SIZE_MAX = 3.4 * MIB
/** Of what is longer: the frames at its begin, and places in the rest, as far apart from each other. */
const HEAD_SIZE = MIB / 2
const PLACES_SIZE = 2.5 * MIB
const PLACE_SIZE_MIN = 32 * 1024
/** A place has room for so many frames. */
const FRAMES_IN_PLACE = 24
/** The estimated length is right to within a hundredth, but for one file in some hundred. */
const SIGMAS = 2.6
const ERROR_MAX = 0.01

/** Samples of one channel in a whole file, as an index in its first frame says. */
export type IndexReader = (frame: Uint8Array, first: FrameHeader) => number | null

/**
 * As `walkFrames`, of a run of any length by at most 3.4 MiB of it where that tells enough: where the places that are looked at have as many samples in
 * as many bytes, or few more or less, or where `readIndex` finds a number of samples that fits them. Else every frame is read.
 */
export async function measureFrameRun(
  source: ByteSource,
  format: FrameFormat,
  { start, end }: { readonly start: number; readonly end: number },
  readIndex: IndexReader = () => null,
): Promise<FrameRun> {
  if (end - start <= WHOLE_SIZE_MAX) return walkFrames(source, format, start, end)
  const head = await walkFrames(source, format, start, start + HEAD_SIZE)
  const size = end - head.start
  const rates = await readPlaces(source, format, head, end)
  const [mean, error] = meanOf(rates)
  if (mean > 0 && error * SIGMAS <= ERROR_MAX * mean) return lasting(head, mean * size)
  const indexed = readIndex(await source.read(head.start, head.start + head.first.size), head.first)
  const slack = Math.max(error * SIGMAS, ERROR_MAX * mean) * size
  if (indexed !== null && Math.abs(indexed - mean * size) <= slack) return lasting(head, indexed)
  return walkFrames(source, format, start, end)
}

const lasting = (head: FrameRun, samples: number): FrameRun => ({
  ...head,
  frames: Math.floor(samples / (head.samples / head.frames)),
  samples: Math.floor(samples),
})

/** Samples in a byte at places all over the file; 0 where there are no frames. */
async function readPlaces(
  source: ByteSource,
  format: FrameFormat,
  head: FrameRun,
  end: number,
): Promise<readonly number[]> {
  const frameSize = HEAD_SIZE / head.frames
  const placeSize = Math.max(PLACE_SIZE_MIN, Math.ceil(frameSize * FRAMES_IN_PLACE))
  const count = Math.max(2, Math.floor(PLACES_SIZE / placeSize))
  const step = (end - placeSize - head.start) / (count - 1)
  const rates: number[] = []
  for (let place = 0; place < count; place++) {
    const at = Math.floor(head.start + place * step)
    rates.push(rateIn(await source.read(at, at + placeSize), format, head.first))
  }
  return rates
}

/** From the first of three frames that follow each other to the last whole one. */
function rateIn(bytes: Uint8Array, format: FrameFormat, first: FrameHeader): number {
  for (let at = 0; at + format.headerSize <= bytes.length; at++) {
    const { frames, samples, next } = runFrom(bytes, at, format, first)
    if (frames >= (format.chain ?? 3)) return samples / (next - at)
  }
  return 0
}

function runFrom(
  bytes: Uint8Array,
  start: number,
  format: FrameFormat,
  first: FrameHeader,
): { readonly frames: number; readonly samples: number; readonly next: number } {
  let [next, frames, samples] = [start, 0, 0]
  while (next + format.headerSize <= bytes.length) {
    const header = format.parse(bytes, next)
    if (header === null || header.key !== first.key || next + header.size > bytes.length) break
    frames++
    samples += header.samples
    next += header.size
  }
  return { frames, samples, next }
}

/** The mean, and how far it is likely to be from that of all. */
function meanOf(values: readonly number[]): readonly [mean: number, error: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return [mean, Math.sqrt(squares / (values.length - 1) / values.length)]
}

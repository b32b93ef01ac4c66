import type { ByteSource } from '../../../core/ports/media.ts'
import { CLOCK_MODULUS, createTimeline, TICKS_PER_SECOND, type Timeline, ticksBetween } from './timeline.ts'
import type { Unit } from './units.ts'

/** A run of bytes of a file, and the units in it of the streams that count. */
export interface Run {
  readonly start: number
  readonly end: number
  readonly units: readonly Unit[]
}

/** Reads a run. Its units are none where no stream that counts begins one. */
export type RunReader = (start: number, end: number) => Promise<Run>

/** How much of a file is read. Files that are not longer are read whole. */
export const READ_SIZE_MAX = 4 * 1024 * 1024
const TAIL_SIZE = 192 * 1024
const TAIL_SIZE_MAX = 768 * 1024
const SAMPLE_SIZE = 64 * 1024
const SAMPLES = 12
/** How far the time of a gap may be from what its bytes let expect: so many times more or less, and so many ticks. */
interface Tolerance {
  readonly times: number
  readonly ticks: number
}
/** Beyond this a gap is looked into. */
const USUAL: Tolerance = { times: 2, ticks: TICKS_PER_SECOND }
/** Beyond this the clock broke. */
const POSSIBLE: Tolerance = { times: 8, ticks: 5 * TICKS_PER_SECOND }

/** Runs of a file behind `head`, in order, the last of which ends with the file. All streams of `all` have to be in that one, if it can be. */
export async function sampleRuns(
  { size }: ByteSource,
  head: Run,
  read: RunReader,
  all: ReadonlySet<number>,
): Promise<readonly Run[]> {
  const tail = await readTail(size, head, read, all)
  const room = tail.start - head.end
  const samples: Run[] = []
  for (let index = 1; index <= SAMPLES && room > SAMPLE_SIZE * SAMPLES * 2; index++) {
    const start = head.end + Math.floor((room * index) / (SAMPLES + 1))
    samples.push(await read(start, start + SAMPLE_SIZE))
  }
  const runs = [head, ...samples, tail].filter((run) => run === head || run.units.length > 0)
  const left = READ_SIZE_MAX - head.end - samples.length * SAMPLE_SIZE - TAIL_SIZE_MAX
  return closeBreaks(runs, read, usualRate(runs), Math.floor(left / SAMPLE_SIZE))
}

async function readTail(size: number, head: Run, read: RunReader, all: ReadonlySet<number>): Promise<Run> {
  for (let length = TAIL_SIZE; ; length *= 2) {
    const tail = await read(Math.max(head.end, size - length), size)
    const isEnough = [...all].every((stream) => tail.units.some((unit) => unit.stream === stream))
    if (isEnough || length >= TAIL_SIZE_MAX || tail.start === head.end) return tail
  }
}

/** How fast time goes by in a run. */
function ticksPerByte({ start, end, units }: Run): number {
  const [first, last] = [units.at(0), units.at(-1)]
  if (first === undefined || last === undefined) return 0
  return Math.max(0, ticksBetween(first.decoded, last.decoded)) / (end - start)
}

/** The median of the rates within runs and between them, so that few breaks do not count. */
function usualRate(runs: readonly Run[]): number {
  const within = runs.map(ticksPerByte)
  const between = runs.slice(1).map((run, index) => {
    const [from, to] = [runs[index], run.units.at(0)]
    const last = from?.units.at(-1)
    const room = run.start - (from?.end ?? 0)
    return last === undefined || to === undefined || room <= 0
      ? 0
      : ticksBetween(last.decoded, to.decoded) / room
  })
  const rates = [...within, ...between].filter((rate) => rate > 0).sort((one, other) => one - other)
  return rates[Math.floor(rates.length / 2)] ?? 0
}

/** Reads `looksMax` samples where the clock does not go on as expected, until a break lies within a run or nothing more may be read. */
async function closeBreaks(
  known: readonly Run[],
  read: RunReader,
  rate: number,
  looksMax: number,
): Promise<readonly Run[]> {
  const runs = [...known]
  for (let looks = 0, index = 0; index + 1 < runs.length && looks < looksMax; ) {
    const [before, after] = [runs[index], runs[index + 1]]
    if (before === undefined || after === undefined) break
    const room = after.start - before.end
    if (room <= 0 || gapTicks(before, after, rate, USUAL) !== null) {
      index++
      continue
    }
    const start = before.end + Math.max(0, Math.floor((room - SAMPLE_SIZE) / 2))
    const between = await read(start, Math.min(start + SAMPLE_SIZE, after.start))
    looks++
    if (between.units.length > 0) runs.splice(index + 1, 0, between)
    else index++
  }
  return runs
}

/** How far the clock went on between two runs; null: it broke. Of a long time the clock may have gone around several times. */
function gapTicks(before: Run, after: Run, rate: number, within: Tolerance): number | null {
  const [from, to] = [before.units.at(-1), after.units.at(0)]
  if (from === undefined || to === undefined) return null
  const expected = (after.start - before.end) * rate
  const short = ticksBetween(from.decoded, to.decoded)
  const rounds = Math.max(0, Math.round((expected - short) / CLOCK_MODULUS))
  const ticks = short + rounds * CLOCK_MODULUS
  const isWithin =
    ticks >= expected / within.times - within.ticks && ticks <= expected * within.times + within.ticks
  return isWithin ? ticks : null
}

/** The times of all runs on one line. */
export function timelineOf(runs: readonly Run[], isOrdered: (stream: number) => boolean): Timeline {
  const timeline = createTimeline(isOrdered)
  const rate = usualRate(runs)
  let before: Run | null = null
  for (const run of runs) {
    const [first] = run.units
    if (before !== null && run.start > before.end && first !== undefined) {
      timeline.gap(first, gapTicks(before, run, rate, POSSIBLE), (run.start - before.end) * rate)
    }
    for (const unit of run.units) timeline.add(unit)
    if (run.units.length > 0) before = run
  }
  return timeline
}

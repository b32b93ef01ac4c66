import type { MediaFacts, VideoFacts } from '../../../core/model/media.ts'
import type { ByteSource } from '../../../core/ports/media.ts'
import { ensure } from '../../refusal.ts'
import { frameRateOf } from '../frame-rate.ts'
import { type Candidates, chooseStreams, type Found } from './choose.ts'
import { READ_SIZE_MAX, type Run, sampleRuns, timelineOf } from './runs.ts'
import type { UnitReader } from './units.ts'

const PIECE_SIZE = 512 * 1024
/** So much of the begin is read until all streams are known. */
const HEAD_SIZE_MAX = 2 * 1024 * 1024

/** How streams are multiplexed in a file. */
export interface Multiplex {
  /** Where it begins. */
  readonly start: number
  reader(): UnitReader
  /** The programs that are announced so far. */
  announced(): readonly Candidates[]
  /** What a stream may be that is not announced, by the id in its packets. */
  guessed(streamIds: ReadonlyMap<number, number>): Candidates
}

/**
 * The first program with a picture, or else with sound. The length is from the first time of its streams to the last; breaks of the clock between
 * are no time. At most 4 MiB of the file are read.
 */
export async function measureMultiplex(
  source: ByteSource,
  multiplex: Multiplex,
): Promise<Pick<MediaFacts, 'durationMs' | 'audio' | 'video'>> {
  const readAll = async (start: number, end: number, isEnough: (reader: UnitReader) => boolean) => {
    const reader = multiplex.reader()
    let at = start
    while (at < end && !isEnough(reader)) {
      const next = Math.min(at + PIECE_SIZE, end)
      reader.push(await source.read(at, next))
      at = next
    }
    reader.end()
    return { start, end: at, units: reader.units, streamIds: reader.streamIds }
  }
  const isShort = source.size <= READ_SIZE_MAX
  const first = await readAll(
    multiplex.start,
    isShort ? source.size : HEAD_SIZE_MAX,
    ({ units }) => !isShort && chooseStreams(multiplex.announced(), units).isWhole,
  )
  const found = chooseStreams([...multiplex.announced(), multiplex.guessed(first.streamIds)], first.units)
  const streams = new Set(found.streams)
  const readRun = async (start: number, end: number): Promise<Run> =>
    ofStreams(await readAll(start, end, () => false), streams)
  const head = ofStreams(first, streams)
  const runs = head.end === source.size ? [head] : await sampleRuns(source, head, readRun, streams)
  return factsOf(found, runs)
}

const ofStreams = ({ start, end, units }: Run, streams: ReadonlySet<number>): Run => ({
  start,
  end,
  units: units.filter(({ stream }) => streams.has(stream)),
})

function factsOf(
  { picture, sound, isOrdered, secondsOf }: Found,
  runs: readonly Run[],
): Pick<MediaFacts, 'durationMs' | 'audio' | 'video'> {
  ensure(picture !== null || sound !== null, 'the file has no audio and no video of a known kind')
  const seconds = timelineOf(runs, isOrdered).seconds(secondsOf)
  const video: VideoFacts | null =
    picture === null
      ? null
      : { ...picture.size, codec: picture.codec, frameRate: frameRateOf(picture.frameRate ?? 0, 1) }
  return { durationMs: Math.round(seconds * 1000), audio: sound, video }
}

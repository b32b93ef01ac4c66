import type { MediaFacts, VideoFacts } from '../../../core/model/media.ts'
import type { ByteSource } from '../../../core/ports/media.ts'
import { ensure } from '../../refusal.ts'
import { frameRateOf } from '../frame-rate.ts'
import { chooseStreams, type Found } from './choose.ts'
import { findLayout, LEAD_SIZE_MAX } from './packets.ts'
import { READ_SIZE_MAX, type Run, sampleRuns, timelineOf } from './runs.ts'
import { createTables } from './tables.ts'
import { createUnitReader, type Unit } from './units.ts'

const PIECE_SIZE = 512 * 1024
/** So much of the begin is read until all streams are known. */
const HEAD_SIZE_MAX = 2 * 1024 * 1024

/** How many bytes `isMpegTs` looks at. */
export const MPEG_TS_HEAD_SIZE = 5 * 208

/** Whether the first packets of an MPEG transport stream (ISO 13818-1) are there: at least two. */
export const isMpegTs = (head: Uint8Array): boolean => findLayout(head, 4) !== null

/** Whether packets of a transport stream follow each other somewhere in the first 64 KiB. */
export async function hasMpegTs(source: ByteSource): Promise<boolean> {
  const head = await source.read(0, Math.min(source.size, LEAD_SIZE_MAX + MPEG_TS_HEAD_SIZE))
  return findLayout(head, LEAD_SIZE_MAX) !== null
}

/**
 * A transport stream (ISO 13818-1): the first program with a picture, or else with sound. The length is from the first time of its streams
 * to the last; breaks of the clock between are no time. At most 4 MiB are read.
 */
export async function measureMpegTs(source: ByteSource): Promise<MediaFacts> {
  const lead = await source.read(0, Math.min(source.size, LEAD_SIZE_MAX + MPEG_TS_HEAD_SIZE))
  const layout = findLayout(lead, LEAD_SIZE_MAX)
  ensure(layout !== null, 'the transport stream has no packets')
  const tables = createTables()
  const readAll = async (start: number, end: number, isEnough: (units: readonly Unit[]) => boolean) => {
    const reader = createUnitReader(tables, layout.stride)
    let at = start
    while (at < end && !isEnough(reader.units)) {
      const next = Math.min(at + PIECE_SIZE, end)
      reader.push(await source.read(at, next))
      at = next
    }
    reader.end()
    return { start, end: at, units: reader.units, streamIds: reader.streamIds }
  }
  const isShort = source.size <= READ_SIZE_MAX
  const headEnd = isShort ? source.size : HEAD_SIZE_MAX
  const first = await readAll(
    layout.offset,
    headEnd,
    (units) => !isShort && chooseStreams(tables, units, new Map()).isWhole,
  )
  const found = chooseStreams(tables, first.units, first.streamIds)
  const streams = new Set(found.streams)
  const head = ofStreams(first, streams)
  const readRun = async (start: number, end: number): Promise<Run> =>
    ofStreams(await readAll(start, end, () => false), streams)
  const runs = head.end === source.size ? [head] : await sampleRuns(source, head, readRun, streams)
  return factsOf(found, runs)
}

const ofStreams = ({ start, end, units }: Run, streams: ReadonlySet<number>): Run => ({
  start,
  end,
  units: units.filter(({ stream }) => streams.has(stream)),
})

function factsOf({ picture, sound, isOrdered, secondsOf }: Found, runs: readonly Run[]): MediaFacts {
  ensure(picture !== null || sound !== null, 'the file has no audio and no video of a known kind')
  const seconds = timelineOf(runs, isOrdered).seconds(secondsOf)
  const video: VideoFacts | null =
    picture === null
      ? null
      : { ...picture.size, codec: picture.codec, frameRate: frameRateOf(picture.frameRate ?? 0, 1) }
  return {
    container: 'ts',
    contentType: 'video/mp2t',
    durationMs: Math.round(seconds * 1000),
    audio: sound,
    video,
  }
}

import type { AudioFacts, VideoFacts } from '../../core/model/media.ts'
import { ensure } from '../refusal.ts'
import { frameRateOf } from './frame-rate.ts'
import { type Box, type BoxReader, Fields } from './mp4-boxes.ts'
import { readAudioEntry } from './mp4-entries.ts'
import { readVideoEntry } from './mp4-pictures.ts'

const ALL_ONES_32 = 0xffffffff
const ALL_ONES_64 = 2 ** 64

export interface Scale {
  readonly unitsPerSecond: number
  /** In these units; 0 if the file does not tell. */
  readonly duration: number
}

export interface Track {
  readonly id: number
  readonly scale: Scale
  readonly audio: AudioFacts | null
  readonly video: VideoFacts | null
  /** How many samples the tables of the movie itself have. */
  readonly samples: number
  /** How long these last, in units of the track's scale. */
  readonly lasting: number
  /** A table names bytes behind the end of the file. */
  readonly isCut: boolean
}

/** Time scale and duration, which stand at the same place in `mvhd` and `mdhd`. */
export function readScale(content: Uint8Array): Scale {
  const fields = new Fields(content)
  const isLong = fields.u32() >>> 24 === 1
  const unitsPerSecond = fields.skip(isLong ? 16 : 8).u32()
  const duration = isLong ? fields.u64() : fields.u32()
  ensure(unitsPerSecond > 0, 'the MP4 file has no usable time scale')
  return { unitsPerSecond, duration: duration >= (isLong ? ALL_ONES_64 : ALL_ONES_32) ? 0 : duration }
}

/** Boxes on the way from a track to its sample tables. */
const TRACK_HOLDERS: readonly string[] = ['mdia', 'minf', 'stbl']
const DEPTH_MAX = 8
/** A longer table of times is not read: the track's header tells the length too. */
const TIMES_SIZE_MAX = 64 * 1024

interface TrackParts {
  id: number
  scale: Scale
  handler: string
  description: Box | null
  samples: number
  /** Null: the table of their times is not read. */
  lasting: number | null
  /** Where the first sample is; null: no table tells. */
  firstSample: number | null
  isCut: boolean
}

export async function readTrack(reader: BoxReader, trak: Box): Promise<Track> {
  const parts: TrackParts = {
    id: 0,
    scale: { unitsPerSecond: 1, duration: 0 },
    handler: '',
    description: null,
    samples: 0,
    lasting: null,
    firstSample: null,
    isCut: false,
  }
  await readTrackParts(reader, trak, parts)
  const { id, scale, handler, description, samples, firstSample, isCut } = parts
  const entry = description === null ? null : await firstEntry(reader, description)
  const audio = entry !== null && handler === 'soun' ? await readAudioEntry(reader, entry, firstSample) : null
  const picture = entry !== null && handler === 'vide' ? await readVideoEntry(reader, entry) : null
  const frameRate = frameRateOf(samples, scale.duration / scale.unitsPerSecond)
  const video = picture === null ? null : { ...picture, frameRate }
  return { id, scale, audio, video, samples, lasting: parts.lasting ?? scale.duration, isCut }
}

async function readTrackParts(reader: BoxReader, holder: Box, parts: TrackParts, depth = 0): Promise<void> {
  ensure(depth <= DEPTH_MAX, 'the boxes of the MP4 file are too deep in each other')
  for await (const box of reader.boxes(holder.start, holder.end)) {
    if (TRACK_HOLDERS.includes(box.kind)) await readTrackParts(reader, box, parts, depth + 1)
    else await PART_READERS[box.kind]?.(reader, box, parts)
  }
}

type PartReader = (reader: BoxReader, box: Box, parts: TrackParts) => Promise<void>

/** How many samples there are stands at the same place in both kinds of tables of their sizes. */
const readCount: PartReader = async (reader, box, parts) => {
  parts.samples = new Fields(await reader.content(box, 12), 8).u32()
}

const PART_READERS: Readonly<Partial<Record<string, PartReader>>> = {
  tkhd: async (reader, box, parts) => {
    parts.id = readTrackId(await reader.content(box))
  },
  mdhd: async (reader, box, parts) => {
    parts.scale = readScale(await reader.content(box))
  },
  hdlr: async (reader, box, parts) => {
    // A QuickTime track has a second handler, for its data, deeper inside.
    if (parts.handler === '') parts.handler = new Fields(await reader.content(box, 12), 8).text(4)
  },
  stsd: async (_, box, parts) => {
    parts.description = box
  },
  stsz: readCount,
  stz2: readCount,
  stts: async (reader, box, parts) => {
    if (box.end - box.start <= TIMES_SIZE_MAX) parts.lasting = sumOfTimes(await reader.content(box))
  },
  stco: readChunks,
  co64: readChunks,
}

/** Of a table of times, in runs of samples (ISO 14496-12 §8.6.1.2). */
function sumOfTimes(content: Uint8Array): number {
  const fields = new Fields(content, 4)
  const runs = Math.min(fields.u32(), Math.floor(fields.left / 8))
  let sum = 0
  for (let index = 0; index < runs; index++) sum += fields.u32() * fields.u32()
  return sum
}

function readTrackId(content: Uint8Array): number {
  const fields = new Fields(content)
  return fields.skip(fields.u32() >>> 24 === 1 ? 16 : 8).u32()
}

async function firstEntry(reader: BoxReader, stsd: Box): Promise<Box | null> {
  for await (const entry of reader.boxes(stsd.start + 8, stsd.end)) return entry
  return null
}

/** Where the first chunk is. A file that was cut between its boxes names chunks that are not there. */
async function readChunks(
  { source }: BoxReader,
  { kind, start, end }: Box,
  parts: TrackParts,
): Promise<void> {
  const size = kind === 'co64' ? 8 : 4
  const count = new Fields(await source.read(start + 4, start + 8)).u32()
  if (count === 0) return
  ensure(start + 8 + count * size <= end, 'a table of the MP4 file is cut')
  const offsetAt = async (index: number): Promise<number> => {
    const at = start + 8 + index * size
    const fields = new Fields(await source.read(at, at + size))
    return kind === 'co64' ? fields.u64() : fields.u32()
  }
  parts.firstSample = await offsetAt(0)
  parts.isCut ||= (await offsetAt(count - 1)) >= source.size
}

import type { AudioFacts } from '../../../core/model/media.ts'
import { findPicture, type PictureStream } from '../pictures/find-picture.ts'
import type { PictureSize } from '../pictures/picture.ts'
import { findSound, type SoundStream } from '../sound/find-sound.ts'
import { rateOfBoth, rateOfUnits } from './rate.ts'
import { kindsOfStreamId, type StreamKind } from './stream-kinds.ts'
import type { Tables } from './tables.ts'
import type { Unit } from './units.ts'

/** Headers are looked for in so many bytes of a stream. */
const LOOKED_AT_MAX = 2 * 1024 * 1024

/** What the first units of a file tell of it. */
export interface Found {
  readonly picture: {
    readonly codec: string
    readonly size: PictureSize
    readonly frameRate: number | null
  } | null
  readonly sound: AudioFacts | null
  /** All streams whose times count. */
  readonly streams: readonly number[]
  /** Whether a stream's units come in the order of their times. */
  readonly isOrdered: (stream: number) => boolean
  readonly secondsOf: (unit: Unit) => number
  /** No stream that is announced is missing. */
  readonly isWhole: boolean
}

/** A stream whose header was found. */
type Known =
  | {
      readonly is: 'picture'
      readonly stream: number
      readonly found: PictureStream
      readonly frameRate: number | null
    }
  | { readonly is: 'sound'; readonly stream: number; readonly found: SoundStream }

/** The streams of one program. Where there are no tables, `streamIds` tell what streams may be. */
export function chooseStreams(
  tables: Pick<Tables, 'programs'>,
  units: readonly Unit[],
  streamIds: ReadonlyMap<number, number>,
): Found {
  const byStream = Map.groupBy(units, ({ stream }) => stream)
  const announced = tables
    .programs()
    .map(({ streams }) => [...streams].map(([stream, kind]) => [stream, [kind]] as const))
  const guessed = [...streamIds].map(([stream, id]) => [stream, kindsOfStreamId(id)] as const)
  const programs = [...announced, guessed].map((streams) => ({
    isWhole: streams.length > 0 && streams.every(([stream]) => byStream.has(stream)),
    known: streams.flatMap(([stream, kinds]) => knownStream(stream, kinds, byStream.get(stream) ?? [])),
  }))
  const has = (is: Known['is']) => programs.find(({ known }) => known.some((stream) => stream.is === is))
  const { known, isWhole } = has('picture') ?? has('sound') ?? { known: [], isWhole: false }
  return found(known, byStream, isWhole)
}

function found(
  known: readonly Known[],
  byStream: ReadonlyMap<number, readonly Unit[]>,
  isWhole: boolean,
): Found {
  const picture = known.find((stream) => stream.is === 'picture') ?? null
  const sound = known.find((stream) => stream.is === 'sound') ?? null
  const by = new Map(known.map((stream) => [stream.stream, stream]))
  return {
    picture:
      picture === null
        ? null
        : { codec: picture.found.codec, size: sizeOf(picture.found), frameRate: picture.frameRate },
    sound: sound === null ? null : sound.found.facts,
    streams: [...by.keys()],
    isOrdered: (stream) =>
      by.get(stream)?.is === 'sound' ||
      (byStream.get(stream) ?? []).some(({ shown, decoded }) => shown !== decoded),
    secondsOf: (unit) => {
      const stream = by.get(unit.stream)
      if (stream === undefined) return 0
      if (stream.is === 'sound') return stream.found.secondsIn(Buffer.concat(unit.pieces))
      return stream.frameRate === null ? 0 : 1 / stream.frameRate
    },
    isWhole: isWhole && known.length > 0,
  }
}

const sizeOf = ({ picture: { width, height } }: PictureStream): PictureSize => ({ width, height })

/** One stream, by the first of these kinds whose header is in its first bytes; empty for none. */
function knownStream(stream: number, kinds: readonly StreamKind[], units: readonly Unit[]): readonly Known[] {
  if (units.length === 0) return []
  const bytes = firstBytes(units)
  for (const kind of kinds) {
    if (kind.is === 'picture') {
      const picture = findPicture(kind.kind, bytes)
      if (picture !== null)
        return [{ is: 'picture', stream, found: picture, frameRate: rateOf(picture, units) }]
    } else {
      const sound = findSound(kind.kind, bytes)
      if (sound !== null) return [{ is: 'sound', stream, found: sound }]
    }
  }
  return []
}

/** MPEG-1 and MPEG-2 have one rate, which their header says, however many pictures come with a time. */
const rateOf = ({ codec, picture }: PictureStream, units: readonly Unit[]): number | null =>
  codec === 'mpeg1' || codec === 'mpeg2'
    ? (picture.frameRate ?? rateOfUnits(units))
    : rateOfBoth(picture.frameRate, rateOfUnits(units))

function firstBytes(units: readonly Unit[]): Uint8Array {
  const pieces: Uint8Array[] = []
  let size = 0
  for (const unit of units) {
    if (size >= LOOKED_AT_MAX) break
    pieces.push(...unit.pieces)
    size += unit.pieces.reduce((sum, piece) => sum + piece.length, 0)
  }
  return Buffer.concat(pieces)
}

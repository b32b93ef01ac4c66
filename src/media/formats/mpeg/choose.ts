import type { AudioFacts } from '../../../core/model/media.ts'
import { findPicture, type PictureStream } from '../pictures/find-picture.ts'
import { mpegFramesIn } from '../pictures/mpeg-video.ts'
import type { PictureSize } from '../pictures/picture.ts'
import { findSound, type SoundStream } from '../sound/find-sound.ts'
import { rateOfBoth, rateOfUnits } from './rate.ts'
import type { StreamKind } from './stream-kinds.ts'
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

/** The streams of a program, and what kinds each may be. */
export type Candidates = readonly (readonly [stream: number, kinds: readonly StreamKind[]])[]

/** The streams of the first program with a picture, or else with sound. */
export function chooseStreams(all: readonly Candidates[], units: readonly Unit[]): Found {
  const byStream = Map.groupBy(units, ({ stream }) => stream)
  const programs = all.map((streams) => ({
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
      return stream.frameRate === null ? 0 : picturesIn(stream.found, unit) / stream.frameRate
    },
    isWhole: isWhole && known.length > 0,
  }
}

/** Frames of MPEG-1 and MPEG-2 may share a time. Those of others have one each. */
const picturesIn = ({ codec }: PictureStream, { pieces }: Unit): number =>
  hasPictureCodes(codec) ? Math.max(1, mpegFramesIn(Buffer.concat(pieces))) : 1

const hasPictureCodes = (codec: string): boolean => codec === 'mpeg1' || codec === 'mpeg2'

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
  hasPictureCodes(codec) ? (picture.frameRate ?? rateOfUnits(units)) : rateOfBoth(picture.frameRate, units)

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

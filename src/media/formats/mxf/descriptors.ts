import type { AudioFacts } from '../../../core/model/media.ts'
import { viewOf } from '../../bytes.ts'
import { localSet } from './klv.ts'
import { pictureCodec, soundCodec } from './labels.ts'

/** What a file descriptor (SMPTE 377-1 annex F) says of one stream. */
export interface Descriptor {
  readonly is: 'picture' | 'sound'
  readonly codec: string
  readonly width: number
  readonly height: number
  readonly audio: AudioFacts | null
  /** Units of the length, a second; 0: not told. */
  readonly rate: number
  /** Length in these units; 0: not told. */
  readonly duration: number
}

const TAGS = {
  sampleRate: 0x3001,
  containerDuration: 0x3002,
  essenceContainer: 0x3004,
  pictureCoding: 0x3201,
  storedHeight: 0x3202,
  storedWidth: 0x3203,
  displayHeight: 0x3208,
  displayWidth: 0x3209,
  frameLayout: 0x320c,
  soundBits: 0x3d01,
  audioRate: 0x3d03,
  soundCoding: 0x3d06,
  channels: 0x3d07,
}
const SEPARATE_FIELDS = 1

/** Kinds of sets, by the last but one byte of their keys. */
const SEQUENCE = 0x0f
const TRACK = 0x3b
const DESCRIPTORS_MIN = 0x25
const DESCRIPTORS_MAX = 0x5f

/** A value of a set as a number; 0 where it is missing or of another size. */
function numberIn(items: ReadonlyMap<number, Uint8Array>, tag: number): number {
  const value = items.get(tag)
  if (value === undefined) return 0
  const view = viewOf(value)
  if (value.length === 1) return view.getUint8(0)
  if (value.length === 4) return view.getUint32(0)
  const long = value.length === 8 ? view.getBigInt64(0) : 0n
  return long > 0n ? Number(long) : 0
}

function ratioIn(items: ReadonlyMap<number, Uint8Array>, tag: number): number {
  const value = items.get(tag)
  if (value?.length !== 8) return 0
  const view = viewOf(value)
  const [numerator, denominator] = [view.getInt32(0), view.getInt32(4)]
  return numerator > 0 && denominator > 0 ? numerator / denominator : 0
}

/** The streams that sets of metadata describe. */
export function descriptorsIn(sets: readonly (readonly [number, Uint8Array])[]): readonly Descriptor[] {
  return sets.flatMap(([kind, value]) => {
    if (kind < DESCRIPTORS_MIN || kind > DESCRIPTORS_MAX) return []
    const items = localSet(value)
    const timing = {
      rate: ratioIn(items, TAGS.sampleRate),
      duration: numberIn(items, TAGS.containerDuration),
    }
    return [...pictureIn(items, timing), ...soundIn(items, timing)]
  })
}

type Timing = Pick<Descriptor, 'rate' | 'duration'>
const EMPTY = new Uint8Array(0)

function pictureIn(items: ReadonlyMap<number, Uint8Array>, timing: Timing): readonly Descriptor[] {
  const width = numberIn(items, TAGS.displayWidth) || numberIn(items, TAGS.storedWidth)
  const lines = numberIn(items, TAGS.displayHeight) || numberIn(items, TAGS.storedHeight)
  if (width === 0 || lines === 0) return []
  const height = numberIn(items, TAGS.frameLayout) === SEPARATE_FIELDS ? lines * 2 : lines
  const codec = pictureCodec(
    items.get(TAGS.pictureCoding) ?? EMPTY,
    items.get(TAGS.essenceContainer) ?? EMPTY,
  )
  return [{ is: 'picture', codec, width, height, audio: null, ...timing }]
}

function soundIn(items: ReadonlyMap<number, Uint8Array>, timing: Timing): readonly Descriptor[] {
  const sampleRateHz = Math.round(ratioIn(items, TAGS.audioRate))
  const channels = numberIn(items, TAGS.channels)
  if (sampleRateHz === 0 || channels === 0) return []
  const bits = numberIn(items, TAGS.soundBits)
  const codec = soundCodec(
    items.get(TAGS.soundCoding) ?? EMPTY,
    items.get(TAGS.essenceContainer) ?? EMPTY,
    bits,
  )
  return [{ is: 'sound', codec, width: 0, height: 0, audio: { codec, sampleRateHz, channels }, ...timing }]
}

/** Seconds of the longest sequence, at the highest rate of a track that is told: where no descriptor tells a length. */
export function secondsOfSequences(sets: readonly (readonly [number, Uint8Array])[], rate: number): number {
  const of = (wanted: number) => sets.filter(([kind]) => kind === wanted).map(([, value]) => localSet(value))
  const rates = of(TRACK).map((items) => ratioIn(items, 0x4b01))
  const durations = of(SEQUENCE).map((items) => numberIn(items, 0x0202))
  const perSecond = rate || Math.max(0, ...rates)
  return perSecond === 0 ? 0 : Math.max(0, ...durations) / perSecond
}

import { CoreError, messageOf } from '../../../core/errors.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import { breathe, inSlices } from '../../../core/slices.ts'
import { parseJsonObject } from '../../../http/body.ts'
import { JsonFields, objectFields, type Shape } from '../../../http/json-fields.ts'
import { TEXT, TEXT_OR_NUMBER } from '../../../http/json-shapes.ts'

/** What somebody says from `begin` to `end`, in milliseconds from the start of the file. */
export interface Segment {
  readonly begin: number
  readonly end: number
  readonly text: string
  /** Who says it, in the recogniser's words; null where it does not tell. */
  readonly speaker: string | null
}

const TIME_MAX_MS = 7 * 24 * 3600_000
/** Whole milliseconds; fractions are rounded. */
const TIME: Shape<number> = {
  accepted: 'a time in milliseconds',
  read: (value) =>
    typeof value === 'number' && value >= 0 && value <= TIME_MAX_MS ? Math.round(value) : undefined,
}
/** Lines that are read in one turn of the main thread: some milliseconds. */
const TURN = 500
/** As many as five hours have words. */
const SEGMENTS_MAX = 50_000
const NEWLINE = 0x0a

/**
 * The segments that a recogniser has printed, in order of time: a JSON object on each line, with `begin` and `end` in milliseconds, `text`
 * and, if it likes, `speaker`. Blanks around a text stay: they part it from its neighbours. Empty lines and unknown fields are passed
 * over. Fails with `media-refused` for anything else. Lets others come in between.
 */
export async function parseSegments(output: Uint8Array): Promise<readonly Segment[]> {
  const segments: Segment[] = []
  let number = 0
  for (let at = 0; at < output.byteLength; ) {
    const newline = output.indexOf(NEWLINE, at)
    const end = newline === -1 ? output.byteLength : newline
    const line = output.subarray(at, end)
    at = end + 1
    number += 1
    if (number % TURN === 0) await breathe()
    if (!isBlank(line)) segments.push(parseLine(line, number))
    if (segments.length > SEGMENTS_MAX) throw unreadable(number, `more than ${SEGMENTS_MAX} segments`)
  }
  return segments.sort((one, other) => one.begin - other.begin)
}

const isBlank = (line: Uint8Array): boolean => line.every((byte) => byte <= 0x20)

function parseLine(line: Uint8Array, number: number): Segment {
  const fields = new JsonFields(objectFields(readObject(line, number)), ({ name, accepted }) =>
    unreadable(number, `${name} is not ${accepted}`),
  )
  const begin = fields.required('begin', TIME)
  const end = fields.required('end', TIME)
  if (end < begin) throw unreadable(number, 'end is before begin')
  const text = fields
    .required('text', TEXT)
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
  return { begin, end, text, speaker: fields.optional('speaker', TEXT_OR_NUMBER) }
}

function readObject(line: Uint8Array, number: number): JsonObject {
  try {
    return parseJsonObject(line)
  } catch (error) {
    throw unreadable(number, messageOf(error))
  }
}

const unreadable = (line: number, why: string): CoreError =>
  new CoreError('media-refused', `line ${line} of the recogniser's output: ${why}`)

/** What `"fixture"` hears in every file. */
export const FIXTURE: readonly Segment[] = [
  { begin: 0, end: 1200, text: '你好，', speaker: '1' },
  { begin: 1200, end: 2500, text: '这是一段测试语音。', speaker: '1' },
  { begin: 2600, end: 4000, text: 'This is a fixed transcript.', speaker: '2' },
]

/** A transcript as it is kept. Its segments may be many: they are one text, which is read a few at a time. */
export interface Transcript {
  /** A JSON list of begin, end, text and speaker on each line. */
  readonly lines: string
  /** Who speaks, in the order of their first words. */
  readonly speakers: readonly string[]
  /** The end of the last segment, in milliseconds. */
  readonly lengthMs: number
}

/** The transcript of these segments, in their order. Lets others come in between. */
export async function transcriptOf(segments: readonly Segment[]): Promise<Transcript> {
  const speakers = new Set<string>()
  const pieces: string[] = []
  let lengthMs = 0
  for await (const slice of inSlices(segments, TURN)) {
    for (const { end, speaker } of slice) {
      lengthMs = Math.max(lengthMs, end)
      if (speaker !== null) speakers.add(speaker)
    }
    pieces.push(...slice.map((each) => JSON.stringify([each.begin, each.end, each.text, each.speaker])))
  }
  return { lines: pieces.join('\n'), speakers: [...speakers], lengthMs }
}

/** The segments of a transcript, some at a time. */
export function* segmentsOf({ lines }: Transcript): Generator<readonly Segment[], void> {
  let slice: Segment[] = []
  for (let at = 0; at < lines.length; ) {
    const newline = lines.indexOf('\n', at)
    const end = newline === -1 ? lines.length : newline
    slice.push(segmentOf(JSON.parse(lines.slice(at, end))))
    at = end + 1
    if (slice.length < TURN) continue
    yield slice
    slice = []
  }
  if (slice.length > 0) yield slice
}

/** Only `transcriptOf` writes these. */
const segmentOf = ([begin, end, text, speaker]: readonly [
  number,
  number,
  string,
  string | null,
]): Segment => ({
  ...{ begin, end, text, speaker },
})

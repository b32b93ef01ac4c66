import type { JsonObject } from '../../../core/model/json.ts'
import { type Segment, segmentsOf, type Transcript } from '../model/transcripts.ts'

/** Words are placed in frames of so long. */
const FRAME_MS = 10

/**
 * The items of `lattice` in `data.result` of a query, some at a time, as JSON with commas between them. The shape is that of the vendor's
 * page and of answers that public clients recorded: numbers are texts but for those of words. A segment is one word, from its first frame
 * to its last.
 */
export function* latticeTexts(transcript: Transcript): Generator<string, void> {
  const roles = new Map(transcript.speakers.map((speaker, index) => [speaker, index + 1]))
  const itemOf = (segment: Segment, at: number, isLast: boolean): string =>
    JSON.stringify(latticeItem(segment, { at, role: roles.get(segment.speaker ?? '') ?? 0, isLast }))
  let count = 0
  let held: readonly Segment[] | null = null
  const textOf = (segments: readonly Segment[], isEnd: boolean): string => {
    const first = count
    count += segments.length
    const items = segments.map((each, index) =>
      itemOf(each, first + index, isEnd && first + index === count - 1),
    )
    return `${first === 0 ? '' : ','}${items.join(',')}`
  }
  for (const segments of segmentsOf(transcript)) {
    if (held !== null) yield textOf(held, false)
    held = segments
  }
  if (held !== null) yield textOf(held, true)
}

interface Place {
  readonly at: number
  /** From 1; 0 where nobody tells who speaks. */
  readonly role: number
  readonly isLast: boolean
}

function latticeItem({ begin, end, text, speaker }: Segment, { at, role, isLast }: Place): JsonObject {
  const frames = Math.round((end - begin) / FRAME_MS)
  const ws = [word(text, 'n', 1, frames), ...(isLast ? [word('', 'g', frames, frames)] : [])]
  const st = {
    ...{ bg: String(begin), ed: String(end), pa: '0', pt: 'reserved', rl: String(role) },
    ...{ rt: [{ nb: '1', nc: '1.0', ws }], sc: '0.00', si: String(at) },
  }
  return {
    ...{ begin: String(begin), end: String(end), json_1best: { st }, lid: '0' },
    spk: speaker ?? '段落-0',
  }
}

/** `kind`: `n` is a word, `g` the end of a paragraph. */
const word = (text: string, kind: 'n' | 'g', first: number, last: number): JsonObject => ({
  cw: [{ w: text, wc: '1.0000', wp: kind }],
  wb: first,
  we: last,
})

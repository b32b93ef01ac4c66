import type { JsonObject } from '../../../core/model/json.ts'
import type { Segment } from '../model/transcripts.ts'

/** Words are placed in frames of so long. */
const FRAME_MS = 10

/**
 * A transcript as `data.result` of a query has it. The shape is that of the vendor's page and of answers that public clients recorded: numbers
 * are texts but for those of words. A segment is one word, from its first frame to its last.
 */
export function resultOf(segments: readonly Segment[]): JsonObject {
  const speakers = [...new Set(segments.flatMap(({ speaker }) => (speaker === null ? [] : [speaker])))]
  const lattice = segments.map((segment, at) => {
    const role = segment.speaker === null ? 0 : speakers.indexOf(segment.speaker) + 1
    return latticeItem(segment, { at, role, isLast: at === segments.length - 1 })
  })
  const length = segments.reduce((longest, { end }) => Math.max(longest, end), 0)
  return { file_length: length, lattice, lattice2: lattice }
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

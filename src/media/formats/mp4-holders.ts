import { type Box, type BoxReader, Fields } from './mp4-boxes.ts'

/** Where the boxes of a sample entry are. */
export type Span = Pick<Box, 'start' | 'end'>

const DEEP_MAX = 3

/** Finds a box of a sample entry among those of `span`, and within the `sinf` and `wave` boxes there. */
export async function findEntryBox(
  reader: BoxReader,
  { start, end }: Span,
  kind: string,
  depth = DEEP_MAX,
): Promise<Box | null> {
  if (depth === 0 || start >= end) return null
  for await (const box of reader.boxes(start, end)) {
    if (box.kind === kind) return box
    const isHolder = box.kind === 'sinf' || box.kind === 'wave'
    const inner = isHolder ? await findEntryBox(reader, box, kind, depth - 1) : null
    if (inner !== null) return inner
  }
  return null
}

/** What an encrypted entry was before: `sinf` holds `frma`. */
export async function originalKind(reader: BoxReader, span: Span, kind: string): Promise<string> {
  const frma = await findEntryBox(reader, span, 'frma')
  return frma === null ? kind : new Fields(await reader.content(frma)).text(4)
}

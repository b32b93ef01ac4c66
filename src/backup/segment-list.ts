import { linesIn } from '../core/bytes/lines.ts'
import { CoreError } from '../core/errors.ts'
import { parseSegmentName } from '../core/ids.ts'
import type { KeptSegment } from '../core/ports/snapshot.ts'
import { measured, sizeOf } from './checked.ts'
import { backupPath, type Manifest } from './manifest.ts'
import type { Place } from './place.ts'

/** Lines are gathered to chunks of about so many characters. */
const CHUNK_SIZE = 64 * 1024

/** How much a list has, known at its end. */
export interface ListSums {
  count: number
  bytes: number
}

/** The list of a backup's segments as text: a line of JSON for each, `["name",[[size,crc32],…]]`. */
export async function* linesOf(
  segments: AsyncIterable<KeptSegment>,
  sums: ListSums,
): AsyncGenerator<Uint8Array> {
  let text = ''
  for await (const { name, extents } of segments) {
    sums.count += 1
    sums.bytes += sizeOf(extents)
    text += `${JSON.stringify([name, extents.map(({ size, crc32 }) => [size, crc32])])}\n`
    if (text.length < CHUNK_SIZE) continue
    yield Buffer.from(text)
    text = ''
  }
  if (text !== '') yield Buffer.from(text)
}

/** The segments that a backup names, in order of name. Errors: `storage-failed` when the list is damaged; those of the place. */
export async function* segmentsOf(place: Place, { name, segments }: Manifest): AsyncGenerator<KeptSegment> {
  const source = measured(place.read(backupPath(name, segments.file)), segments)
  for await (const line of linesIn(source)) yield segmentOf(line)
}

function segmentOf(line: string): KeptSegment {
  const [text, extents] = JSON.parse(line) as [string, [number, number][]]
  const name = parseSegmentName(text)
  if (name === null) throw new CoreError('storage-failed', 'the list of segments is damaged')
  return { name, extents: extents.map(([size, crc32]) => ({ size, crc32 })) }
}

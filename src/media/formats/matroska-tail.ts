import type { ByteSource } from '../../core/ports/media.ts'
import { readElement } from './ebml.ts'

export const CLUSTER = 0x1f43b675
export const CLUSTER_TIMESTAMP = 0xe7

const MARK = Buffer.from(CLUSTER.toString(16), 'hex')
/** Most bytes at the end in which a cluster is looked for, and how much is read at a time. */
const TAIL_SIZE = 2 * 1024 * 1024
const PIECE_SIZE = 1024 * 1024

/** Where a cluster begins near the end, and a source that has the bytes from there on in memory. Null: none is found behind `after`. */
export async function findTail(
  source: ByteSource,
  after: number,
  end: number,
): Promise<{ readonly at: number; readonly source: ByteSource } | null> {
  const start = end - TAIL_SIZE
  if (start <= after) return null
  const pieces: Uint8Array[] = []
  for (let at = start; at < end; at += PIECE_SIZE)
    pieces.push(await source.read(at, Math.min(at + PIECE_SIZE, end)))
  const bytes = Buffer.concat(pieces)
  const held: ByteSource = {
    size: source.size,
    read: async (from, until) =>
      from >= start && until <= end ? bytes.subarray(from - start, until - start) : source.read(from, until),
  }
  for (let index = bytes.indexOf(MARK); index !== -1; index = bytes.indexOf(MARK, index + 1)) {
    const cluster = await readElement(held, start + index, end)
    const first = cluster === null ? null : await readElement(held, cluster.start, end)
    if (first?.id === CLUSTER_TIMESTAMP) return { at: start + index, source: held }
  }
  return null
}

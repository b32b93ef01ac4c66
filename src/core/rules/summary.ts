import { createHash } from 'node:crypto'
import { Crc64 } from '../bytes/crc64.ts'
import type { Digests, SegmentFacts } from '../model/bytes.ts'
import type { PartsSummary } from './upload-state.ts'

/** Sums up `parts`, which are in ascending order of number. Costs O(parts), reads no bytes. */
export function summarise(
  parts: readonly { readonly number: number; readonly facts: SegmentFacts }[],
): PartsSummary {
  let size = 0
  let smallestBeforeLast: PartsSummary['smallestBeforeLast'] = null
  for (const [index, part] of parts.entries()) {
    size += part.facts.size
    const isLast = index === parts.length - 1
    if (!isLast && (smallestBeforeLast === null || part.facts.size < smallestBeforeLast.size)) {
      smallestBeforeLast = { number: part.number, size: part.facts.size }
    }
  }
  const facts = parts.map((part) => part.facts)
  return {
    size,
    partCount: parts.length,
    digests: wholeDigests(facts),
    md5OfParts: md5OfParts(facts),
    smallestBeforeLast,
  }
}

function wholeDigests(parts: readonly SegmentFacts[]): Digests {
  const [first, ...rest] = parts
  if (first === undefined) return {}
  if (rest.length === 0) return first.digests
  const crc64 = Crc64.ofParts(parts)
  return crc64 === undefined ? {} : { crc64 }
}

function md5OfParts(parts: readonly SegmentFacts[]): string | null {
  const hash = createHash('md5')
  for (const part of parts) {
    if (part.digests.md5 === undefined) return null
    hash.update(Buffer.from(part.digests.md5, 'hex'))
  }
  return parts.length === 0 ? null : hash.digest('hex')
}

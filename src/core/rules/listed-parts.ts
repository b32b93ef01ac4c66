import { createHash } from 'node:crypto'
import type { TimeMs } from '../clock.ts'
import { CoreError } from '../errors.ts'
import type { ListedPart, Part, SealedFacts, Upload } from '../model/uploads.ts'

/** Whether the upload can still be sealed with a choice of its parts. */
export const isOpenAt = (upload: Upload, now: TimeMs): boolean =>
  upload.state === 'open' && now < upload.expiresAt

/** The numbers of the parts that are not listed. Throws `part-mismatch` if a listed part is missing or has another md5. */
export function unlistedNumbers(parts: readonly Part[], listed: readonly ListedPart[]): readonly number[] {
  const digests = new Map(parts.map(({ number, facts }) => [number, facts.digests.md5]))
  for (const { number, md5 } of listed) {
    if (!digests.has(number) || digests.get(number) !== md5) throw mismatch({ number })
  }
  const wanted = new Set(listed.map(({ number }) => number))
  return parts.map(({ number }) => number).filter((number) => !wanted.has(number))
}

/** Throws `part-mismatch` unless exactly these parts were sealed. They may stand in any order. */
export function requireSealedOf(sealed: SealedFacts, listed: readonly ListedPart[]): void {
  const hash = createHash('md5')
  for (const { md5 } of [...listed].sort((a, b) => a.number - b.number)) hash.update(Buffer.from(md5, 'hex'))
  const isSame = sealed.partCount === listed.length && sealed.md5OfParts === hash.digest('hex')
  if (!isSame) throw mismatch({ partCount: sealed.partCount })
}

const mismatch = (detail: { number: number } | { partCount: number }): CoreError =>
  new CoreError('part-mismatch', 'a listed part is not there, or has other bytes', detail)

import { Crc64 } from '../../../core/bytes/crc64.ts'
import type { Core } from '../../../core/core.ts'
import type { Part, Upload, UploadLimits } from '../../../core/model/uploads.ts'
import { SmhError } from '../errors.ts'

const PARTS_PER_PAGE = 1000

/** All parts in order of number: 10,000 at most. */
export async function allParts(
  { uploads }: Core,
  { account, id }: Pick<Upload, 'account' | 'id'>,
): Promise<readonly Part[]> {
  const parts: Part[] = []
  for (;;) {
    const after = parts.at(-1)?.number ?? -1
    const page = await uploads.listParts({ account, id }, { after, limit: PARTS_PER_PAGE })
    parts.push(...page)
    if (page.length < PARTS_PER_PAGE) return parts
  }
}

/**
 * Errors: `UploadIncomplete` if there is no part, or an upload whose bytes came one after another has not all that were named;
 * `MultipartUploadIncomplete` if one before the last is missing.
 */
export function requireWhole(parts: readonly Part[], { isAppended, sizeNamed = 0 }: UploadLimits): void {
  const last = parts.at(-1)
  if (last === undefined) throw new SmhError('UploadIncomplete')
  if (isAppended === true) {
    if (last.number + last.facts.size < sizeNamed) throw new SmhError('UploadIncomplete')
  } else if (last.number !== parts.length) throw new SmhError('MultipartUploadIncomplete')
}

/** The crc64 of the parts together. */
export const crc64Of = (parts: readonly Part[]): string | undefined =>
  Crc64.ofParts(parts.map(({ facts }) => facts))

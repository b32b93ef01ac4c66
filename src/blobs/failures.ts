import { CoreError } from '../core/errors.ts'
import type { DamageKind } from '../core/model/damages.ts'
import type { AilingSegment, ExpectedSegment } from '../core/ports/blobs.ts'

export const storageFailed = (message: string, cause?: unknown): CoreError =>
  new CoreError('storage-failed', message, {}, cause)

/** Bytes that were stored cannot be given any more. */
export const damaged = (damage: DamageKind, message: string, cause?: unknown): CoreError =>
  new CoreError('storage-failed', message, { damage }, cause)

/** What is wrong with a segment that has so many bytes, null for none at all. Null where nothing is. */
export function ailmentOf(
  { size: wanted, isShared }: ExpectedSegment,
  size: number | null,
): AilingSegment['kind'] | null {
  if (size === null) return 'missing'
  if (size < wanted) return 'short'
  return size > wanted && !isShared ? 'long' : null
}

import { CoreError } from '../core/errors.ts'
import type { DamageKind } from '../core/model/damages.ts'

export const storageFailed = (message: string, cause?: unknown): CoreError =>
  new CoreError('storage-failed', message, {}, cause)

/** Bytes that were stored cannot be given any more. */
export const damaged = (damage: DamageKind, message: string, cause?: unknown): CoreError =>
  new CoreError('storage-failed', message, { damage }, cause)

import { CoreError } from '../core/errors.ts'

export const storageFailed = (message: string, cause?: unknown): CoreError =>
  new CoreError('storage-failed', message, {}, cause)

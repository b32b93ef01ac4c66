import { CoreError, messageOf } from '../../core/errors.ts'
import { isDiskFull } from '../../disk-room.ts'

/** A failed call to the file system, in a shape that passes between threads. */
export interface Failure {
  readonly code: 'storage-full' | 'storage-failed'
  readonly message: string
}

export function toFailure(error: unknown): Failure {
  const message = messageOf(error)
  return { code: isDiskFull(error) ? 'storage-full' : 'storage-failed', message }
}

/** The same as a core error; a core error stays what it is. */
export function toCoreError(error: unknown): CoreError {
  if (error instanceof CoreError) return error
  return failureError(toFailure(error), error)
}

export const failureError = ({ code, message }: Failure, cause?: unknown): CoreError =>
  new CoreError(code, message, {}, cause)

/** The system's name of an error, as `ENOENT`; undefined where there is none. */
export const errorCode = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

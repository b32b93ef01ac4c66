import { CoreError, type CoreErrorCode, type ErrorDetail, messageOf } from '../../core/errors.ts'

/** A CoreError in a shape that can go from thread to thread. */
export interface Failure {
  readonly code: CoreErrorCode
  readonly message: string
  readonly detail: ErrorDetail
}

/** SQLite's primary result codes (sqlite.org/rescode.html) that mean more than "failed". */
const PRIMARY_CODES: Readonly<Record<number, CoreErrorCode>> = {
  5: 'unavailable',
  6: 'unavailable',
  13: 'storage-full',
}
/** SQLITE_IOERR_SHMSIZE: the log's index could not grow. */
const IOERR_SHMSIZE = 4874

/** What went wrong, in the core's codes. Anything but a CoreError is this store's failure. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CoreError) return { code: error.code, message: error.message, detail: error.detail }
  const message = messageOf(error)
  const errcode = sqliteCode(error)
  if (errcode === null) return { code: 'metadata-failed', message, detail: {} }
  return { code: codeOf(errcode), message: `SQLite: ${message}`, detail: { sqlite: errcode } }
}

export const errorOf = ({ code, message, detail }: Failure): CoreError => new CoreError(code, message, detail)

function codeOf(errcode: number): CoreErrorCode {
  if (errcode === IOERR_SHMSIZE) return 'storage-full'
  return PRIMARY_CODES[errcode & 0xff] ?? 'metadata-failed'
}

function sqliteCode(error: unknown): number | null {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode
    : null
}

import { S3ServiceException } from '@aws-sdk/client-s3'
import { CoreError, messageOf } from '../../core/errors.ts'

/** Codes by which stores tell that they have no room: quotas, full disks, spending caps. */
const FULL = /quota|storagefull|insufficientstorage|diskfull|storage_?cap/i

/**
 * A failed call as a core error, after the client's retries: an answer is `storage-full` or `storage-failed`, no answer
 * at all is `unavailable`. A core error stays what it is.
 */
export function toCoreError(error: unknown): CoreError {
  if (error instanceof CoreError) return error
  const message = messageOf(error)
  const status = statusOf(error)
  if (status === null) {
    if (isConnectionFailure(error)) {
      return new CoreError('unavailable', `the S3 store cannot be reached: ${reason(error)}`, {}, error)
    }
    return new CoreError('storage-failed', message, {}, error)
  }
  const code = codeOf(error)
  const isFull = status === 507 || FULL.test(code)
  const told = `the S3 store answered ${status} ${code}`
  return new CoreError(isFull ? 'storage-full' : 'storage-failed', told, { status, code }, error)
}

/** The status of the answer, or null where none came. */
export function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('$metadata' in error)) return null
  const { $metadata: metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } }
  return metadata?.httpStatusCode ?? null
}

/** How often the request was sent. */
export function attemptsOf(error: unknown): number {
  return error instanceof S3ServiceException ? (error.$metadata.attempts ?? 1) : 1
}

/** The store's name for what went wrong, as `NoSuchKey`. */
export const codeOf = (error: unknown): string => (error instanceof Error ? error.name : '')

/** In a few words why there was no answer. */
export function reason(error: unknown): string {
  const code = systemCode(error)
  if (code !== null) return code
  return messageOf(error)
}

const CONNECTION: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
])

/** Whether the connection failed, or broke off before an answer was whole. */
export function isConnectionFailure(error: unknown): boolean {
  if (error instanceof Error && error.name === 'TimeoutError') return true
  const code = systemCode(error)
  return code !== null && (CONNECTION.has(code) || code.startsWith('HPE_'))
}

function systemCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof AggregateError && error.errors.length > 0) return systemCode(error.errors[0])
  return error.cause === undefined ? null : systemCode(error.cause)
}

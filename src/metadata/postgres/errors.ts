import pg from 'pg'
import { CoreError, type CoreErrorCode, messageOf } from '../../core/errors.ts'
import { Contention } from '../commands/script.ts'

/** A connection could not be made, broke, or did not answer in time. */
export class ConnectionFailure extends Error {
  override readonly name = 'ConnectionFailure'
  /**
   * `broken`: it went in the middle of work, another connection may work at once. `late`: there was none in time, another try
   * may do. `read-only`: the server takes no writes, another one may.
   */
  readonly kind: 'broken' | 'late' | 'read-only' | 'timed-out' | 'unreachable'

  constructor(kind: ConnectionFailure['kind'], cause: unknown) {
    super(messageOf(cause), { cause })
    this.kind = kind
  }
}

/** SQLSTATEs (postgresql.org/docs/current/errcodes-appendix.html), or their first two characters, and what they mean. */
const CODES: Readonly<Record<string, CoreErrorCode>> = {
  // A zero character, and text that is too long for an index.
  '22021': 'invalid-argument',
  '54000': 'invalid-argument',
  '53100': 'storage-full',
  '53': 'unavailable',
  // A standby that was not promoted yet.
  '25006': 'unavailable',
  // A lock or a statement took too long.
  '55P03': 'unavailable',
  '57014': 'unavailable',
  '40': 'unavailable',
  '08': 'unavailable',
  '57P': 'unavailable',
}

/** A transaction that writes cannot begin on a standby (0A000), nor where an operator forbids it. */
export const isReadOnly = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && (error.code === '0A000' || error.code === '25006')

const SERIALIZATION_FAILURES: readonly unknown[] = ['40001', '40P01']
/** The server ends or refuses connections: shutdown, crash, start, idle for too long in a transaction. */
const GONE = /^(?:08|57P0|25P03|25P04)/

/** What the client library threw, told apart. Its errors without an SQLSTATE are the connection's. */
export function classified(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError) || error.code === undefined) {
    const isLate = error instanceof Error && error.message === 'Query read timeout'
    return new ConnectionFailure(isLate ? 'timed-out' : 'broken', error)
  }
  return GONE.test(error.code) ? new ConnectionFailure('broken', error) : error
}

/** Whether the transaction was undone only because of others and may be tried again. */
export const isContention = (error: unknown): boolean =>
  error instanceof Contention ||
  (error instanceof pg.DatabaseError && SERIALIZATION_FAILURES.includes(error.code))

/** What went wrong, in the core's codes. Anything but a CoreError is this store's failure. */
export function coreErrorOf(error: unknown): CoreError {
  if (error instanceof CoreError) return error
  if (error instanceof ConnectionFailure) {
    const { code } = error.cause as { code?: unknown }
    const detail = typeof code === 'string' ? { cause: code } : {}
    return new CoreError('unavailable', `PostgreSQL cannot be reached: ${error.message}`, detail, error)
  }
  if (error instanceof Contention) return new CoreError('unavailable', error.message, {}, error)
  if (error instanceof pg.DatabaseError && error.code !== undefined) {
    const { code, message } = error
    return new CoreError(codeOf(code), `PostgreSQL: ${message}`, { sqlstate: code }, error)
  }
  return new CoreError('metadata-failed', messageOf(error), {}, error)
}

const codeOf = (sqlstate: string): CoreErrorCode =>
  CODES[sqlstate] ?? CODES[sqlstate.slice(0, 3)] ?? CODES[sqlstate.slice(0, 2)] ?? 'metadata-failed'

import { CoreError } from '../../core/errors.ts'
import type { Db } from './db.ts'

/** SQLITE_CORRUPT and SQLITE_NOTADB (sqlite.org/rescode.html). */
const DAMAGE: readonly number[] = [11, 26]
/** So large a database is checked in some tenths of a second. */
const CHECKED_SIZE_MAX = 64 * 1024 * 1024

/** Whether SQLite failed with this because the file is not what it was. */
export const isDamage = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && DAMAGE.includes(Number(error.errcode) & 0xff)

/** What to tell of a damaged database: starting again does not help. */
export const damaged = (path: string, finding: string): CoreError =>
  new CoreError(
    'metadata-failed',
    `the database ${path} is damaged (${finding}): keep a copy of it, then restore a backup, or save what can be read with ` +
      '`sqlite3 stowage.db .recover | sqlite3 saved.db`',
    { isDamaged: true },
  )

/** Looks through a database that is small enough to be looked through at every start. Errors: those of `damaged`. */
export function requireSound(db: Db, path: string): void {
  const size = db.one<{ size: number }>(
    'SELECT page_count * page_size AS size FROM pragma_page_count, pragma_page_size',
  )
  if ((size?.size ?? 0) > CHECKED_SIZE_MAX) return
  const found = db.one<{ quick_check: string }>('PRAGMA quick_check(1)')?.quick_check ?? 'ok'
  if (found !== 'ok') throw damaged(path, found.replaceAll(/\s+/g, ' ').trim())
}

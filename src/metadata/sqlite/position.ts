import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { CoreError } from '../../core/errors.ts'
import { syncPath } from '../../durable-files.ts'
import type { Db, TransactionCounter } from './db.ts'

/** How the file is called that has the position, beside the database. */
export const POSITION_ENDING = '-position'

const COUNT = `UPDATE settings SET value = ? WHERE name = 'commits'`
const BEGIN = `INSERT INTO settings (name, value) VALUES ('commits', ?)`
const VERSION = 'PRAGMA data_version'
const READ = `SELECT CAST(value AS INTEGER) AS commits FROM settings WHERE name = 'commits'`

/**
 * Counts transactions in the database, and keeps the last count that was synced in a file beside it. So a start notices when what was
 * answered is not in the database any more: its log was cut, or an older copy was put in its place. The file is written after each sync, and is
 * not synced itself: after a power cut it may be behind, never ahead.
 */
export class Position implements TransactionCounter {
  readonly #path: string
  #fd: number | null = null
  /** What the database has, as of the version that other connections wrote last. */
  #count = 0
  #version: number | null = null
  #counting = 0

  constructor(databasePath: string) {
    this.#path = databasePath + POSITION_ENDING
  }

  /** As the last thing of each transaction. */
  count(db: Db): void {
    const version = db.one<{ data_version: number }>(VERSION)?.data_version ?? null
    // Only who shares the file can have moved the count: else it needs no look.
    if (version === null || version !== this.#version) this.#count = countOf(db)
    this.#version = version
    this.#counting = this.#count + 1
    const value = String(this.#counting)
    if (db.run(COUNT, value) === 0) db.run(BEGIN, value)
  }

  /** When the transaction is synced, before it is answered. A file that cannot be written keeps nobody from anything. */
  keep(): void {
    this.#count = this.#counting
    try {
      this.#fd ??= this.#open()
      writeSync(this.#fd, textOf(this.#count), 0)
    } catch {
      // The disk is full, say. The count that is there is of an earlier transaction.
    }
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd)
    this.#fd = null
  }

  #open(): number {
    const isNew = !existsSync(this.#path)
    const fd = openSync(this.#path, isNew ? 'w' : 'r+', 0o600)
    if (isNew) syncPath(dirname(this.#path))
    return fd
  }
}

const countOf = (db: Db): number => db.one<{ commits: number }>(READ)?.commits ?? 0

/** Of one length, within one sector of any disk: it is written as a whole or not at all. */
function textOf(count: number): string {
  const number = String(count).padStart(16, '0')
  return `${number} ${crc32(number).toString(16).padStart(8, '0')}\n`
}

/** The last count that was kept; null where there is none that can be read. */
function keptCount(databasePath: string): number | null {
  try {
    const text = readFileSync(databasePath + POSITION_ENDING, 'utf8')
    const [number = ''] = text.split(' ')
    return text === textOf(Number(number)) ? Number(number) : null
  } catch {
    return null
  }
}

/**
 * How many transactions that were synced are not in the database; 0 where none is known to be missing. Opens the database to read alone, so
 * that it stays as it is. What is told beside a server that writes is right, too.
 */
export function lostTransactions(databasePath: string): number {
  const kept = keptCount(databasePath)
  if (kept === null) return 0
  if (!existsSync(databasePath)) return kept
  const database = new DatabaseSync(databasePath, { readOnly: true, timeout: 5_000 })
  try {
    const table = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'settings'").get()
    const row = table === undefined ? undefined : database.prepare(READ).get()
    return Math.max(0, kept - Number(row?.commits ?? 0))
  } finally {
    database.close()
  }
}

/** Refuses a database that lacks what was answered. Errors: `metadata-failed`, with what to do. */
export function requireNothingLost(path: string): void {
  const lost = lostTransactions(path)
  if (lost > 0) throw new CoreError('metadata-failed', lossText(path, lost), { lost })
}

export const lossText = (path: string, lost: number): string =>
  `the database ${path} lacks the last ${lost} transactions that were answered with success: its log ${path}-wal was cut or removed, or an ` +
  'older copy was put in its place, while no server ran. Put the files back as they were, or restore a backup. To go on knowingly without ' +
  `what is lost, remove ${path}${POSITION_ENDING} and start again`

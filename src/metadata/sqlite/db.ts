import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

export type Durability = 'strict' | 'relaxed'

/** How long a transaction waits for another process that is writing. */
const BUSY_TIMEOUT_MS = 5_000
/** Checkpoints write every page a second time. A larger log makes them rarer. */
export const CHECKPOINT_PAGES = 4_000
const LOG_SIZE_MAX = 64 * 1024 * 1024
const CACHE_KIB = 8 * 1024
/** Prepared statements that are kept: more than all but those of searches, which have many forms. */
const STATEMENTS_MAX = 1_000

/** Counts transactions. */
export interface TransactionCounter {
  /** As the last thing of one. */
  count(db: Db): void
  /** It is synced. */
  keep(): void
  close(): void
}

/** One SQLite connection that keeps its prepared statements. Errors are SQLite's own. */
export class Db {
  /** Hears of each transaction of `inTransaction`; null where nobody counts them. */
  position: TransactionCounter | null = null
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** The first row. `Row` is the caller's word: the schema's STRICT tables hold it. */
  one<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.prepared(sql).get(...values) as Row | undefined
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.prepared(sql).all(...values) as Row[]
  }

  /** How many rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.prepared(sql).run(...values).changes)
  }

  /** Inserts one row and returns its rowid. */
  insert(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.prepared(sql).run(...values).lastInsertRowid)
  }

  exec(sql: string): void {
    this.#database.exec(sql)
  }

  get isTransaction(): boolean {
    return this.#database.isTransaction
  }

  /** The statements used so far. If there were very many, the last ones. */
  get statements(): readonly string[] {
    return Array.from(this.#statements.values(), ({ sourceSQL }) => sourceSQL)
  }

  close(): void {
    this.position?.close()
    this.#database.close()
  }

  /** The statement, prepared once. `textOf` makes SQLite's text of `sql`. */
  prepared(sql: string, textOf: (sql: string) => string = asItIs): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#database.prepare(textOf(sql))
      this.#statements.set(sql, statement)
      if (this.#statements.size > STATEMENTS_MAX) this.#forgetOldest()
    }
    return statement
  }

  #forgetOldest(): void {
    for (const sql of this.#statements.keys()) {
      this.#statements.delete(sql)
      return
    }
  }
}

const asItIs = (sql: string): string => sql

/**
 * The connection that writes; makes the file when there is none. `strict` syncs the log at every commit, `relaxed`
 * leaves that to the checkpoints: a power cut may then undo the last commits, but never harms the file.
 */
export function openWriter(path: string, durability: Durability): Db {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true })
  const synchronous: Record<Durability, string> = { strict: 'FULL', relaxed: 'NORMAL' }
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${synchronous[durability]};
    PRAGMA fullfsync = ${durability === 'strict' ? 1 : 0};
    PRAGMA checkpoint_fullfsync = 1;
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
    PRAGMA journal_size_limit = ${LOG_SIZE_MAX};
    PRAGMA cache_size = -${CACHE_KIB};
    PRAGMA temp_store = MEMORY;
  `)
  return new Db(database)
}

/** A connection that only reads, beside the writer. Knows the SQL function `folded`. */
export function openReader(path: string): Db {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, readOnly: true })
  database.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY;`)
  addFolded(database)
  return new Db(database)
}

/** `folded(text)`: the text in one letter case, of any script. */
export function addFolded(database: DatabaseSync): void {
  database.function('folded', { deterministic: true }, (text) => String(text).toLowerCase())
}

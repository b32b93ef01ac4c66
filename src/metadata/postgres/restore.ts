import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { linesIn } from '../../core/bytes/lines.ts'
import { CoreError } from '../../core/errors.ts'
import type { FactsRestore, KeptStep } from '../../core/ports/snapshot.ts'
import type { ScriptScalar } from '../commands/script.ts'
import { AFTER_RESTORE } from '../kept-segments.ts'
import { missingSteps } from '../schema/migrations.ts'
import { stepsFor } from '../schema/steps.ts'
import type { Db } from './db.ts'
import { FORM, type KeptEnd, type KeptHeader, type KeptTable, rowOf, TABLES } from './kept-facts.ts'
import { migrate } from './migrate.ts'
import { Pool } from './pool.ts'

const CONNECT_TIMEOUT_MS = 5_000
const STATEMENT_TIMEOUT_MS = 3_600_000
const WORDS = { database: 'the backup', startAnew: 'take another one' }
/** So many rows, or about so many characters of them, go in one statement. */
const ROWS_MAX = 500
const CHARACTERS_MAX = 4 * 1024 * 1024

/** The database at `url`. Errors: those of opening the store. */
export function restorePostgres(url: string): FactsRestore {
  const timeouts = { connectTimeoutMs: CONNECT_TIMEOUT_MS, waitTimeoutMs: CONNECT_TIMEOUT_MS }
  const pool = new Pool({
    ...{ url, poolMax: 1, durability: 'strict', ...timeouts, statementTimeoutMs: STATEMENT_TIMEOUT_MS },
  })
  return {
    kind: 'postgres',
    isEmpty: () => pool.read(isEmpty),
    requireKnown: (steps) => {
      missingSteps(stepsFor('postgres'), steps, WORDS)
    },
    fill: async (bytes, steps) => {
      await migrate(pool, stepsFor('postgres').slice(0, steps.length))
      await pool.write((db) => fill(db, bytes, steps), { isRepeatable: false })
      await migrate(pool, stepsFor('postgres'))
    },
    close: () => pool.close(),
  }
}

async function isEmpty(db: Db): Promise<boolean> {
  for (const table of await present(db)) {
    if ((await db.one(`SELECT 1 AS found FROM ${table} LIMIT 1`)) !== undefined) return false
  }
  return true
}

async function present(db: Db): Promise<readonly string[]> {
  const found = await db.all<{ name: string }>(
    'SELECT name FROM unnest(CAST($1 AS text[])) AS t (name) WHERE to_regclass(name) IS NOT NULL',
    TABLES,
  )
  return found.map(({ name }) => name)
}

/** In one transaction. Triggers keep sums of what is added; the sums are among the facts. */
async function fill(db: Db, bytes: AsyncIterable<Uint8Array>, steps: readonly KeptStep[]): Promise<void> {
  if (!(await isEmpty(db))) throw new CoreError('unavailable', 'somebody else has begun to use the database')
  const tables = await present(db)
  for (const table of tables) await db.exec(`ALTER TABLE ${table} DISABLE TRIGGER USER`)
  const filling = new Filling(db, tables, steps)
  for await (const line of linesOf(bytes)) await filling.take(line)
  if (!filling.isWhole) throw damaged()
  for (const sql of AFTER_RESTORE) await db.exec(sql)
  for (const name of tables) await db.exec(`ALTER TABLE ${name} ENABLE TRIGGER USER`)
}

type KeptLine = KeptHeader | KeptTable | KeptEnd | readonly unknown[]

const isRow = (line: KeptLine): line is readonly unknown[] => Array.isArray(line)

/** Takes the lines of kept facts, one after the other. */
class Filling {
  readonly #db: Db
  readonly #tables: readonly string[]
  readonly #steps: readonly KeptStep[]
  #table: KeptTable | null = null
  #waiting: (readonly ScriptScalar[])[] = []
  #waitingSize = 0
  #rows = 0
  /** Whether the last line has come, and all before it. */
  isWhole = false

  constructor(db: Db, tables: readonly string[], steps: readonly KeptStep[]) {
    this.#db = db
    this.#tables = tables
    this.#steps = steps
  }

  async take(text: string): Promise<void> {
    const line = JSON.parse(text) as KeptLine
    if (isRow(line)) return this.#takeRow(line, text.length)
    await this.#insert()
    this.#table = null
    if ('form' in line) this.#requireForm(line)
    else if ('table' in line) await this.#start(line)
    else this.isWhole = line.rows === this.#rows
  }

  async #takeRow(row: readonly unknown[], size: number): Promise<void> {
    if (this.#table === null) throw damaged()
    this.#rows += 1
    this.#waiting.push(rowOf(this.#table.columns, row))
    this.#waitingSize += size
    if (this.#waiting.length >= ROWS_MAX || this.#waitingSize >= CHARACTERS_MAX) await this.#insert()
  }

  #requireForm({ form, steps }: KeptHeader): void {
    if (form !== FORM || steps.length !== this.#steps.length) throw damaged()
  }

  /** Numbers go on after those that were given before. */
  async #start(table: KeptTable): Promise<void> {
    const { counter } = table
    if (!this.#tables.includes(table.table)) throw damaged()
    this.#table = table
    if (counter === null || counter.last === null) return
    const sequence = 'pg_get_serial_sequence($1, $2)'
    await this.#db.run(`SELECT setval(${sequence}, $3)`, table.table, counter.column, counter.last)
  }

  async #insert(): Promise<void> {
    const rows = this.#waiting
    if (this.#table === null || rows.length === 0) return
    const { table, columns } = this.#table
    const names = columns.map(({ name }) => `"${name}"`).join(', ')
    const marks = rows.map(
      (_, row) => `(${columns.map((_, at) => `$${row * columns.length + at + 1}`).join(', ')})`,
    )
    await this.#db.run(
      `INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE VALUES ${marks.join(', ')}`,
      ...rows.flat(),
    )
    this.#waiting = []
    this.#waitingSize = 0
  }
}

function linesOf(bytes: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const gunzip = createGunzip()
  pipeline(bytes, gunzip, () => {})
  return linesIn(gunzip)
}

const damaged = (): CoreError => new CoreError('storage-failed', 'the facts of the backup are damaged')

import { pipeline, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { QueryResultRow } from 'pg'
import type { FactsSnapshot, KeptStep } from '../../core/ports/snapshot.ts'
import { tenantOf } from '../commands/tenants/read.ts'
import { type KeptSegmentRow, keptSegments, LIST_KEPT_SEGMENTS } from '../kept-segments.ts'
import type { Db } from './db.ts'
import { FORM, type KeptColumn, type KeptTable, keptRow, TABLES } from './kept-facts.ts'
import { appliedSteps } from './migrate.ts'
import { Pool } from './pool.ts'

const CONNECT_TIMEOUT_MS = 5_000
/** One look at a large table, in order, may take long. */
const STATEMENT_TIMEOUT_MS = 3_600_000
const ROWS_PER_FETCH = 200
/** Whoever reads the snapshot may take long, too. Nothing waits for it. */
const BEGIN = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS}; SET LOCAL idle_in_transaction_session_timeout = 0`

/** Opens a transaction that sees one moment of the database until it is closed. Errors: those of opening the store. */
export async function takePostgresSnapshot(url: string): Promise<FactsSnapshot> {
  const timeouts = { connectTimeoutMs: CONNECT_TIMEOUT_MS, waitTimeoutMs: CONNECT_TIMEOUT_MS }
  const pool = new Pool({
    ...{ url, poolMax: 1, durability: 'strict', ...timeouts, statementTimeoutMs: STATEMENT_TIMEOUT_MS },
  })
  try {
    const { db, end } = await held(pool)
    const steps = await appliedSteps(db)
    return {
      ...{ kind: 'postgres', steps },
      bytes: () => zipped(linesOf(db, steps)),
      segments: () => keptSegments(rowsOf<KeptSegmentRow>(db, LIST_KEPT_SEGMENTS)),
      tenant: (account) => tenantOf((sql) => rowsOf(db, sql), account, 'p.inline'),
      close: async () => {
        await end()
        await pool.close()
      },
    }
  } catch (error) {
    await pool.close()
    throw error
  }
}

/** A connection with the transaction, until `end`. */
async function held(pool: Pool): Promise<{ readonly db: Db; readonly end: () => Promise<void> }> {
  const opened = Promise.withResolvers<Db>()
  const closing = Promise.withResolvers<void>()
  let isOpen = false
  const work = pool.read(async (db) => {
    if (isOpen) throw new Error('the connection of the snapshot broke')
    await db.exec(BEGIN)
    // The first look fixes the moment.
    await db.one('SELECT 1')
    isOpen = true
    opened.resolve(db)
    await closing.promise
    await db.exec('ROLLBACK')
  })
  work.catch((error: unknown) => opened.reject(error))
  const db = await opened.promise
  return {
    db,
    end: async () => {
      closing.resolve()
      await work.catch(() => {})
    },
  }
}

let cursors = 0

/** All rows of a query, a few at a time. */
async function* rowsOf<Row>(db: Db, sql: string): AsyncGenerator<Row> {
  cursors += 1
  const cursor = `snapshot_${cursors}`
  await db.exec(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${sql}`)
  for (;;) {
    const rows = await db.all<QueryResultRow>(`FETCH ${ROWS_PER_FETCH} FROM ${cursor}`)
    if (rows.length === 0) break
    yield* rows as Iterable<Row>
  }
  await db.exec(`CLOSE ${cursor}`)
}

async function* linesOf(db: Db, steps: readonly KeptStep[]): AsyncGenerator<string> {
  yield line({ form: FORM, steps })
  let count = 0
  for (const table of await tablesIn(db)) {
    const { columns } = table
    yield line(table)
    const names = columns.map(({ name }) => `"${name}"`).join(', ')
    for await (const row of rowsOf<QueryResultRow>(db, `SELECT ${names} FROM ${table.table}`)) {
      count += 1
      yield line(keptRow(columns, row))
    }
  }
  yield line({ rows: count })
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`

/** Those of the schema that there are; tables come after those that they refer to. */
async function tablesIn(db: Db): Promise<readonly KeptTable[]> {
  const found = await db.all<{ name: string }>(
    `SELECT c.relname AS name FROM unnest(CAST($1 AS text[])) AS t (name) JOIN pg_class c ON c.oid = to_regclass(t.name)
     ORDER BY EXISTS (SELECT 1 FROM pg_constraint k WHERE k.contype = 'f' AND k.conrelid = c.oid), c.relname`,
    TABLES,
  )
  const tables: KeptTable[] = []
  for (const { name } of found) tables.push(await tableOf(db, name))
  return tables
}

async function tableOf(db: Db, table: string): Promise<KeptTable> {
  const columns = await db.all<KeptColumn & { isCounter: boolean }>(
    `SELECT attname AS name, atttypid = 'bytea'::regtype AS "isBytes", attidentity <> '' AS "isCounter" FROM pg_attribute
     WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`,
    table,
  )
  const counter = columns.find(({ isCounter }) => isCounter)
  return {
    table,
    columns: columns.map(({ name, isBytes }) => ({ name, isBytes })),
    counter:
      counter === undefined ? null : { column: counter.name, last: await lastOf(db, table, counter.name) },
  }
}

async function lastOf(db: Db, table: string, column: string): Promise<number | null> {
  const sequence = await db.one<{ name: string }>(
    'SELECT pg_get_serial_sequence($1, $2) AS name',
    table,
    column,
  )
  const last = await db.one<{ last: number; is_called: boolean }>(
    `SELECT last_value AS last, is_called FROM ${sequence?.name}`,
  )
  return last?.is_called === true ? last.last : null
}

function zipped(lines: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  const gzip = createGzip({ level: 1 })
  pipeline(Readable.from(lines), gzip, () => {})
  return gzip
}

import assert from 'node:assert/strict'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Facts } from '../../src/core/ports/facts.ts'
import { openPostgresMetadata } from '../../src/metadata/postgres/index.ts'
import { migrate } from '../../src/metadata/postgres/migrate.ts'
import { Pool } from '../../src/metadata/postgres/pool.ts'
import { stepsFor } from '../../src/metadata/schema/steps.ts'
import { queryOnce } from '../support/postgres-server.ts'
import { WRONG_AMOUNTS } from './amounts.ts'

const TIMEOUTS = { connectTimeoutMs: 5_000, waitTimeoutMs: 5_000, statementTimeoutMs: 30_000 }

/** The empty database `url`, made by today's program and filled by `fill`, as SQL to be kept. */
export async function keepPostgres(url: string, fill: (facts: Facts) => Promise<void>): Promise<Uint8Array> {
  const schema = await makeSchema(url)
  await withFacts(url, fill)
  const rows = await rowsOf(url)
  return gzipSync([...schema, withTriggers('DISABLE'), ...rows, withTriggers('ENABLE')].join(';\n'))
}

/** Tables whose changes are noted in others. */
const NOTED = ['entries', 'uploads', 'bucket_counts', 'volume_counts', 'volumes', 'tokens']

/** Rows that come from a kept database have been noted there. */
const withTriggers = (does: 'DISABLE' | 'ENABLE'): string =>
  NOTED.map((table) => `ALTER TABLE ${table} ${does} TRIGGER USER`).join(';\n')

/** Opens a kept database with today's program, in the empty database `url`. */
export async function upgradePostgres(
  url: string,
  kept: Uint8Array,
  use: (facts: Facts) => Promise<void>,
): Promise<void> {
  await queryOnce(url, gunzipSync(kept).toString())
  await withFacts(url, use)
  assert.deepEqual(await queryOnce(url, WRONG_AMOUNTS), [])
}

async function withFacts(url: string, work: (facts: Facts) => Promise<void>): Promise<void> {
  const facts = await openPostgresMetadata({ url })
  try {
    await work(facts)
  } finally {
    await facts.close()
  }
}

/** The statements that made it. */
async function makeSchema(url: string): Promise<readonly string[]> {
  const statements: string[] = []
  const onStatement = (sql: string) => statements.push(sql)
  const pool = new Pool({ url, poolMax: 1, durability: 'strict', onStatement, ...TIMEOUTS })
  try {
    await migrate(pool, stepsFor('postgres'))
  } finally {
    await pool.close()
  }
  return statements
    .filter((sql) => /^\s*(--.*\s+)*(CREATE|ALTER)\b/.test(sql))
    .map((sql) => sql.trim().replace(/;$/, ''))
}

/** Statements that put in all rows, tables in the order they were made, and set the counters of ids. */
async function rowsOf(url: string): Promise<readonly string[]> {
  const tables = await queryOnce(
    url,
    `SELECT attrelid::regclass::text AS name,
      string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns,
      string_agg(format('quote_nullable(%I)', attname), ', ' ORDER BY attnum) AS quoted,
      max(quote_literal(attname)) FILTER (WHERE attidentity <> '') AS counter
     FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
       AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
     GROUP BY attrelid ORDER BY attrelid`,
  )
  const statements: string[] = []
  for (const { name, columns, quoted, counter } of tables) {
    const into = `INSERT INTO ${name} (${columns}) OVERRIDING SYSTEM VALUE VALUES `
    const rows = await queryOnce(url, `SELECT concat_ws(', ', ${quoted}) AS row FROM ${name} ORDER BY 1`)
    statements.push(...rows.map(({ row }) => `${into}(${row})`))
    if (counter === null) continue
    const sequence = `pg_get_serial_sequence('${name}', ${counter})`
    const [at] = await queryOnce(url, `SELECT nextval(${sequence})::text AS next`)
    statements.push(`SELECT setval(${sequence}, ${at?.next}, false)`)
  }
  return statements
}

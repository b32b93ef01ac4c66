import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Facts } from '../../src/core/ports/facts.ts'
import { openPostgresMetadata } from '../../src/metadata/postgres/index.ts'
import { openSqliteMetadata } from '../../src/metadata/sqlite/index.ts'
import { temporaryFolder } from '../support/folder.ts'
import { createDatabase, queryOnce } from '../support/postgres.ts'

export type Row = Readonly<Record<string, unknown>>
/** All rows of all tables. */
export type Tables = ReadonlyMap<string, readonly Row[]>

/** A store that one history at a time has for itself. */
export interface Store {
  readonly facts: Facts
  /** All that is in it. */
  tables(): Promise<Tables>
  /** Removes all facts. */
  empty(): Promise<void>
  /** Runs SQL behind the store's back. */
  execute(sql: string): Promise<void>
  /** Closes it and removes what is left. */
  close(): Promise<void>
}

export type Pair = readonly [Store, Store]
export type OpenPair = () => Promise<Pair>

export const openPair: OpenPair = () => pairOf(openSqlite, openPostgres)

export async function pairOf(openOne: () => Promise<Store>, openOther: () => Promise<Store>): Promise<Pair> {
  const one = await openOne()
  try {
    return [one, await openOther()]
  } catch (error) {
    await one.close()
    throw error
  }
}

async function openSqlite(): Promise<Store> {
  const folder = temporaryFolder()
  const path = join(folder, 'stowage.db')
  const facts = await openSqliteMetadata({ path, durability: 'relaxed' })
  return sqliteOn(
    (work) => withSqlite(path, work),
    facts,
    () => rmSync(folder, { recursive: true }),
  )
}

/** Has something done on a connection. */
type WithSqlite = <Result>(work: (database: DatabaseSync) => Result) => Result

export function sqliteOn(withDatabase: WithSqlite, facts: Facts, remove: () => void): Store {
  return {
    facts,
    tables: async () => withDatabase(sqliteTables),
    empty: async () =>
      withDatabase((database) => {
        const deleting = sqliteNames(database).map((name) => `DELETE FROM ${name};`)
        // Deleting entries notes that they changed. Rows go in any order.
        database.exec(
          `PRAGMA foreign_keys = 0; BEGIN; ${deleting.join(' ')} DELETE FROM entry_changes; COMMIT; PRAGMA foreign_keys = 1`,
        )
      }),
    execute: async (sql) => withDatabase((database) => database.exec(sql)),
    close: async () => {
      await facts.close()
      remove()
    },
  }
}

function sqliteTables(database: DatabaseSync): Tables {
  const rowsOf = (name: string) => database.prepare(`SELECT * FROM ${name}`).all()
  return new Map(sqliteNames(database).map((name) => [name, rowsOf(name)]))
}

const sqliteNames = (database: DatabaseSync): readonly string[] =>
  database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .all()
    .map(({ name }) => String(name))
    .filter(isOfFacts)

/** A connection beside those of the store, which waits for them. */
function withSqlite<Result>(path: string, work: (database: DatabaseSync) => Result): Result {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false, timeout: 5_000 })
  try {
    return work(database)
  } finally {
    database.close()
  }
}

/** Not those that the stores keep their schema in. */
const isOfFacts = (table: string): boolean => table !== 'migrations' && table !== 'sqlite_sequence'

/** The pool is small: a history has one command at a time, but for the reads at its end. */
const POOL_MAX = 4

async function openPostgres(): Promise<Store> {
  const { url, drop } = await createDatabase()
  const facts = await openPostgresMetadata({ url, poolMax: POOL_MAX, durability: 'relaxed' })
  return postgresOn(facts, (sql) => queryOnce(url, sql), drop)
}

/** `rows` runs one statement. */
export function postgresOn(
  facts: Facts,
  rows: (sql: string) => Promise<readonly Row[]>,
  drop: () => Promise<void>,
): Store {
  const names = async (): Promise<readonly string[]> =>
    (await rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
      .map(({ tablename }) => String(tablename))
      .filter(isOfFacts)
  return {
    facts,
    tables: async () => {
      const tables = new Map<string, readonly Row[]>()
      for (const name of await names()) tables.set(name, await rows(`SELECT * FROM ${name}`))
      return tables
    },
    empty: async () => {
      await rows(`TRUNCATE ${(await names()).join(', ')}`)
    },
    execute: async (sql) => {
      await rows(sql)
    },
    close: async () => {
      await facts.close()
      await drop()
    },
  }
}

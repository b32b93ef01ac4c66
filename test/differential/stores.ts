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

export async function openPair(): Promise<Pair> {
  const sqlite = await openSqlite()
  try {
    return [sqlite, await openPostgres()]
  } catch (error) {
    await sqlite.close()
    throw error
  }
}

async function openSqlite(): Promise<Store> {
  const folder = temporaryFolder()
  const path = join(folder, 'stowage.db')
  const facts = await openSqliteMetadata({ path, durability: 'relaxed' })
  return {
    facts,
    tables: async () => sqliteTables(path),
    empty: async () => {
      const names = withSqlite(path, sqliteNames)
      const deleting = names.map((name) => `DELETE FROM ${name};`).join(' ')
      // Deleting entries notes that they changed.
      executeSqlite(path, `BEGIN; ${deleting} DELETE FROM entry_changes; COMMIT`)
    },
    execute: async (sql) => executeSqlite(path, sql),
    close: async () => {
      await facts.close()
      rmSync(folder, { recursive: true })
    },
  }
}

const sqliteTables = (path: string): Tables =>
  withSqlite(path, (database) => {
    const rowsOf = (name: string) => database.prepare(`SELECT * FROM ${name}`).all()
    return new Map(sqliteNames(database).map((name) => [name, rowsOf(name)]))
  })

const sqliteNames = (database: DatabaseSync): readonly string[] =>
  database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .all()
    .map(({ name }) => String(name))
    .filter(isOfFacts)

const executeSqlite = (path: string, sql: string): void => withSqlite(path, (database) => database.exec(sql))

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
  return {
    facts,
    tables: () => postgresTables(url),
    empty: async () => {
      await queryOnce(url, `TRUNCATE ${(await postgresNames(url)).join(', ')}`)
    },
    execute: async (sql) => {
      await queryOnce(url, sql)
    },
    close: async () => {
      await facts.close()
      await drop()
    },
  }
}

async function postgresTables(url: string): Promise<Tables> {
  const tables = new Map<string, readonly Row[]>()
  for (const name of await postgresNames(url)) {
    tables.set(name, await queryOnce(url, `SELECT * FROM ${name}`))
  }
  return tables
}

const postgresNames = async (url: string): Promise<readonly string[]> =>
  (await queryOnce(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
    .map(({ tablename }) => String(tablename))
    .filter(isOfFacts)

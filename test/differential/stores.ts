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
    empty: async () => emptySqlite(path),
    close: async () => {
      await facts.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function sqliteTables(path: string): Tables {
  const database = new DatabaseSync(path, { readOnly: true })
  const tables = sqliteNames(database).map(
    (name) => [name, database.prepare(`SELECT * FROM ${name}`).all()] as const,
  )
  database.close()
  return new Map(tables)
}

function emptySqlite(path: string): void {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false, timeout: 5000 })
  const all = sqliteNames(database).map((name) => `DELETE FROM ${name};`)
  database.exec(`BEGIN IMMEDIATE; ${all.join(' ')} COMMIT`)
  database.close()
}

const sqliteNames = (database: DatabaseSync): readonly string[] =>
  database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .all()
    .map(({ name }) => String(name))
    .filter(isOfFacts)

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
    empty: () => emptyPostgres(url),
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

async function emptyPostgres(url: string): Promise<void> {
  await queryOnce(url, `TRUNCATE ${(await postgresNames(url)).join(', ')}`)
}

const postgresNames = async (url: string): Promise<readonly string[]> =>
  (await queryOnce(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
    .map(({ tablename }) => String(tablename))
    .filter(isOfFacts)

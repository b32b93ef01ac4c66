import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Facts } from '../../src/core/facts.ts'
import { openPostgresMetadata } from '../../src/metadata/postgres/index.ts'
import { openSqliteMetadata } from '../../src/metadata/sqlite/index.ts'
import { temporaryFolder } from '../support/folder.ts'
import { createDatabase, queryOnce } from '../support/postgres.ts'
import { Numbers } from './numbers.ts'

export type Row = Readonly<Record<string, unknown>>
/** All rows of all tables. */
export type Tables = ReadonlyMap<string, readonly Row[]>

/** An empty store of one history, which nobody else uses. */
export interface Store {
  readonly name: string
  readonly facts: Facts
  readonly numbers: Numbers
  tables(): Promise<Tables>
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
    name: 'SQLite',
    facts,
    numbers: new Numbers(),
    tables: async () => sqliteTables(path),
    close: async () => {
      await facts.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function sqliteTables(path: string): Tables {
  const database = new DatabaseSync(path, { readOnly: true })
  const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
  const tables = names.map(
    ({ name }) => [String(name), database.prepare(`SELECT * FROM ${name}`).all()] as const,
  )
  database.close()
  return new Map(tables)
}

/** The pool is small: a history has one command at a time, but for the reads at its end. */
const POOL_MAX = 4

async function openPostgres(): Promise<Store> {
  const { url, drop } = await createDatabase()
  const facts = await openPostgresMetadata({ url, poolMax: POOL_MAX, durability: 'relaxed' })
  return {
    name: 'PostgreSQL',
    facts,
    numbers: new Numbers(),
    tables: () => postgresTables(url),
    close: async () => {
      await facts.close()
      await drop()
    },
  }
}

async function postgresTables(url: string): Promise<Tables> {
  const names = await queryOnce(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
  const tables = new Map<string, readonly Row[]>()
  for (const { tablename } of names) {
    tables.set(String(tablename), await queryOnce(url, `SELECT * FROM ${tablename}`))
  }
  return tables
}

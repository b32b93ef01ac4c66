import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DATABASE_NAME } from '../../src/stores.ts'
import type { TestServer } from './harness.ts'
import { administer } from './postgres.ts'
import { storeSettings } from './shared-stores.ts'

/** What happens while a table of a server's metadata is away, so that every command on it fails. */
export async function withoutTable<T>(server: TestServer, table: string, work: () => Promise<T>): Promise<T> {
  await runSql(server, `ALTER TABLE ${table} RENAME TO ${table}_away`)
  try {
    return await work()
  } finally {
    await runSql(server, `ALTER TABLE ${table}_away RENAME TO ${table}`)
  }
}

async function runSql({ dataDir }: TestServer, sql: string): Promise<void> {
  const { metadata } = await storeSettings(dataDir)
  if (metadata !== undefined) return administer(metadata, sql)
  const database = new DatabaseSync(join(dataDir, DATABASE_NAME), { timeout: 10_000 })
  try {
    database.exec(sql)
  } finally {
    database.close()
  }
}

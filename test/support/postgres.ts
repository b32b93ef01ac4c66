import { randomBytes } from 'node:crypto'
import { atEnd } from './at-end.ts'
import { queryOnce, startPostgres } from './postgres-server.ts'

export { type OwnServer, queryOnce, startPostgres } from './postgres-server.ts'

/** A database of a test's own on a real server. */
export interface TestDatabase {
  readonly url: string
  /** Removes it, ending what is still connected. */
  drop(): Promise<void>
}

let shared: Promise<string> | null = null

/** The address of the server for all tests of this process: STOWAGE_TEST_POSTGRES, or one that is started now. */
function sharedServerUrl(): Promise<string> {
  shared ??= startShared()
  return shared
}

async function startShared(): Promise<string> {
  const given = process.env.STOWAGE_TEST_POSTGRES
  if (given !== undefined) return given
  const server = await startPostgres()
  closings.add(() => server.close())
  return server.url
}

const closings = new Set<() => Promise<void>>()
/** The databases that nobody dropped. */
const databases = new Set<TestDatabase>()
// The server outlives every suite that uses it.
atEnd(async () => {
  for (const database of databases) await database.drop()
  for (const close of closings) await close()
})

/** A new, empty database. It goes at the end of the file at the latest. */
export async function createDatabase(): Promise<TestDatabase> {
  const server = await sharedServerUrl()
  const name = `stowage_test_${randomBytes(8).toString('hex')}`
  await administer(server, `CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE template0`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const database = {
    url: url.href,
    drop: async () => {
      databases.delete(database)
      await administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    },
  }
  databases.add(database)
  return database
}

/** Runs one statement on a connection of its own. */
export async function administer(url: string, sql: string): Promise<void> {
  await queryOnce(url, sql)
}

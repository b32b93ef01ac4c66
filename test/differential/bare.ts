import { DatabaseSync } from 'node:sqlite'
import type { Facts } from '../../src/core/ports/facts.ts'
import { COMMANDS, factsOf, scriptOf } from '../../src/metadata/commands/index.ts'
import { coreErrorOf } from '../../src/metadata/postgres/errors.ts'
import { Guesses, Memory, WrongGuess } from '../../src/metadata/postgres/guesses.ts'
import { migratePostgres } from '../../src/metadata/postgres/index.ts'
import { stepsFor } from '../../src/metadata/schema/steps.ts'
import { readBatch, writeBatch } from '../../src/metadata/sqlite/batch.ts'
import { addFolded, Db } from '../../src/metadata/sqlite/db.ts'
import { errorOf } from '../../src/metadata/sqlite/errors.ts'
import type { Call } from '../../src/metadata/sqlite/messages.ts'
import { migrate } from '../../src/metadata/sqlite/migrate.ts'
import { runScript as runSqliteScript } from '../../src/metadata/sqlite/run-script.ts'
import { createDatabase } from '../support/postgres.ts'
import { LoneConnection, withoutLocks } from './lone-connection.ts'
import { type Pair, pairOf, postgresOn, type Store, sqliteOn } from './stores.ts'

/**
 * Both stores' commands on one connection each that is alone: no threads, no pool, no locks, no files, no syncs. A history
 * takes a fraction of the time. What this leaves out has tests of its own.
 */
export const openBarePair = (): Promise<Pair> => pairOf(openSqlite, openPostgres)

async function openSqlite(): Promise<Store> {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true })
  addFolded(database)
  const db = new Db(database)
  migrate(db, ':memory:', stepsFor('sqlite'))
  return sqliteOn(
    (work) => work(database),
    sqliteFacts(db),
    () => {},
  )
}

const sqliteFacts = (db: Db): Facts =>
  factsOf(
    async (name, command) => {
      const calls: readonly Call[] = [{ id: 0, name, command }]
      const [reply] =
        COMMANDS[name].kind === 'read' ? readBatch(db, calls, handle) : writeBatch(db, calls, handle)
      if (reply === undefined) throw new Error('a call has a reply')
      if (reply.ok) return reply.value
      throw errorOf(reply.failure)
    },
    async () => db.close(),
  )

const handle = (db: Db, { name, command }: Call): unknown =>
  runSqliteScript(db, scriptOf(name, command as never))

async function openPostgres(): Promise<Store> {
  const { url, drop } = await createDatabase()
  await migratePostgres(url)
  const connection = new LoneConnection(url)
  await connection.open()
  const memory = new Memory()
  const facts = factsOf(
    async (name, command) => {
      const script = () => withoutLocks(scriptOf(name, command))
      if (COMMANDS[name].kind === 'read') return await connection.read(script())
      const guesses = new Guesses(memory)
      for (;;) {
        try {
          return await connection.change(script(), guesses)
        } catch (error) {
          if (!(error instanceof WrongGuess)) throw coreErrorOf(error)
        }
      }
    },
    () => connection.close(),
  )
  return postgresOn(facts, (sql) => connection.rows(sql), drop)
}

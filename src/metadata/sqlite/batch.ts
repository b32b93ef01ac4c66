import type { CommandName } from '../commands/command.ts'
import type { Db } from './db.ts'
import { failureOf } from './errors.ts'
import type { Call, Reply } from './messages.ts'

/** Does one call's work on the connection: returns its result or throws. */
export type Handle<Name extends string = CommandName> = (db: Db, call: Call<Name>) => unknown

/** Runs `work` as one transaction that can write. */
export function inTransaction<Result>(db: Db, work: () => Result): Result {
  db.run('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.position?.count(db)
    db.run('COMMIT')
    db.position?.keep()
    return result
  } catch (error) {
    if (db.isTransaction) db.run('ROLLBACK')
    throw error
  }
}

/**
 * Group commit: all calls in one transaction, hence one sync of the disk for all. One that fails leaves no trace and harms no other. When
 * the transaction as a whole fails, every call does.
 */
export function writeBatch(db: Db, calls: readonly Call[], handle: Handle): readonly Reply[] {
  try {
    return (
      together(db, calls, handle) ?? inTransaction(db, () => calls.map((call) => apart(db, call, handle)))
    )
  } catch (error) {
    const failure = failureOf(error)
    return calls.map(({ id }) => ({ id, ok: false, failure }))
  }
}

/** Null, and nothing is done, where one of them fails. A savepoint for each call costs more than to begin anew now and then. */
function together(db: Db, calls: readonly Call[], handle: Handle): readonly Reply[] | null {
  let hasFailed = false
  const reply = (call: Call): Reply => {
    try {
      return { id: call.id, ok: true, value: handle(db, call) }
    } catch (error) {
      hasFailed = true
      throw error
    }
  }
  try {
    return inTransaction(db, () => calls.map(reply))
  } catch (error) {
    if (hasFailed) return null
    throw error
  }
}

/** All calls on one snapshot. */
export function readBatch<Name extends string = CommandName>(
  db: Db,
  calls: readonly Call<Name>[],
  handle: Handle<Name>,
): readonly Reply[] {
  try {
    db.run('BEGIN')
    return calls.map((call) => answer(db, call, handle))
  } catch (error) {
    const failure = failureOf(error)
    return calls.map(({ id }) => ({ id, ok: false, failure }))
  } finally {
    if (db.isTransaction) db.run('ROLLBACK')
  }
}

function answer<Name extends string>(db: Db, call: Call<Name>, handle: Handle<Name>): Reply {
  try {
    return { id: call.id, ok: true, value: handle(db, call) }
  } catch (error) {
    return { id: call.id, ok: false, failure: failureOf(error) }
  }
}

function apart(db: Db, call: Call, handle: Handle): Reply {
  db.run('SAVEPOINT command')
  try {
    const value = handle(db, call)
    db.run('RELEASE command')
    return { id: call.id, ok: true, value }
  } catch (error) {
    // SQLite gives up the whole transaction on some errors, such as a full disk.
    if (!db.isTransaction) throw error
    db.run('ROLLBACK TO command')
    db.run('RELEASE command')
    return { id: call.id, ok: false, failure: failureOf(error) }
  }
}

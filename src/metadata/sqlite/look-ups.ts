import type { Ticks } from '../../core/clock.ts'
import { CoreError, isCoreError } from '../../core/errors.ts'
import { Promptness } from '../../core/promptness.ts'
import type { CommandName } from '../commands/command.ts'
import { handle } from './connection.ts'
import { type Db, openReader } from './db.ts'
import { errorOf, failureOf } from './errors.ts'
import { DatabaseFiles } from './files.ts'
import type { CommandLane } from './lane.ts'

/** So long it counts that the database's files were there. */
const LOOK_MS = 50

/**
 * Looks up what is found by its key, in the caller's thread, as long as that is answered at once, and asks `other` where it is not. It takes
 * some microseconds; to hand it to another thread and back takes ten times that. Errors: those of opening a database.
 */
export function openLookUps(path: string, other: CommandLane, now: Ticks): CommandLane {
  const database = opened(path, now)
  const disk = new Promptness(now)
  return {
    call: async (name, command) => {
      if (!disk.isPrompt) return other.call(name, command)
      try {
        return disk.time(() => database.lookUp(name, command), workMsOf(command))
      } catch (error) {
        const failure = errorOf(failureOf(error))
        // Another process holds the file, or the store is closed: the other lane waits, or says so.
        if (isCoreError(failure, 'unavailable')) return other.call(name, command)
        throw failure
      }
    },
    close: async () => database.close(),
  }
}

/** What the rows of a page take that are in memory, in ms. */
const ROW_MS = 0.005

const workMsOf = (command: object): number =>
  'limit' in command && typeof command.limit === 'number' ? command.limit * ROW_MS : 0

/** A database that is read without waiting for other processes that hold its file. */
class Database {
  readonly #db: Db
  readonly #files: DatabaseFiles
  readonly #now: Ticks
  #lookedAt: number
  #isOpen = true

  constructor(path: string, now: Ticks) {
    this.#db = openReader(path)
    this.#db.exec('PRAGMA busy_timeout = 0')
    this.#files = new DatabaseFiles(path)
    this.#now = now
    this.#lookedAt = now()
  }

  lookUp(name: CommandName, command: object): unknown {
    if (!this.#isOpen) throw new CoreError('unavailable', 'the database is closed')
    const value = handle(this.#db, { id: 0, name, command })
    const now = this.#now()
    if (now - this.#lookedAt < LOOK_MS) return value
    const lost = this.#files.lost()
    if (lost !== null) throw lost
    this.#lookedAt = now
    return value
  }

  close(): void {
    if (this.#isOpen) this.#db.close()
    this.#isOpen = false
  }
}

function opened(path: string, now: Ticks): Database {
  try {
    return new Database(path, now)
  } catch (error) {
    throw errorOf(failureOf(error))
  }
}

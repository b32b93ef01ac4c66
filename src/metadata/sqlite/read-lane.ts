import type { Ticks } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import { Promptness } from '../../core/promptness.ts'
import type { CommandName } from '../commands/command.ts'
import { isLookUp } from '../commands/index.ts'
import { handle } from './connection.ts'
import { type Db, openReader } from './db.ts'
import { errorOf, failureOf } from './errors.ts'
import { DatabaseFiles } from './files.ts'
import type { CommandLane } from './lane.ts'

/**
 * Reads. What is found by its key is looked up in the caller's thread, as long as that is answered at once: it takes some microseconds; to
 * hand it to another thread and back takes ten times that. All else is asked of `thread`; while that is starting, the caller's thread
 * reads this, too. Errors: those of opening a database.
 */
export function openReadLane(path: string, thread: Promise<CommandLane>, now: Ticks): CommandLane {
  const database = opened(path)
  const disk = new Promptness(now)
  let other: CommandLane | null = null
  thread.then((lane) => {
    // Else it has opened another file than this one, and what it says does not count.
    if (database.lost() === null) other = lane
  }, ignore)
  return {
    call: async (name, command) => {
      if (other !== null && !(isLookUp(name) && disk.isPrompt)) return other.call(name, command)
      try {
        return disk.time(() => database.read(name, command))
      } catch (error) {
        // Another process holds the file: the thread can wait for it.
        if (other !== null && isBusy(error)) return other.call(name, command)
        throw errorOf(failureOf(error))
      }
    },
    close: async () => {
      await thread.then((lane) => lane.close(), ignore)
      database.close()
    },
  }
}

/** A database that is read without waiting for other processes that hold its file. */
class Database {
  readonly #db: Db
  readonly #files: DatabaseFiles
  #isOpen = true

  constructor(path: string) {
    this.#db = openReader(path)
    this.#db.exec('PRAGMA busy_timeout = 0')
    this.#files = new DatabaseFiles(path)
  }

  read(name: CommandName, command: object): unknown {
    if (!this.#isOpen) throw new CoreError('unavailable', 'the database is closed')
    const value = handle(this.#db, { type: 'call', id: 0, name, command })
    const lost = this.lost()
    if (lost !== null) throw lost
    return value
  }

  /** Why nothing that it says counts any more. */
  lost(): CoreError | null {
    return this.#files.lost()
  }

  close(): void {
    if (this.#isOpen) this.#db.close()
    this.#isOpen = false
  }
}

function opened(path: string): Database {
  try {
    return new Database(path)
  } catch (error) {
    throw errorOf(failureOf(error))
  }
}

const isBusy = (error: unknown): boolean => {
  const { code, detail } = failureOf(error)
  return code === 'unavailable' && detail.sqlite !== undefined
}

function ignore(): void {}

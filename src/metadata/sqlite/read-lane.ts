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
 * hand it to another thread and back takes ten times that. All else is asked of the thread that `startThread` makes; until there is one,
 * the caller's thread reads this, too. Errors: those of opening a database.
 */
export function openReadLane(path: string, startThread: () => Promise<CommandLane>, now: Ticks): CommandLane {
  const database = opened(path)
  const disk = new Promptness(now)
  const thread = new LaterLane(startThread, () => database.lost() === null)
  return {
    call: async (name, command) => {
      const other = isLookUp(name, command as never) && disk.isPrompt ? null : thread.get()
      if (other !== null) return other.call(name, command)
      try {
        return disk.time(() => database.read(name, command), workMsOf(command))
      } catch (error) {
        const failure = failureOf(error)
        // Another process holds the file: the thread can wait for it.
        const isBusy = failure.code === 'unavailable' && failure.detail.sqlite !== undefined
        const patient = isBusy ? thread.get() : null
        if (patient !== null) return patient.call(name, command)
        throw errorOf(failure)
      }
    },
    close: async () => {
      await thread.close()
      database.close()
    },
  }
}

/** A thread that is started at once, and again where that failed. */
class LaterLane {
  readonly #startThread: () => Promise<CommandLane>
  readonly #isSound: () => boolean
  #starting: Promise<void> | null = null
  #lane: CommandLane | null = null

  /** A thread counts that started while `isSound`: else it has opened another file than its maker. */
  constructor(startThread: () => Promise<CommandLane>, isSound: () => boolean) {
    this.#startThread = startThread
    this.#isSound = isSound
    this.get()
  }

  /** Null while it is starting. */
  get(): CommandLane | null {
    if (this.#lane === null) this.#starting ??= this.#start()
    return this.#lane
  }

  async close(): Promise<void> {
    await this.#starting
    await this.#lane?.close()
  }

  async #start(): Promise<void> {
    try {
      const lane = await this.#startThread()
      if (this.#isSound()) this.#lane = lane
      else await lane.close()
    } catch {
      // The next who asks has it started again.
    } finally {
      this.#starting = null
    }
  }
}

/** What the rows of a page take that are in memory, in ms. */
const ROW_MS = 0.005

const workMsOf = (command: object): number =>
  'limit' in command && typeof command.limit === 'number' ? command.limit * ROW_MS : 0

/** A database that is read in the caller's thread. */
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
    const value = handle(this.#db, { id: 0, name, command })
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

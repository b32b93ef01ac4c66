import { closeSync, openSync } from 'node:fs'
import { messageOf } from '../../core/errors.ts'
import { scriptOf } from '../commands/index.ts'
import { stepsFor } from '../schema/steps.ts'
import { type Handle, readBatch, writeBatch } from './batch.ts'
import { damaged, isDamage, requireSound } from './damage.ts'
import { type Db, type Durability, openReader, openWriter } from './db.ts'
import { failureOf } from './errors.ts'
import { DatabaseFiles } from './files.ts'
import { roomyWriter } from './full-disk.ts'
import { Headroom } from './headroom.ts'
import type { Call, Reply } from './messages.ts'
import { migrate, requireCurrent } from './migrate.ts'
import { Position, requireNothingLost } from './position.ts'
import { runScript } from './run-script.ts'

export interface ConnectionOptions {
  readonly role: 'writer' | 'reader'
  readonly path: string
  readonly durability: Durability
  /** True: the writer brings the schema up to date. False: it refuses an older one. */
  readonly migrates: boolean
  /** Free bytes of the disk below which nothing is written that grows; null for no such limit. */
  readonly reserveBytes: number | null
}

/** The way into a database of one role. */
export interface DatabaseConnection {
  /** Does commands, all of them in one transaction. */
  run(calls: readonly Call[]): readonly Reply[]
  close(): void
}

export function openConnection(options: ConnectionOptions): DatabaseConnection {
  const { db, run } = openFor(options)
  const files = new DatabaseFiles(options.path)
  return { run: (calls) => unlessLost(files, run(calls, handle)), close: () => db.close() }
}

/** Does the work of any command on a connection, inside the caller's transaction. */
export const handle = (db: Db, { name, command }: Call): unknown =>
  runScript(db, scriptOf(name, command as never))

/** Nothing is answered with success that is in no file any more. What was answered before the files were lost stood in them. */
function unlessLost(files: DatabaseFiles, replies: readonly Reply[]): readonly Reply[] {
  const lost = files.lost()
  if (lost === null) return replies
  const failure = failureOf(lost)
  return replies.map(({ id }) => ({ id, ok: false, failure }))
}

interface Opened {
  readonly db: Db
  readonly run: (calls: readonly Call[], handle: Handle) => readonly Reply[]
}

function openFor(options: ConnectionOptions): Opened {
  const { role, path, reserveBytes } = options
  if (role === 'reader') {
    const db = openReader(path)
    return { db, run: (calls, work) => readBatch(db, calls, work) }
  }
  if (reserveBytes === null) {
    const db = openMigrated(options)
    return { db, run: (calls, work) => writeBatch(db, calls, work) }
  }
  const headroom = new Headroom(path)
  headroom.prepareOpening()
  const db = openMigrated(options)
  return { db, run: roomyWriter(db, { path, reserveBytes, headroom }) }
}

function openMigrated({ path, durability, migrates }: ConnectionOptions): Db {
  try {
    requireNothingLost(path)
    makeFile(path)
    const db = openWriter(path, durability)
    requireSound(db, path)
    if (migrates) migrate(db, path, stepsFor('sqlite'))
    else requireCurrent(db, path, stepsFor('sqlite'))
    // Where nothing is synced before it is answered, a power cut loses transactions by choice.
    if (durability === 'strict') db.position = new Position(path)
    return db
  } catch (error) {
    throw isDamage(error) ? damaged(path, messageOf(error)) : error
  }
}

/** Makes the file for its owner alone. SQLite gives the files beside it the same mode. By itself it lets all read. */
function makeFile(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
}

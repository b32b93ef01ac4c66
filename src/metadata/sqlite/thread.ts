import { closeSync, openSync } from 'node:fs'
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
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
import type { Call, Reply, Request } from './messages.ts'
import { migrate, requireCurrent } from './migrate.ts'
import { runScript } from './run-script.ts'
import { startThread } from './start-thread.ts'

/** Which thread this is. */
export interface ThreadOptions {
  readonly role: 'writer' | 'reader'
  readonly path: string
  readonly durability: Durability
  /** True: the writer brings the schema up to date. False: it refuses an older one. */
  readonly migrates: boolean
  /** Free bytes of the disk below which nothing is written that grows; null for no such limit. */
  readonly reserveBytes: number | null
}

/** Most calls in one transaction. This bounds how long the first waits for the last. */
const CALLS_PER_BATCH = 256

if (parentPort !== null) start(parentPort, workerData as ThreadOptions)

function start(port: MessagePort, options: ThreadOptions): void {
  startThread<Request>(port, (say) => {
    const { db, run } = openFor(options)
    const files = new DatabaseFiles(options.path)
    const hear = (first: Request): boolean => {
      const { calls, isLast } = withWaiting(port, first)
      if (calls.length > 0) say({ type: 'replies', replies: unlessLost(files, run(calls, handle)) })
      return isLast
    }
    return { db, hear }
  })
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

function openFor(options: ThreadOptions): Opened {
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

function openMigrated({ path, durability, migrates }: ThreadOptions): Db {
  makeFile(path)
  try {
    const db = openWriter(path, durability)
    requireSound(db, path)
    if (migrates) migrate(db, path, stepsFor('sqlite'))
    else requireCurrent(db, path, stepsFor('sqlite'))
    return db
  } catch (error) {
    throw isDamage(error) ? damaged(path, messageOf(error)) : error
  }
}

/** Makes the file for its owner alone. SQLite gives the files beside it the same mode. By itself it lets all read. */
function makeFile(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
}

/** `first`, and the calls that came while the last batch ran. */
function withWaiting(port: MessagePort, first: Request): { calls: readonly Call[]; isLast: boolean } {
  const calls: Call[] = []
  for (let request: Request | undefined = first; request !== undefined; request = nextRequest(port)) {
    if (request.type === 'close') return { calls, isLast: true }
    calls.push(request)
    if (calls.length >= CALLS_PER_BATCH) break
  }
  return { calls, isLast: false }
}

const nextRequest = (port: MessagePort): Request | undefined =>
  (receiveMessageOnPort(port) as { message: Request } | undefined)?.message

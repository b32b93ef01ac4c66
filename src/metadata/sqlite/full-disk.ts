import { CoreError } from '../../core/errors.ts'
import { growthOf } from '../commands/index.ts'
import { type Handle, writeBatch } from './batch.ts'
import { DatabaseRoom } from './database-room.ts'
import { CHECKPOINT_PAGES, type Db } from './db.ts'
import { type Failure, failureOf } from './errors.ts'
import { HEADROOM_SIZE, type Headroom } from './headroom.ts'
import type { Call, Reply } from './messages.ts'

/** About what one command adds to the log and then to the file. */
const COMMAND_SIZE = 16 * 1024
/** A log that is checkpointed so often stays small. */
const LOW_CHECKPOINT_PAGES = 250
/** How much beyond the reserve has to be free before the headroom is taken. */
const HEADROOM_MARGIN = 2 * HEADROOM_SIZE

/**
 * Runs batches as `writeBatch` does, and keeps them going while the disk is full: below the reserve what grows is refused with
 * `storage-full`; when nothing can be written at all, the headroom is given back for what has to go on.
 */
export function roomyWriter(
  db: Db,
  { path, reserveBytes, headroom }: { path: string; reserveBytes: number; headroom: Headroom },
): (calls: readonly Call[], handle: Handle) => readonly Reply[] {
  const room = new DatabaseRoom(db, path, reserveBytes)

  const admits = ({ name, command }: Call): boolean =>
    room.admits(growthOf(name, command as never), sizeOf(command))

  function takeHeadroom(): void {
    if (headroom.isHeld || room.free < reserveBytes + HEADROOM_MARGIN) return
    headroom.take()
    db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  }

  /** Those that were not done only because the disk is full, though they have to be. */
  function stuckOf(calls: readonly Call[], replies: readonly Reply[]): readonly Call[] {
    const full = new Set(replies.flatMap((reply) => (isFull(reply) ? [reply.id] : [])))
    return calls.filter(
      ({ id, name, command }) => full.has(id) && growthOf(name, command as never) !== 'grows',
    )
  }

  return (calls, handle) => {
    const { admitted = [], refused = [] } = Object.groupBy(calls, (call) =>
      admits(call) ? 'admitted' : 'refused',
    )
    takeHeadroom()
    const refusals = refused.map(({ id }): Reply => ({ id, ok: false, failure: NO_ROOM }))
    if (admitted.length === 0) return refusals
    const replies = writeBatch(db, admitted, handle)
    if (admitted.some(({ name, command }) => growthOf(name, command as never) === 'always')) room.freed()
    const stuck = stuckOf(admitted, replies)
    if (stuck.length === 0) return [...refusals, ...replies]
    headroom.giveBack()
    room.freed()
    shrinkLog(db)
    const isStuck = new Set(stuck.map(({ id }) => id))
    return [...refusals, ...replies.filter(({ id }) => !isStuck.has(id)), ...writeBatch(db, stuck, handle)]
  }
}

const NO_ROOM: Failure = failureOf(
  new CoreError('storage-full', 'the disk of the database has too little room', {
    limit: 'disk_reserve_bytes',
  }),
)

const isFull = (reply: Reply): boolean =>
  !reply.ok && reply.failure.code === 'storage-full' && 'sqlite' in reply.failure.detail

/** Moves what is in the log to the file as far as there is room, and keeps the log small from now on. */
function shrinkLog(db: Db): void {
  try {
    db.exec(`PRAGMA wal_autocheckpoint = ${LOW_CHECKPOINT_PAGES}`)
    db.all('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // There was no room for that either.
  }
}

function sizeOf(command: unknown): number {
  const staged = (command as { readonly staged?: { readonly bytes?: Uint8Array } | null }).staged
  return COMMAND_SIZE + 2 * (staged?.bytes?.byteLength ?? 0)
}

import type { TimeMs } from '../../../core/clock.ts'
import { CoreError, type CoreErrorCode } from '../../../core/errors.ts'
import type { AccountId } from '../../../core/ids.ts'
import type { DirectoryEntry, EntryId } from '../../../core/model/trees.ts'
import { hexOf, idBytes } from '../../values.ts'
import type { CommandOf, ScriptOf } from '../command.ts'
import { LOCK, LOCK_FREE, lock, one, run, type Script } from '../script.ts'
import { endCopy, requireSource, startCopy, takeCopyPlace } from './copy-ends.ts'
import { type CopyStep, type CopyWork, copyPage } from './copy-page.ts'
import { doomEntry, removeDoomed as removeMore } from './doomed.ts'
import { findAt } from './paths.ts'
import {
  lockVolume,
  VOLUME_COLUMNS,
  type VolumeRecord,
  type VolumeRow,
  volumeRecordOf,
} from './volume-rows.ts'

/** How long a copy waits to be continued, and its failure to be asked for. */
const KEPT_MS = 7 * 24 * 3_600_000

/** These errors end a copy for good. */
const FAILURES = [
  'directory-not-found',
  'name-conflict',
  'object-not-found',
  'quota-exceeded',
  'rename-exhausted',
] as const satisfies readonly CoreErrorCode[]
type Failure = (typeof FAILURES)[number]

interface CopyRow {
  readonly id: Uint8Array
  readonly to_volume: number
  readonly parent: Uint8Array
  readonly name: string
  readonly conflict: 'fail' | 'rename'
  readonly failure: Failure | null
  readonly created_at: TimeMs
}

const SELECT_COPIES = 'SELECT id, to_volume, parent, name, conflict, failure, created_at FROM copies'

export const beginCopy: ScriptOf<'beginCopy'> = function* (command) {
  const { to, conflict, id, now } = command
  const source = yield* requireSource(command)
  const volume = yield* lockVolume(to.volume, 'shared')
  const isNew = yield* run(
    `INSERT INTO copies (id, account, to_volume, parent, name, conflict, created_at, changed_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    ...[idBytes(id), to.volume.account, volume.id, idBytes(to.parent), to.name, conflict, now, now],
  )
  if (isNew === 0) return
  // What is wrong already is told at once.
  yield* takeCopyPlace(volume, to, conflict)
  yield* startCopy({ id, volume, now }, source)
  yield* addStep(id, { target: id, source: source.id, after: '' })
}

/** A failure is written down, and the next call tells it. A command that fails cannot write. */
export const continueCopy: ScriptOf<'continueCopy'> = function* ({ account, id, limit, within, now }) {
  const row = yield* one<CopyRow>(
    `${SELECT_COPIES} WHERE id = ? AND account = ?${LOCK}`,
    idBytes(id),
    account,
  )
  if (row === undefined) return yield* doneCopy(account, id)
  if (row.failure !== null) return yield* tellFailure(row.failure, id, limit)
  const isCopied = (yield* nextStep(id)) === null
  const volume = yield* lockByNumber(row.to_volume, isCopied ? 'exclusive' : 'shared')
  if (volume === null) {
    yield* giveUp(row, null, 'directory-not-found', now)
    return null
  }
  const work = { id, volume, within, now: row.created_at }
  try {
    if (isCopied) return yield* show(work, row)
    yield* copySteps(work, limit)
    yield* run('UPDATE copies SET changed_at = ? WHERE id = ?', now, idBytes(id))
  } catch (error) {
    if (!(error instanceof CoreError)) throw error
    const failure = FAILURES.find((code) => code === error.code)
    if (failure === undefined) throw error
    yield* giveUp(row, volume, failure, now)
  }
  return null
}

function* copySteps(work: CopyWork, limit: number): Script<void> {
  for (let left = limit; left > 0; ) {
    const step = yield* nextStep(work.id)
    if (step === null) return
    const page = yield* copyPage(work, step, left)
    for (const below of page.steps) yield* addStep(work.id, below)
    if (page.next === null) yield* endStep(work.id, step.target)
    else yield* moveStep(work.id, page.next)
    // A directory without anything is work as well.
    left -= Math.max(1, page.seen)
  }
}

function* show(work: CopyWork, { parent, name, conflict }: CopyRow): Script<DirectoryEntry> {
  const wanted = { parent: hexOf<EntryId>(parent), name }
  const place = yield* takeCopyPlace(work.volume, wanted, conflict)
  const directory = yield* endCopy(work, place)
  yield* run('DELETE FROM copies WHERE id = ?', idBytes(work.id))
  return directory
}

/** Removes what was copied. If the volume goes, that goes with it. */
function* giveUp({ id }: CopyRow, volume: VolumeRecord | null, failure: Failure, now: TimeMs): Script<void> {
  yield* run('UPDATE copies SET failure = ?, changed_at = ? WHERE id = ?', failure, now, Buffer.from(id))
  if (volume !== null) yield* doomEntry(volume.id, hexOf<EntryId>(id), now)
}

function* tellFailure(failure: Failure, id: EntryId, limit: number): Script<null> {
  if ((yield* dropSteps(id, limit)) > 0) return null
  const detail = failure === 'quota-exceeded' ? { limit: 'bytes' } : {}
  throw new CoreError(failure, 'the copy was given up', detail)
}

/** The directory that a copy became. */
function* doneCopy(account: AccountId, id: EntryId): Script<DirectoryEntry> {
  const row = yield* one<{ volume: number }>('SELECT volume FROM entries WHERE id = ?', idBytes(id))
  const volume = row === undefined ? null : yield* volumeByNumber(row.volume)
  const entry = volume?.address.account === account ? yield* findAt(volume, { id }) : null
  if (entry?.kind !== 'directory') throw new CoreError('object-not-found', 'no such copy')
  return entry
}

/** Also gives up copies that nobody goes on with, one at a time, and forgets those that failed. */
export const removeDoomed: ScriptOf<'removeDoomed'> = function* (command) {
  yield* tidyCopy(command)
  return yield* removeMore(command)
}

function* tidyCopy({ limit, now }: CommandOf<'removeDoomed'>): Script<void> {
  const row = yield* one<CopyRow>(
    `${SELECT_COPIES} WHERE changed_at < ? ORDER BY changed_at LIMIT 1${LOCK_FREE}`,
    now - KEPT_MS,
  )
  if (row === undefined) return
  if (row.failure === null) {
    yield* giveUp(row, yield* lockByNumber(row.to_volume, 'shared'), 'object-not-found', now)
  } else if ((yield* dropSteps(hexOf<EntryId>(row.id), limit)) === 0) {
    yield* run('DELETE FROM copies WHERE id = ?', Buffer.from(row.id))
  }
}

interface StepRow {
  readonly target: Uint8Array
  readonly source: Uint8Array
  readonly after_name: string
}

function* nextStep(copy: EntryId): Script<CopyStep | null> {
  const row = yield* one<StepRow>(
    'SELECT target, source, after_name FROM copy_steps WHERE copy = ? ORDER BY target LIMIT 1',
    idBytes(copy),
  )
  if (row === undefined) return null
  return {
    target: hexOf<EntryId>(row.target),
    source: hexOf<EntryId>(row.source),
    after: row.after_name,
  }
}

function* addStep(copy: EntryId, { target, source, after }: CopyStep): Script<void> {
  yield* run(
    'INSERT INTO copy_steps (copy, target, source, after_name) VALUES (?, ?, ?, ?)',
    ...[idBytes(copy), idBytes(target), idBytes(source), after],
  )
}

function* moveStep(copy: EntryId, { target, after }: CopyStep): Script<void> {
  yield* run(
    'UPDATE copy_steps SET after_name = ? WHERE copy = ? AND target = ?',
    ...[after, idBytes(copy), idBytes(target)],
  )
}

function* endStep(copy: EntryId, target: EntryId): Script<void> {
  yield* run('DELETE FROM copy_steps WHERE copy = ? AND target = ?', idBytes(copy), idBytes(target))
}

/** Drops up to `limit` steps of a copy that was given up; returns how many. */
function* dropSteps(copy: EntryId, limit: number): Script<number> {
  return yield* run(
    `DELETE FROM copy_steps WHERE copy = ? AND target IN (
       SELECT target FROM copy_steps WHERE copy = ? ORDER BY target LIMIT ?)`,
    ...[idBytes(copy), idBytes(copy), limit],
  )
}

/** The volume as it is while locked; null when it is gone. */
function* lockByNumber(id: number, mode: 'shared' | 'exclusive'): Script<VolumeRecord | null> {
  yield* lock(id, mode)
  return yield* volumeByNumber(id)
}

function* volumeByNumber(id: number): Script<VolumeRecord | null> {
  const row = yield* one<VolumeRow & { readonly account: AccountId; readonly realm_name: string }>(
    `SELECT ${VOLUME_COLUMNS}, r.account, r.name AS realm_name FROM volumes v JOIN realms r ON r.id = v.realm
     WHERE v.id = ?`,
    id,
  )
  if (row === undefined) return null
  return volumeRecordOf(row, { account: row.account, realm: row.realm_name, volume: row.name })
}

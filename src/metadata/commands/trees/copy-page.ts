import { createHash } from 'node:crypto'
import type { TimeMs } from '../../../core/clock.ts'
import type { BlobId } from '../../../core/ids.ts'
import type { AccountLimits } from '../../../core/model/limits.ts'
import type { Entry, EntryId } from '../../../core/model/trees.ts'
import { hexOf, idBytes } from '../../values.ts'
import { requireWithin } from '../account-room.ts'
import { all, inLists, one, run, type Script } from '../script.ts'
import { count } from './counts.ts'
import { countsOfEntry } from './places.ts'
import { requireRoom } from './quota-room.ts'
import { bytesOf, ENTRY_COLUMNS, type EntryRow, entryOf, insertEntries } from './rows.ts'
import type { VolumeRecord } from './volume-rows.ts'

/** A copy that is being made. */
export interface CopyWork {
  /** The id of the copy and of its topmost directory. */
  readonly id: EntryId
  /** Where it goes, locked. */
  readonly volume: VolumeRecord
  /** The account's limits; absent for none. */
  readonly within?: AccountLimits | undefined
  readonly now: TimeMs
}

/** A directory whose entries are to be copied into another, those after a name. */
export interface CopyStep {
  readonly target: EntryId
  readonly source: EntryId
  readonly after: string
}

export interface CopiedPage {
  /** How many entries were looked at. */
  readonly seen: number
  /** The directories among them, which are empty for now. */
  readonly steps: readonly CopyStep[]
  /** Where to go on; null at the end. */
  readonly next: CopyStep | null
}

/** How often a file is looked up again because others overwrite it. */
const TRIES_MAX = 10

/**
 * Copies up to `limit` entries of one directory, linking bytes. What was copied before is passed over. Errors:
 * `quota-exceeded`, after which all is as it was, or as if fewer had been asked for.
 */
export function* copyPage(work: CopyWork, step: CopyStep, limit: number): Script<CopiedPage> {
  const rows = yield* all<EntryRow>(
    `SELECT ${ENTRY_COLUMNS} FROM entries e WHERE e.parent = ? AND e.name > ? ORDER BY e.name LIMIT ?`,
    ...[idBytes(step.source), step.after, limit],
  )
  const found = rows.map((row) => entryOf(row, work.volume.address, null))
  const copied = yield* copyEntries(work, step.target, yield* notCopied(work, found))
  const last = rows.at(-1)
  return {
    seen: rows.length,
    steps: copied
      .filter(({ kind }) => kind === 'directory')
      .map(({ id }) => ({ target: copiedId(work.id, id), source: id, after: '' })),
    next: rows.length < limit || last === undefined ? null : { ...step, after: last.name },
  }
}

/**
 * Returns those that were copied. Files that others overwrite at this moment come with their new bytes; those that are
 * removed do not come.
 */
function* copyEntries(work: CopyWork, target: EntryId, entries: readonly Entry[]): Script<readonly Entry[]> {
  const copied: Entry[] = []
  let left = entries
  for (let tried = 0; left.length > 0 && tried < TRIES_MAX; tried++) {
    const storedBytes = left.reduce((sum, entry) => sum + bytesOf(entry), 0)
    yield* requireRoom(work.volume, storedBytes)
    const { account } = work.volume.address
    yield* requireWithin(account, work.within, { entries: left.length, storedBytes })
    const blobs = yield* addReferences(left)
    const isReady = (entry: Entry) => entry.kind !== 'file' || blobs.has(entry.content.blob)
    const ready = left.filter(isReady)
    yield* insertEntries(
      work.volume,
      ready.map((entry) => copiedTo(work, target, entry)),
    )
    yield* countCopied(work, target, ready)
    copied.push(...ready)
    left = yield* lookedUpAgain(
      work,
      left.filter((entry) => !isReady(entry)),
    )
  }
  return copied
}

/** The id of an entry's copy. It is always the same, so that an entry that is moved meanwhile is not copied twice. */
function copiedId(copy: EntryId, source: EntryId): EntryId {
  const digest = createHash('sha256').update(copy).update(source).digest('hex')
  // Ids begin with a time. The same time keeps them together in indexes.
  return (copy.slice(0, 12) + digest.slice(0, 20)) as EntryId
}

function copiedTo({ id, volume, now }: CopyWork, parent: EntryId, entry: Entry): Entry {
  const copied = {
    ...{ id: copiedId(id, entry.id), volume: volume.address, parent, path: null },
    ...{ createdAt: now, modifiedAt: now, version: 1 },
  }
  return entry.kind === 'file' ? { ...entry, ...copied, holds: 0 } : { ...entry, ...copied }
}

function* notCopied({ id: copy }: CopyWork, entries: readonly Entry[]): Script<readonly Entry[]> {
  const copied = new Set<string>()
  for (const some of inLists(entries.map(({ id }) => idBytes(copiedId(copy, id))))) {
    const rows = yield* all<{ id: Uint8Array }>('SELECT id FROM entries WHERE id IN (??)', some)
    for (const row of rows) copied.add(hexOf(row.id))
  }
  return entries.filter(({ id }) => !copied.has(copiedId(copy, id)))
}

/** Adds references to the files' blobs; returns those blobs that are there. */
function* addReferences(entries: readonly Entry[]): Script<ReadonlySet<BlobId>> {
  const times = new Map<BlobId, number>()
  for (const entry of entries) {
    if (entry.kind === 'file') times.set(entry.content.blob, (times.get(entry.content.blob) ?? 0) + 1)
  }
  const linked = new Set<BlobId>()
  for (const by of new Set(times.values())) {
    const blobs = [...times].filter(([, wanted]) => wanted === by).map(([blob]) => blob)
    for (const some of inLists(blobs.sort().map(idBytes))) {
      const rows = yield* all<{ id: Uint8Array }>(
        'UPDATE blobs SET refs = refs + ? WHERE refs > 0 AND id IN (??) RETURNING id',
        ...[by, some],
      )
      for (const row of rows) linked.add(hexOf<BlobId>(row.id))
    }
  }
  return linked
}

/** What is in a directory still. */
function* lookedUpAgain({ volume }: CopyWork, entries: readonly Entry[]): Script<readonly Entry[]> {
  const found: Entry[] = []
  for (const { id } of entries) {
    const row = yield* one<EntryRow>(`SELECT ${ENTRY_COLUMNS} FROM entries e WHERE e.id = ?`, idBytes(id))
    const entry = row === undefined ? null : entryOf(row, volume.address, null)
    if (entry !== null && entry.parent !== null) found.push(entry)
  }
  return found
}

function* countCopied({ id, volume }: CopyWork, target: EntryId, entries: readonly Entry[]): Script<void> {
  if (entries.length === 0) return
  const directories = entries.filter(({ kind }) => kind === 'directory').length
  yield* run(
    'UPDATE entries SET file_count = file_count + ?, directory_count = directory_count + ? WHERE id = ?',
    ...[entries.length - directories, directories, idBytes(target)],
  )
  yield* count(
    volume.id,
    entries.map((entry) => ({ ...countsOfEntry(entry, 1), id: copiedId(id, entry.id) })),
  )
}

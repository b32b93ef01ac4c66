import { CoreError } from '../../../core/errors.ts'
import type { DirectoryEntry, Entry, EntryId, EntryTraits } from '../../../core/model/trees.ts'
import { idBytes } from '../../values.ts'
import { requireWithin } from '../account-room.ts'
import type { ScriptOf } from '../command.ts'
import { run, type Script } from '../script.ts'
import { count } from './counts.ts'
import { ascend, findAt, findChild, lockById } from './paths.ts'
import { countChild, countsOfEntry, lockDirectory, takePlace } from './places.ts'
import { insertEntry } from './rows.ts'
import { lockVolume, requireVolume, type VolumeRecord } from './volume-rows.ts'

export const findEntry: ScriptOf<'findEntry'> = function* ({ volume, at }) {
  return yield* findAt(yield* requireVolume(volume), at)
}

export const updateEntry: ScriptOf<'updateEntry'> = function* ({ volume: address, id, ifVersion, change }) {
  const volume = yield* requireVolume(address)
  const entry = yield* lockById(volume, id)
  if (entry === null) throw new CoreError('entry-not-found', 'no such entry')
  if (ifVersion !== null && ifVersion !== entry.version) {
    throw new CoreError('object-changed', 'the entry changed meanwhile', { version: entry.version })
  }
  const { path } = yield* ascend(volume, id)
  const next = { ...entry, ...change, path, version: entry.version + 1 }
  yield* run(
    'UPDATE entries SET attributes = ?, local_created_at = ?, local_modified_at = ?, version = ? WHERE id = ?',
    ...[
      JSON.stringify(next.attributes),
      next.localCreatedAt,
      next.localModifiedAt,
      next.version,
      idBytes(id),
    ],
  )
  return next
}

const NO_TRAITS: EntryTraits = { attributes: {}, localCreatedAt: null, localModifiedAt: null }

export const makeDirectory: ScriptOf<'makeDirectory'> = function* (command) {
  const { path, conflict, traits } = command
  const volume = yield* lockVolume(command.volume, 'shared')
  const name = path.at(-1)
  if (name === undefined) throw new CoreError('name-conflict', 'the root is there already')
  const above = path.slice(0, -1)
  const parent = requireDirectory(
    (yield* findAt(volume, { path: above })) ?? (yield* makeAbove(volume, command, above)),
  )
  yield* lockDirectory(volume, parent.id)
  const place = yield* takePlace(volume, { parent: parent.id, name }, true, conflict)
  yield* requireWithin(volume.address.account, command.within, { entries: path.length })
  return yield* addDirectory(volume, command, parent, [...above, place.name], traits)
}

/** Returns the directory at a path. It makes those that are missing. */
function* makeAbove(volume: VolumeRecord, command: Making, path: readonly string[]): Script<Entry | null> {
  let at = yield* findAt(volume, { path: [] })
  for (const [level, name] of path.entries()) {
    const parent = requireDirectory(at)
    const below = path.slice(0, level + 1)
    at =
      (yield* childToBe(volume, parent.id, name)) ??
      (yield* addDirectory(volume, command, parent, below, NO_TRAITS))
  }
  return at
}

/** What is there under a name, or null. Then nobody else can put something there. */
function* childToBe(volume: VolumeRecord, parent: EntryId, name: string): Script<Entry | null> {
  const found = yield* findChild(volume, parent, name)
  if (found !== null) return found
  yield* lockDirectory(volume, parent)
  return yield* findChild(volume, parent, name)
}

type Making = Parameters<typeof makeDirectory>[0]

/** Makes a directory in a locked one under a free name. */
function* addDirectory(
  volume: VolumeRecord,
  { ids, now }: Making,
  parent: DirectoryEntry,
  path: readonly string[],
  traits: EntryTraits,
): Script<DirectoryEntry> {
  const id = ids[path.length - 1]
  if (id === undefined) throw new TypeError('there is no id for each level')
  const directory: DirectoryEntry = {
    ...{ kind: 'directory', id, volume: volume.address, parent: parent.id, name: path.at(-1) ?? '', path },
    ...{ ...traits, createdAt: now, modifiedAt: now, version: 1, fileCount: 0, directoryCount: 0 },
  }
  yield* insertEntry(volume, directory)
  yield* countChild(parent.id, directory, 1)
  yield* count(volume.id, [countsOfEntry(directory, 1)])
  return directory
}

/** Errors: `name-conflict` for what is no directory. */
function requireDirectory(entry: Entry | null): DirectoryEntry {
  if (entry?.kind === 'directory') return entry
  throw new CoreError('name-conflict', 'something that is no directory is in the way')
}

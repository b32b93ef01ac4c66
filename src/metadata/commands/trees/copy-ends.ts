import { CoreError } from '../../../core/errors.ts'
import type { DirectoryEntry, Place } from '../../../core/model/trees.ts'
import type { CopyDirectory } from '../../../core/ports/commands/copies.ts'
import { idBytes } from '../../values.ts'
import { run, type Script } from '../script.ts'
import type { CopyWork } from './copy-page.ts'
import { count } from './counts.ts'
import { requirePlaced } from './move.ts'
import { ascend, findById } from './paths.ts'
import { countChild, lockDirectory, requirePath, takePlace } from './places.ts'
import { insertEntry } from './rows.ts'
import { requireVolume, type VolumeRecord } from './volume-rows.ts'

/** The directory to be copied. Errors: `volume-not-found`, `entry-not-found`, `entry-mismatch`. */
export function* requireSource({ source, to }: CopyDirectory): Script<DirectoryEntry> {
  if (source.volume.account !== to.volume.account) {
    throw new CoreError('volume-not-found', 'the volume is of another account')
  }
  const volume = yield* requireVolume(source.volume)
  const entry = yield* requirePlaced(volume, source.id)
  const { path } = yield* ascend(volume, source.id)
  if (path === null) throw new CoreError('entry-not-found', 'no way leads to the directory')
  if (entry.kind !== 'directory') {
    throw new CoreError('entry-mismatch', 'the entry is no directory', { kind: entry.kind })
  }
  return entry
}

/** Where the copy will be: a free place in a directory that is locked. */
export interface CopyPlace extends Place {
  readonly path: readonly string[]
}

/** Errors: `directory-not-found`, `name-conflict`, `rename-exhausted`. */
export function* takeCopyPlace(
  volume: VolumeRecord,
  { parent, name }: Place,
  conflict: CopyDirectory['conflict'],
): Script<CopyPlace> {
  yield* lockDirectory(volume, parent)
  const above = yield* requirePath(volume, parent)
  const place = yield* takePlace(volume, { parent, name }, true, conflict)
  return { parent, name: place.name, path: [...above, place.name] }
}

/** The topmost directory, empty and nowhere to be seen. */
export function* startCopy(work: CopyWork, source: DirectoryEntry): Script<void> {
  const { id, volume, now } = work
  yield* insertEntry(volume, {
    ...{ ...source, id, volume: volume.address, parent: null, path: null },
    ...{ createdAt: now, modifiedAt: now, version: 1, fileCount: 0, directoryCount: 0 },
  })
  yield* count(volume.id, [{ id, directories: 1 }])
}

/** Shows what was copied. The volume is locked exclusively. */
export function* endCopy(
  { id, volume }: CopyWork,
  { parent, name, path }: CopyPlace,
): Script<DirectoryEntry> {
  const topmost = yield* findById(volume, id)
  if (topmost?.kind !== 'directory') throw new Error('what was copied is not there')
  yield* run('UPDATE entries SET parent = ?, name = ? WHERE id = ?', idBytes(parent), name, idBytes(id))
  yield* countChild(parent, topmost, 1)
  return { ...topmost, parent, name, path }
}

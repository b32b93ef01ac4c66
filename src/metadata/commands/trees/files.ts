import type { TimeMs } from '../../../core/clock.ts'
import { CoreError } from '../../../core/errors.ts'
import type { AccountId } from '../../../core/ids.ts'
import type { Content } from '../../../core/model/bytes.ts'
import type { Entry, EntryId, FileEntry } from '../../../core/model/trees.ts'
import type { CommittedFile, FileTarget } from '../../../core/ports/commands/commits.ts'
import type { PutEntry } from '../../../core/ports/commands/entries.ts'
import { idBytes } from '../../values.ts'
import type { ScriptOf } from '../command.ts'
import { addReference } from '../parts.ts'
import { one, type Script } from '../script.ts'
import { neededBy, type UploadRecord } from '../upload-row.ts'
import { type Ascent, ascend, findById } from './paths.ts'
import {
  holdDirectory,
  lockDirectory,
  putInPlace,
  requirePath,
  requirePathOrBin,
  takePlace,
} from './places.ts'
import {
  lockVolume,
  lookUpVolume,
  requireVolume,
  VOLUME_COLUMNS,
  type VolumeRecord,
  type VolumeRow,
  volumeRecordOf,
} from './volume-rows.ts'

/** A locked volume, and the way up from the directory that a file is to be in. */
export interface WayUp {
  readonly volume: VolumeRecord
  readonly ascent: Ascent
}

/** Null where there is no such volume. The way up cannot change while the volume is locked. */
export function* lockWayUp({ volume: address, place }: FileTarget): Script<WayUp | null> {
  if ((yield* lookUpVolume(address, 'hint')) === null) return null
  const volume = yield* lockVolume(address, 'shared')
  return { volume, ascent: yield* ascend(volume, place.parent) }
}

/** Makes `content`, the bytes of an upload, whose blob has a reference for it, a file. */
export function* placeFile({ target, way, content, from, now }: Placing): Script<CommittedFile> {
  const { id, place, contentType, traits } = target
  if (way === null) throw new CoreError('volume-not-found', 'no such volume')
  const { volume } = way
  const above = yield* requirePathOrBin(volume, way.ascent)
  if (way.ascent.kind !== 'directory') throw new CoreError('directory-not-found', 'no such directory')
  // The directory stays, since the volume is locked. Others who want to add to it wait from here on, and not while the node is asked.
  yield* holdDirectory(place.parent)
  const { name, taken } = yield* takePlace(volume, place, false, target.conflict, target.ifThere)
  const fresh: FileEntry = {
    ...{ kind: 'file', id, volume: volume.address, parent: place.parent, name, ...traits },
    ...{ path: above === null ? null : [...above, name], contentType, content, holds: 0 },
    ...{ createdAt: now, modifiedAt: now, version: 1 },
  }
  const reserved = from.volume === volume.id ? neededBy(from.pending, from.replaces) : 0
  const entry = yield* putInPlace(volume, fresh, taken, { reserved, now })
  return { entry: { ...fresh, ...entry, kind: 'file' }, isOverwritten: taken !== null }
}

export interface Placing {
  readonly target: FileTarget
  readonly way: WayUp | null
  readonly content: Content
  readonly from: UploadRecord
  readonly now: TimeMs
}

/** The file that an upload became when it was committed, wherever it is now. Errors: `object-not-found`. */
export function* committedFile(account: AccountId, id: EntryId, upload: number): Script<CommittedFile> {
  const row = yield* one<VolumeRow & { account: AccountId; realm_name: string }>(
    `SELECT ${VOLUME_COLUMNS}, r.account, r.name AS realm_name FROM entries e
     JOIN volumes v ON v.id = e.volume JOIN realms r ON r.id = v.realm WHERE e.id = ? AND r.account = ?`,
    ...[idBytes(id), account],
  )
  const volume =
    row === undefined ? null : volumeRecordOf(row, { account, realm: row.realm_name, volume: row.name })
  const entry = volume === null ? null : yield* findById(volume, id)
  if (volume === null || entry?.kind !== 'file') {
    throw new CoreError('object-not-found', 'the file was removed since')
  }
  const { path } = yield* ascend(volume, id)
  const committed = yield* one<{ changed_at: number }>('SELECT changed_at FROM uploads WHERE seq = ?', upload)
  return { entry: { ...entry, path }, isOverwritten: entry.createdAt !== committed?.changed_at }
}

export const putEntry: ScriptOf<'putEntry'> = function* (command) {
  const { place, conflict, ifThere, within, now } = command
  const volume = yield* lockVolume(command.volume, 'shared')
  const above = yield* requirePath(volume, place.parent)
  yield* lockDirectory(volume, place.parent)
  const { name, taken } = yield* takePlace(volume, place, false, conflict, ifThere)
  const fresh = yield* freshEntry(volume, command, name)
  const entry = yield* putInPlace(volume, { ...fresh, path: [...above, name] }, taken, { within, now })
  return { entry, isOverwritten: taken !== null }
}

/** The entry that a put wants, with a reference to its bytes where it has some. Errors: `entry-not-found`. */
function* freshEntry(volume: VolumeRecord, command: PutEntry, name: string): Script<Entry> {
  const { id, place, traits, what, now } = command
  const base = {
    ...{ id, volume: volume.address, parent: place.parent, name, path: null, ...traits },
    ...{ createdAt: now, modifiedAt: now, version: 1 },
  }
  switch (what.kind) {
    case 'link':
      return { ...base, kind: 'link', target: what.target }
    case 'virtual':
      return { ...base, kind: 'virtual', size: what.size, contentType: what.contentType }
    case 'file': {
      const content = yield* linkedContent(volume, what.source)
      return { ...base, kind: 'file', content, contentType: what.contentType, holds: 0 }
    }
  }
}

type Source = Extract<PutEntry['what'], { kind: 'file' }>['source']

function* linkedContent(volume: VolumeRecord, { volume: address, id, blob }: Source): Script<Content> {
  if (address.account !== volume.address.account) {
    throw new CoreError('volume-not-found', 'the source is not of the same account')
  }
  const source = yield* findById(yield* requireVolume(address), id)
  if (source?.kind === 'file' && source.content.blob === blob) {
    // The last file with this blob may be removed at this moment.
    if (yield* addReference(blob)) return source.content
  }
  throw new CoreError('entry-not-found', 'the source does not have these bytes any more')
}

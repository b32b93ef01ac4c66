import type { ListedObject } from '../../../core/model/buckets.ts'
import type { DirectoryEntry, Entry } from '../../../core/model/trees.ts'
import type { ListKeys } from '../../../core/ports/commands/buckets.ts'
import { following } from '../../../core/rules/key-lists.ts'
import { compareNames } from '../../../core/rules/names.ts'
import { idBytes } from '../../values.ts'
import { all, type Script } from '../script.ts'
import { findById } from './paths.ts'
import { bytesOf, ENTRY_COLUMNS, type EntryRow, entryOf } from './rows.ts'
import type { VolumeRecord } from './volume-rows.ts'

/** Most entries of a directory that one statement reads. */
const ENTRIES_PER_STATEMENT = 100

/** A directory on the way of a walk. */
interface Level {
  readonly directory: DirectoryEntry
  /** Empty, or with a slash at its end. */
  readonly path: string
  /** Where the walk came in, relative to the path. Entries before it are passed over. */
  readonly from: string
  /** Entries that were read and are still to be visited. */
  ahead: readonly Entry[]
  /** Where to read on. Null: at the end. */
  next: string | null
}

/** The text that orders an entry within its directory. A directory's name has a slash, as the paths below it have. */
const orderOf = ({ kind, name }: Entry): string => (kind === 'directory' ? `${name}/` : name)

/**
 * Reads the paths of a volume's entries as keys, in the order of whole paths. A directory is a key of its own, with a slash at
 * its end, only where nothing is in it. Where lists end at slashes, all directories below the prefix are, and are not looked into.
 */
export const keysInTree = (volume: VolumeRecord, query: ListKeys) =>
  function* (from: string, limit: number): Script<readonly ListedObject[]> {
    const found: ListedObject[] = []
    const root = yield* findById(volume, volume.volume.root)
    if (root?.kind !== 'directory') return found
    const way = [levelOf(root, '', from)]
    for (let level = way.at(-1); level !== undefined && found.length < limit; level = way.at(-1)) {
      const entry = yield* nextOf(volume, level, limit - found.length)
      if (entry === undefined) {
        way.pop()
        continue
      }
      const key = level.path + orderOf(entry)
      if (!key.startsWith(query.prefix) && !query.prefix.startsWith(key)) return found
      const below = levelBelow(level, entry, query)
      if (below === null) found.push(listed(key, entry))
      else way.push(below)
    }
    return found
  }

/** Where a walk goes on in an entry. Null: the entry is a key. */
function levelBelow(level: Level, entry: Entry, { prefix, delimiter }: ListKeys): Level | null {
  if (entry.kind !== 'directory') return null
  const order = orderOf(entry)
  const path = level.path + order
  if (delimiter === '/' && !prefix.startsWith(path)) return null
  const rest = level.from.startsWith(order) ? level.from.slice(order.length) : ''
  const isEmpty = entry.fileCount + entry.directoryCount === 0
  return isEmpty && rest === '' ? null : levelOf(entry, path, rest)
}

const levelOf = (directory: DirectoryEntry, path: string, from: string): Level => {
  const slash = from.indexOf('/')
  return { directory, path, from, ahead: [], next: slash < 0 ? from : from.slice(0, slash + 1) }
}

/** The next entry of a directory, in order. Reads on if none is left. */
function* nextOf(volume: VolumeRecord, level: Level, wanted: number): Script<Entry | undefined> {
  if (level.ahead.length === 0 && level.next !== null) {
    const limit = Math.min(wanted, ENTRIES_PER_STATEMENT)
    level.ahead = yield* read(volume, level.directory, level.next, limit)
    const last = level.ahead.at(-1)
    level.next = last === undefined || level.ahead.length < limit ? null : following(orderOf(last))
  }
  const [entry, ...ahead] = level.ahead
  level.ahead = ahead
  return entry
}

/** Up to `limit` entries from `from` on: directories and others each have an index of their order. */
function* read(
  volume: VolumeRecord,
  { id, fileCount, directoryCount }: DirectoryEntry,
  from: string,
  limit: number,
): Script<readonly Entry[]> {
  const halves = [
    ...(directoryCount > 0 ? [{ order: "e.name || '/'", isHalf: "e.kind = 'directory'" }] : []),
    ...(fileCount > 0 ? [{ order: 'e.name', isHalf: 'e.is_directory = 0' }] : []),
  ]
  const entries: Entry[] = []
  for (const { order, isHalf } of halves) {
    const rows = yield* all<EntryRow>(
      `SELECT ${ENTRY_COLUMNS} FROM entries e WHERE e.parent = ? AND ${isHalf} AND ${order} >= ?
       ORDER BY ${order} LIMIT ?`,
      ...[idBytes(id), from, limit],
    )
    entries.push(...rows.map((row) => entryOf(row, volume.address, null)))
  }
  return entries.sort((a, b) => compareNames(orderOf(a), orderOf(b))).slice(0, limit)
}

function listed(key: string, entry: Entry): ListedObject {
  const size = entry.kind === 'virtual' ? entry.size : bytesOf(entry)
  const content = entry.kind === 'file' ? entry.content : null
  const contentType = entry.kind === 'file' || entry.kind === 'virtual' ? entry.contentType : null
  return { kind: 'object', key, id: entry.id, size, contentType, content, changedAt: entry.modifiedAt }
}

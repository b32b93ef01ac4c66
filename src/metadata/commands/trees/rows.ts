import type { TimeMs } from '../../../core/clock.ts'
import type { Entry, EntryId, EntryKind, VolumeAddress } from '../../../core/model/trees.ts'
import { hexOf, idBytes, parseJson } from '../../values.ts'
import { type ContentColumns, contentOf, contentValues } from '../content-columns.ts'
import { later, type Script, type ScriptValue, sql } from '../script.ts'
import type { VolumeRecord } from './volume-rows.ts'

export interface EntryRow extends ContentColumns {
  readonly id: Uint8Array
  readonly volume: number
  readonly parent: Uint8Array | null
  readonly name: string
  readonly kind: EntryKind
  readonly file_count: number
  readonly directory_count: number
  readonly content_type: string | null
  readonly target: Uint8Array | null
  readonly size: number
  readonly attributes: string
  readonly created_at: TimeMs
  readonly modified_at: TimeMs
  readonly local_created_at: TimeMs | null
  readonly local_modified_at: TimeMs | null
  readonly holds: number
  readonly version: number
}

/** The columns of an `EntryRow`, of entries `e`. */
export const ENTRY_COLUMNS = `e.id, e.volume, e.parent, e.name, e.kind, e.file_count, e.directory_count, e.content_type,
  e.target, e.blob, e.size, e.part_count, e.md5, e.sha256, e.crc64, e.md5_of_parts, e.attributes, e.created_at,
  e.modified_at, e.local_created_at, e.local_modified_at, e.holds, e.version`

/** The entry of a row. `volume` is the row's. The caller knows the path. */
export function entryOf(row: EntryRow, volume: VolumeAddress, path: readonly string[] | null): Entry {
  const base = {
    id: hexOf<EntryId>(row.id),
    volume,
    parent: row.parent === null ? null : hexOf<EntryId>(row.parent),
    name: row.name,
    path,
    attributes: parseJson(row.attributes),
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
    localCreatedAt: row.local_created_at,
    localModifiedAt: row.local_modified_at,
    version: row.version,
  }
  switch (row.kind) {
    case 'directory':
      return { ...base, kind: 'directory', fileCount: row.file_count, directoryCount: row.directory_count }
    case 'file':
      return {
        ...{ ...base, kind: 'file', contentType: row.content_type },
        ...{ content: present(contentOf(row)), holds: row.holds },
      }
    case 'link':
      return { ...base, kind: 'link', target: hexOf<EntryId>(present(row.target)) }
    case 'virtual':
      return { ...base, kind: 'virtual', contentType: row.content_type, size: row.size }
  }
}

function present<Value>(value: Value | null): Value {
  if (value === null) throw new Error('an entry row lacks what its kind needs')
  return value
}

/** Bytes that an entry counts for in its volume. */
export const bytesOf = (entry: Entry): number => (entry.kind === 'file' ? entry.content.size : 0)

/** Adds an entry's row. Its name is free. The caller counts it. Child counts begin at 0. */
export function* insertEntry(volume: VolumeRecord, entry: Entry): Script<void> {
  yield* insertEntries(volume, [entry])
}

/** Rows that one statement adds. */
const ROWS_PER_INSERT = 50

/** As `insertEntry`, for several. */
export function* insertEntries(volume: VolumeRecord, entries: readonly Entry[]): Script<void> {
  for (let at = 0; at < entries.length; at += ROWS_PER_INSERT) {
    const some = entries.slice(at, at + ROWS_PER_INSERT)
    const adding = sql(
      `INSERT INTO entries (id, realm, volume, parent, name, kind, content_type, target, blob, size, part_count, md5,
         sha256, crc64, md5_of_parts, attributes, created_at, modified_at, local_created_at, local_modified_at, version)
       VALUES ${some.map(() => '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
      ...some.flatMap((entry) => insertValues(volume, entry)),
    )
    yield* later(adding)
  }
}

const insertValues = ({ id, realm }: VolumeRecord, entry: Entry): readonly ScriptValue[] => [
  ...[idBytes(entry.id), realm, id, entry.parent === null ? null : idBytes(entry.parent), entry.name],
  ...kindValues(entry),
  ...[JSON.stringify(entry.attributes), entry.createdAt, entry.modifiedAt],
  ...[entry.localCreatedAt, entry.localModifiedAt, entry.version],
]

/** Writes all of an entry's row anew but its id, volume, parent, name, time of making, holds and child counts. */
export function* replaceEntry(entry: Entry): Script<void> {
  const replacing = sql(
    `UPDATE entries SET kind = ?, content_type = ?, target = ?, blob = ?, size = ?, part_count = ?, md5 = ?, sha256 = ?,
       crc64 = ?, md5_of_parts = ?, attributes = ?, modified_at = ?, local_created_at = ?, local_modified_at = ?,
       version = ? WHERE id = ?`,
    ...kindValues(entry),
    ...[JSON.stringify(entry.attributes), entry.modifiedAt, entry.localCreatedAt, entry.localModifiedAt],
    ...[entry.version, idBytes(entry.id)],
  )
  yield* later(replacing)
}

/** The values of kind, content_type, target, blob, size, part_count, md5, sha256, crc64, md5_of_parts. */
function kindValues(entry: Entry): readonly ScriptValue[] {
  switch (entry.kind) {
    case 'directory':
      return ['directory', null, null, null, 0, ...NO_CONTENT]
    case 'link':
      return ['link', null, idBytes(entry.target), null, 0, ...NO_CONTENT]
    case 'virtual':
      return ['virtual', entry.contentType, null, null, entry.size, ...NO_CONTENT]
    case 'file':
      return ['file', entry.contentType, null, ...contentValues(entry.content)]
  }
}

const NO_CONTENT: readonly null[] = [null, null, null, null, null]

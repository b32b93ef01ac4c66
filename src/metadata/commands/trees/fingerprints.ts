import type { FileEntry, Fingerprint } from '../../../core/model/trees.ts'
import { idBytes } from '../../values.ts'
import type { CommandOf, ScriptOf } from '../command.ts'
import { all, LOCK, one, run, type Script } from '../script.ts'
import { ascend } from './paths.ts'
import { ENTRY_COLUMNS, type EntryRow, entryOf } from './rows.ts'
import { lookUpVolume } from './volume-rows.ts'
import { findRealmId } from './volumes.ts'

/** The index has no smaller files. */
const SIZE_MIN = 1_048_576
/** So many files of one blob are tried to find one that a root leads to. */
const FILES_PER_BLOB = 16
/** Greater than all blob ids. */
const LAST_BLOB = Buffer.alloc(17, 0xff)

type Found = { readonly file: FileEntry; readonly fingerprint: Fingerprint }

/** So many blobs are looked at for each one that is asked for. */
const BLOBS_PER_FOUND = 4

/** Goes from blob to blob in the index. It passes over all other files of the same blob. */
export const filesOfSize: ScriptOf<'filesOfSize'> = function* (query) {
  const { size, limit, volumes } = query
  const realm = yield* findRealmId(query)
  const found: Found[] = []
  if (realm === null || size < SIZE_MIN || volumes?.length === 0) return found
  let blob: Buffer | null = LAST_BLOB
  for (let tried = 0; tried < limit * BLOBS_PER_FOUND && found.length < limit; tried++) {
    blob = yield* blobBefore(realm, size, blob)
    if (blob === null) break
    const file = yield* fileOf(query, realm, blob)
    if (file !== null) found.push({ file, fingerprint: yield* fingerprintOf(blob) })
  }
  return found
}

const SELECTED = `e.realm = ? AND e.size = ? AND e.size >= ${SIZE_MIN} AND e.kind = 'file'`

function* blobBefore(realm: number, size: number, blob: Buffer): Script<Buffer | null> {
  const row = yield* one<{ blob: Uint8Array }>(
    `SELECT e.blob FROM entries e WHERE ${SELECTED} AND e.blob < ? ORDER BY e.blob DESC LIMIT 1`,
    ...[realm, size, blob],
  )
  return row === undefined ? null : Buffer.from(row.blob)
}

type FileRow = EntryRow & { readonly volume_name: string }

/** One of the blob's files that a root leads to, with its path. */
function* fileOf(
  { account, realm, size, volumes }: CommandOf<'filesOfSize'>,
  realmRow: number,
  blob: Buffer,
): Script<FileEntry | null> {
  const isWithin = volumes === null ? '' : ` AND v.name IN (${volumes.map(() => '?').join(', ')})`
  const rows = yield* all<FileRow>(
    `SELECT ${ENTRY_COLUMNS}, v.name AS volume_name FROM entries e JOIN volumes v ON v.id = e.volume
     WHERE ${SELECTED} AND e.blob = ?${isWithin} LIMIT ?`,
    ...[realmRow, size, blob, ...(volumes ?? []), FILES_PER_BLOB],
  )
  for (const row of rows) {
    const volume = yield* lookUpVolume({ account, realm, volume: row.volume_name })
    if (volume === null) continue
    const entry = entryOf(row, volume.address, null)
    const { path } = yield* ascend(volume, entry.id)
    if (entry.kind === 'file' && path !== null) return { ...entry, path }
  }
  return null
}

function* fingerprintOf(blob: Buffer): Script<Fingerprint> {
  const row = yield* one<Fingerprint>('SELECT beginning, "full" FROM fingerprints WHERE blob = ?', blob)
  return { beginning: row?.beginning ?? null, full: row?.full ?? null }
}

/** The digests go with their blob. Nobody else gives it up meanwhile. */
export const setFingerprint: ScriptOf<'setFingerprint'> = function* ({ blob, beginning, full }) {
  const found = yield* one(`SELECT 1 FROM blobs WHERE id = ?${LOCK}`, idBytes(blob))
  if (found === undefined) return
  yield* run(
    `INSERT INTO fingerprints AS f (blob, beginning, "full") VALUES (?, ?, ?)
     ON CONFLICT (blob) DO UPDATE SET beginning = coalesce(excluded.beginning, f.beginning),
       "full" = coalesce(excluded."full", f."full")`,
    ...[idBytes(blob), beginning, full],
  )
}

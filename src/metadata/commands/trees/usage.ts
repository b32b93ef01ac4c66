import { CoreError } from '../../../core/errors.ts'
import { idBytes, parseJson } from '../../values.ts'
import type { ScriptOf } from '../command.ts'
import { one, run } from '../script.ts'
import { countsOf } from './counts.ts'
import { findById } from './paths.ts'
import { requireVolume } from './volume-rows.ts'
import { realmId } from './volumes.ts'

/** What is being removed or copied counts until it is gone, or is not there yet, as if it could be seen. */
export const volumeUsage: ScriptOf<'volumeUsage'> = function* (address) {
  const { id } = yield* requireVolume(address)
  const { bytes, files, directories, binFiles, binDirectories } = yield* countsOf(id)
  return {
    ...{
      bytes,
      files: Math.max(0, files - binFiles),
      directories: Math.max(0, directories - binDirectories),
    },
    ...{ binFiles, binDirectories },
  }
}

export const realmBytes: ScriptOf<'realmBytes'> = function* ({ account, realm }) {
  const row = yield* one<{ bytes: number }>(
    `SELECT CAST(coalesce(sum(c.bytes), 0) AS bigint) AS bytes
     FROM volumes v JOIN volume_counts c ON c.volume = v.id
     WHERE v.realm = (SELECT id FROM realms WHERE account = ? AND name = ?)`,
    ...[account, realm],
  )
  return row?.bytes ?? 0
}

/** Walks down by one index. It has all that is counted. */
export const measureDirectory: ScriptOf<'measureDirectory'> = function* ({ volume: address, id }) {
  const volume = yield* requireVolume(address)
  const directory = yield* findById(volume, id)
  if (directory?.kind !== 'directory') throw new CoreError('directory-not-found', 'no such directory')
  const row = yield* one<{ bytes: number; files: number; directories: number }>(
    `WITH RECURSIVE below (id, kind, size) AS (
       SELECT id, kind, size FROM entries WHERE parent = ?
       UNION ALL
       SELECT e.id, e.kind, e.size FROM below JOIN entries e ON e.parent = below.id WHERE below.kind = 'directory')
     SELECT CAST(coalesce(sum(CASE WHEN kind = 'file' THEN size ELSE 0 END), 0) AS bigint) AS bytes,
       count(CASE WHEN kind <> 'directory' THEN 1 END) AS files,
       count(CASE WHEN kind = 'directory' THEN 1 END) AS directories
     FROM below`,
    idBytes(id),
  )
  return row ?? { bytes: 0, files: 0, directories: 0 }
}

interface SettingsRow {
  readonly attributes: string | null
  readonly changed_at: number | null
}

export const realmSettings: ScriptOf<'realmSettings'> = function* ({ account, realm }) {
  const row = yield* one<SettingsRow>(
    'SELECT attributes, changed_at FROM realms WHERE account = ? AND name = ?',
    account,
    realm,
  )
  if (row === undefined || row.attributes === null || row.changed_at === null) return null
  return { attributes: parseJson(row.attributes), changedAt: row.changed_at }
}

export const setRealmSettings: ScriptOf<'setRealmSettings'> = function* ({ attributes, now, ...realm }) {
  const id = yield* realmId(realm)
  yield* run(
    'UPDATE realms SET attributes = ?, changed_at = ? WHERE id = ?',
    ...[JSON.stringify(attributes), now, id],
  )
}

import { CoreError } from '../../../core/errors.ts'
import type { BucketName } from '../../../core/model/buckets.ts'
import type { RealmAddress, Volume } from '../../../core/model/trees.ts'
import { afterPrefix, compareNames } from '../../../core/rules/names.ts'
import { idBytes } from '../../values.ts'
import { requireWithin } from '../account-room.ts'
import { addBucket } from '../buckets.ts'
import type { ScriptOf } from '../command.ts'
import { all, one, run, type Script, type ScriptValue } from '../script.ts'
import { SHARDS } from './counts.ts'
import { REMOVED_AT_ONCE, removeDoom } from './doomed.ts'
import { requireNoneHeldIn } from './holds.ts'
import { lockById } from './paths.ts'
import { insertEntry } from './rows.ts'
import {
  lockVolume,
  lookUpVolume,
  requireVolume,
  VOLUME_COLUMNS,
  type VolumeRecord,
  type VolumeRow,
  volumeRecordOf,
} from './volume-rows.ts'

/** How often a volume is tried again because others make and delete it. */
const TRIES_MAX = 10

export const createVolume: ScriptOf<'createVolume'> = function* (command) {
  const { volume: address, bucket, root, owner, attributes, ifAbsent, within, now } = command
  if ((yield* lookUpVolume(address)) === null) {
    yield* requireWithin(address.account, within, { volumes: 1 })
  }
  const realm = yield* realmId(address)
  for (let tried = 0; tried < TRIES_MAX; tried++) {
    const isNew = yield* run(
      `INSERT INTO volumes (realm, name, root, owner, attributes, created_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (realm, name) DO NOTHING`,
      ...[realm, address.volume, idBytes(root), owner, JSON.stringify(attributes), now],
    )
    if (isNew > 0) return yield* filled(yield* requireVolume(address), bucket)
    if (!ifAbsent) throw new CoreError('name-conflict', 'the volume is there already')
    const found = yield* lookUpVolume(address)
    if (found !== null) return found.volume
  }
  throw new CoreError('unavailable', 'the volume comes and goes')
}

/** Gives a new volume its bucket, its root and its counts. */
function* filled(record: VolumeRecord, bucket: BucketName): Script<Volume> {
  const { root, createdAt, account, realm, volume } = record.volume
  if ((yield* addBucket({ account, bucket }, record.id, {}, createdAt)) === null) {
    throw new CoreError('name-conflict', 'another volume is shown as that bucket')
  }
  yield* insertEntry(record, {
    ...{ kind: 'directory', id: root, volume: { account, realm, volume }, parent: null, name: '', path: [] },
    ...{ attributes: {}, createdAt, modifiedAt: createdAt, localCreatedAt: null, localModifiedAt: null },
    ...{ version: 1, fileCount: 0, directoryCount: 0 },
  })
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard)
  yield* run(
    `INSERT INTO volume_counts (volume, shard) VALUES ${shards.map(() => '(?, ?)').join(', ')}`,
    ...shards.flatMap((shard) => [record.id, shard]),
  )
  return record.volume
}

/** The realm's row number; makes the row when it is the first time. */
export function* realmId(address: RealmAddress): Script<number> {
  const found = yield* findRealmId(address)
  if (found !== null) return found
  const { account, realm } = address
  yield* run(
    'INSERT INTO realms (account, name) VALUES (?, ?) ON CONFLICT (account, name) DO NOTHING',
    ...[account, realm],
  )
  const made = yield* findRealmId(address)
  if (made === null) throw new Error('a realm that was made is not there')
  return made
}

/** Null while the realm has had nothing. */
export function* findRealmId({ account, realm }: RealmAddress): Script<number | null> {
  const row = yield* one<{ id: number }>(
    'SELECT id FROM realms WHERE account = ? AND name = ?',
    account,
    realm,
  )
  return row?.id ?? null
}

export const findVolume: ScriptOf<'findVolume'> = function* (address) {
  return (yield* lookUpVolume(address))?.volume ?? null
}

export const listVolumes: ScriptOf<'listVolumes'> = function* (query) {
  const { account, realm, after, prefix, owner, limit } = query
  const realmRow = yield* findRealmId(query)
  if (realmRow === null) return []
  const end = afterPrefix(prefix)
  const values: ScriptValue[] = [realmRow]
  const conditions = ['v.realm = ?']
  const add = (condition: string, value: ScriptValue) => {
    conditions.push(condition)
    values.push(value)
  }
  if (owner !== null) add('v.owner = ?', owner)
  if (compareNames(after, prefix) < 0) add('v.name >= ?', prefix)
  else add('v.name > ?', after)
  if (end !== null) add('v.name < ?', end)
  const rows = yield* all<VolumeRow>(
    `SELECT ${VOLUME_COLUMNS} FROM volumes v WHERE ${conditions.join(' AND ')} ORDER BY v.name LIMIT ?`,
    ...[...values, limit],
  )
  return rows.map((row) => volumeRecordOf(row, { account, realm, volume: row.name }).volume)
}

export const countVolumes: ScriptOf<'countVolumes'> = function* (query) {
  const realm = yield* findRealmId(query)
  if (realm === null) return 0
  const row =
    query.owner === null
      ? yield* one<{ count: number }>('SELECT count(*) AS count FROM volumes WHERE realm = ?', realm)
      : yield* one<{ count: number }>(
          'SELECT count(*) AS count FROM volumes WHERE realm = ? AND owner = ?',
          ...[realm, query.owner],
        )
  return row?.count ?? 0
}

export const updateVolume: ScriptOf<'updateVolume'> = function* ({ attributes, ...address }) {
  const { id, volume } = yield* requireVolume(address)
  const changes = yield* run('UPDATE volumes SET attributes = ? WHERE id = ?', JSON.stringify(attributes), id)
  if (changes === 0) throw new CoreError('volume-not-found', 'no such volume')
  return { ...volume, attributes }
}

export const deleteVolume: ScriptOf<'deleteVolume'> = function* ({ force, now, ...address }) {
  const record = yield* lockVolume(address, 'exclusive')
  if (!force) yield* requireEmpty(record)
  yield* requireNoneHeldIn(record)
  yield* run('DELETE FROM volumes WHERE id = ?', record.id)
  yield* run('DELETE FROM buckets WHERE volume = ?', record.id)
  yield* run('DELETE FROM volume_counts WHERE volume = ?', record.id)
  yield* run('DELETE FROM quota_volumes WHERE volume = ?', record.id)
  const [doom] = yield* all<{ id: number }>(
    "INSERT INTO doomed (kind, volume) VALUES ('volume', ?) RETURNING id",
    record.id,
  )
  if (doom === undefined) throw new Error('a row that was inserted is not there')
  yield* removeDoom(
    { id: doom.id, kind: 'volume', volume: record.id, entry: null, generation: null },
    REMOVED_AT_ONCE,
    now,
  )
}

function* requireEmpty(record: VolumeRecord): Script<void> {
  const root = yield* lockById(record, record.volume.root)
  const binned = yield* one(
    'SELECT 1 FROM recycled WHERE volume = ? AND generation = ? LIMIT 1',
    ...[record.id, record.binGeneration],
  )
  const isEmpty = root?.kind === 'directory' && root.fileCount + root.directoryCount === 0
  if (!isEmpty || binned !== undefined) {
    throw new CoreError('volume-not-empty', 'something is in the volume or its bin')
  }
}

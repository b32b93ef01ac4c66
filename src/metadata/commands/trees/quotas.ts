import { CoreError } from '../../../core/errors.ts'
import type { Quota, RealmAddress, VolumeAddress } from '../../../core/model/trees.ts'
import { parseJson } from '../../values.ts'
import type { ScriptOf } from '../command.ts'
import { all, lock, lockQuota, one, run, type Script } from '../script.ts'
import { roomIn } from './quota-room.ts'
import { requireVolume, type VolumeRecord } from './volume-rows.ts'

interface QuotaRow {
  readonly id: number
  readonly capacity: number
  readonly attributes: string
}

/** Locks the volumes, so that all that is written to them from now on knows of the quota. */
export const createQuota: ScriptOf<'createQuota'> = function* (command) {
  const { account, realm, capacity, attributes } = command
  const addresses = [...new Set(command.volumes)].map((volume) => ({ account, realm, volume }))
  const volumes = yield* lockVolumes(addresses)
  if (volumes.some(({ quota }) => quota !== null)) {
    throw new CoreError('quota-exists', 'a volume has a quota already')
  }
  const realmRow = yield* requireRealm(command)
  const row = yield* one<QuotaRow>(
    'INSERT INTO quotas (realm, capacity, attributes) VALUES (?, ?, ?) RETURNING id, capacity, attributes',
    ...[realmRow, capacity, JSON.stringify(attributes)],
  )
  if (row === undefined) throw new Error('a row that was inserted is not there')
  for (const { id } of volumes) {
    yield* run('INSERT INTO quota_volumes (volume, quota) VALUES (?, ?)', id, row.id)
  }
  return yield* quotaOf(row)
}

export const findQuota: ScriptOf<'findQuota'> = function* (query) {
  const { account, realm } = query
  const row =
    'id' in query
      ? yield* quotaRow(query, query.id)
      : yield* one<QuotaRow>(
          `SELECT q.id, q.capacity, q.attributes FROM volumes v
           JOIN quota_volumes qv ON qv.volume = v.id JOIN quotas q ON q.id = qv.quota
           WHERE v.realm = (SELECT id FROM realms WHERE account = ? AND name = ?) AND v.name = ?`,
          ...[account, realm, query.volume],
        )
  return row === undefined ? null : yield* quotaOf(row)
}

export const updateQuota: ScriptOf<'updateQuota'> = function* ({ id, capacity, attributes, ...realm }) {
  const found = yield* quotaRow(realm, id)
  if (found === undefined) throw new CoreError('quota-not-found', 'no such quota')
  // Commands that were given room under the old capacity come first.
  yield* lockQuota(id, 'exclusive')
  const row = yield* one<QuotaRow>(
    `UPDATE quotas SET capacity = coalesce(?, capacity), attributes = coalesce(?, attributes) WHERE id = ?
     RETURNING id, capacity, attributes`,
    ...[capacity ?? null, attributes === undefined ? null : JSON.stringify(attributes), id],
  )
  if (row === undefined) throw new CoreError('quota-not-found', 'no such quota')
  return yield* quotaOf(row)
}

export const roomOf: ScriptOf<'roomOf'> = function* (address) {
  const { quota } = yield* requireVolume(address)
  return quota === null ? null : Math.max(0, yield* roomIn(quota))
}

/** The volumes as they are while locked, those with lower numbers locked first. Errors: `volume-not-found`. */
function* lockVolumes(addresses: readonly VolumeAddress[]): Script<readonly VolumeRecord[]> {
  const numbers: number[] = []
  for (const address of addresses) numbers.push((yield* requireVolume(address)).id)
  for (const number of numbers.toSorted((a, b) => a - b)) yield* lock(number, 'exclusive')
  const locked: VolumeRecord[] = []
  for (const address of addresses) locked.push(yield* requireVolume(address))
  return locked
}

function* requireRealm({ account, realm }: RealmAddress): Script<number> {
  const row = yield* one<{ id: number }>(
    'SELECT id FROM realms WHERE account = ? AND name = ?',
    account,
    realm,
  )
  if (row === undefined) throw new CoreError('volume-not-found', 'the realm has no volumes')
  return row.id
}

function* quotaRow({ account, realm }: RealmAddress, id: number): Script<QuotaRow | undefined> {
  if (!Number.isSafeInteger(id)) return undefined
  return yield* one<QuotaRow>(
    `SELECT q.id, q.capacity, q.attributes FROM quotas q
     WHERE q.id = ? AND q.realm = (SELECT id FROM realms WHERE account = ? AND name = ?)`,
    ...[id, account, realm],
  )
}

function* quotaOf({ id, capacity, attributes }: QuotaRow): Script<Quota> {
  const volumes = yield* all<{ name: string }>(
    'SELECT v.name FROM quota_volumes qv JOIN volumes v ON v.id = qv.volume WHERE qv.quota = ? ORDER BY qv.volume',
    id,
  )
  return { id, capacity, volumes: volumes.map(({ name }) => name), attributes: parseJson(attributes) }
}

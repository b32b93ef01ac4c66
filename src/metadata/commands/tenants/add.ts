import { CoreError } from '../../../core/errors.ts'
import type { AccountId, BlobId, ObjectId } from '../../../core/ids.ts'
import type { EntryId } from '../../../core/model/trees.ts'
import type { FactRow, NewTenantPart, TenantTable } from '../../../core/ports/tenants.ts'
import { hexOf, idBytes } from '../../values.ts'
import { hasContent } from '../accounts.ts'
import { counting } from '../bucket-counts.ts'
import { addingBlob, addPart, sealing } from '../parts.ts'
import { all, one, run, type Script, together } from '../script.ts'
import { type CountChange, count, SHARDS } from '../trees/counts.ts'
import { bytesOf, insert, type Moving, moved, present, requireAdded, type Words } from './moving.ts'
import { addNumbered, addRecycled } from './numbered.ts'
import { TENANT_COLUMNS } from './tables.ts'

const stateName = (account: AccountId): string => `import of ${account}`

/** Whether the account may be filled from `source`. */
export function* beginImport(account: AccountId, source: string): Script<'begun' | 'goes-on' | 'done'> {
  const name = stateName(account)
  const found = yield* one<{ value: string }>('SELECT value FROM settings WHERE name = ?', name)
  if (found?.value === `begun ${source}`) return 'goes-on'
  if (found?.value === `done ${source}`) return 'done'
  if (yield* hasContent(account)) {
    throw new CoreError('name-conflict', `the account ${account} has something stored already`)
  }
  yield* run(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ...[name, `begun ${source}`],
  )
  return 'begun'
}

export function* endImport(account: AccountId, source: string): Script<void> {
  yield* run('UPDATE settings SET value = ? WHERE name = ?', `done ${source}`, stateName(account))
}

export function* isThere(blob: BlobId): Script<boolean> {
  return (yield* one('SELECT 1 AS found FROM blobs WHERE id = ?', idBytes(blob))) !== undefined
}

export interface NewContent {
  readonly blob: BlobId
  readonly size: number
  readonly references: number
  readonly parts: readonly NewTenantPart[]
}

/** As a commit does it: parts are linked, then each gets its place. */
export function* addContent({ blob, size, references, parts }: NewContent): Script<void> {
  if (yield* isThere(blob)) return
  yield* together(addingBlob(blob))
  for (const { number, staged, digests, writtenAt } of parts) {
    yield* addPart(blob, number, { ...staged, facts: { ...staged.facts, digests } }, writtenAt)
  }
  yield* together(...sealing(blob, size))
  yield* run('UPDATE blobs SET refs = ? WHERE id = ?', references, idBytes(blob))
}

/** Adds rows of one table. */
export function* addRows(
  moving: Moving,
  table: TenantTable,
  rows: readonly FactRow[],
  words: Words,
): Script<void> {
  switch (table) {
    case 'realms':
      for (const row of rows) yield* addRealm(moving, row)
      return
    case 'volumes':
      for (const row of rows) yield* addVolume(moving, row)
      return
    case 'buckets':
      for (const row of rows) yield* addBucket(moving, row)
      return
    case 'quotas':
      for (const row of rows) moving.quotas.set(Number(row.id), yield* addNumbered(moving, table, row, words))
      return
    case 'recycled':
      for (const row of rows) yield* addRecycled(moving, row, words)
      return
    case 'objects':
      yield* addObjects(moving, rows)
      return
    case 'entries':
      yield* addEntries(moving, rows)
      return
    case 'quota_volumes':
    case 'object_texts':
    case 'object_labels':
    case 'fingerprints':
      yield* insert(
        table,
        rows.map((row) => moved(moving, row)),
      )
  }
}

function* addRealm(moving: Moving, row: FactRow): Script<void> {
  const found = yield* all<{ id: number }>(
    `INSERT INTO realms (account, name, attributes, changed_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (account, name) DO UPDATE SET attributes = excluded.attributes, changed_at = excluded.changed_at
     RETURNING id`,
    ...[moving.account, row.name ?? '', row.attributes ?? null, row.changed_at ?? null],
  )
  moving.realms.set(Number(row.id), present(found[0]).id)
}

function* addVolume(moving: Moving, row: FactRow): Script<void> {
  const next = moved(moving, row)
  const columns = TENANT_COLUMNS.volumes.filter((column) => column !== 'id')
  yield* insert('volumes', [next], columns)
  const found = yield* one<{ id: number; root: Uint8Array }>(
    'SELECT id, root FROM volumes WHERE realm = ? AND name = ?',
    ...[Number(next.realm), String(next.name)],
  )
  const { id, root } = present(found)
  if (hexOf(root) !== hexOf(bytesOf(row.root))) {
    throw new CoreError('name-conflict', `there is another space ${JSON.stringify(row.name)} already`)
  }
  moving.volumes.set(Number(row.id), { id, root: hexOf(root) })
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard)
  yield* run(
    `INSERT INTO volume_counts (volume, shard) VALUES ${shards.map(() => '(?, ?)').join(', ')} ON CONFLICT DO NOTHING`,
    ...shards.flatMap((shard) => [id, shard]),
  )
}

function* addBucket(moving: Moving, row: FactRow): Script<void> {
  const { owner, name, volume, settings, created_at, changed_at, version } = moved(moving, row)
  const found = yield* all<{ id: number }>(
    `INSERT INTO buckets (account, owner, name, volume, settings, created_at, changed_at, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (account, owner, name) DO UPDATE SET settings = excluded.settings, created_at = excluded.created_at,
       changed_at = excluded.changed_at, version = excluded.version
     RETURNING id`,
    ...[moving.account, owner ?? '', name ?? '', volume ?? null],
    ...[settings ?? '', created_at ?? 0, changed_at ?? 0, version ?? 1],
  )
  moving.buckets.set(Number(row.id), present(found[0]).id)
}

function* addObjects(moving: Moving, rows: readonly FactRow[]): Script<void> {
  const next = rows.map((row) => moved(moving, row))
  const added = new Set((yield* insert('objects', next)).map((id) => hexOf(bytesOf(id))))
  requireAdded(moving, added.size, rows.length, 'an object')
  const byBucket = Map.groupBy(
    next.filter(({ id }) => added.has(hexOf(bytesOf(id)))),
    ({ bucket }) => Number(bucket),
  )
  for (const [bucket, own] of byBucket) {
    const changes = own.map(({ id, size }) => ({
      ...{ object: hexOf<ObjectId>(bytesOf(id)), objects: 1, bytes: Number(size ?? 0) },
    }))
    for (const change of counting(bucket, changes)) yield* together(change)
  }
}

function* addEntries(moving: Moving, rows: readonly FactRow[]): Script<void> {
  const next = rows.map((row) => moved(moving, row))
  const added = new Set((yield* insert('entries', next)).map((id) => hexOf(bytesOf(id))))
  requireAdded(moving, added.size, rows.length, 'an entry')
  const roots = new Set([...moving.volumes.values()].map(({ root }) => root))
  const counted = next.filter(({ id }) => added.has(hexOf(bytesOf(id))) && !roots.has(hexOf(bytesOf(id))))
  for (const [volume, own] of Map.groupBy(counted, (row) => Number(row.volume))) {
    yield* count(volume, own.map(countsOf))
  }
}

function countsOf({ id, kind, size }: FactRow): CountChange {
  const entry = hexOf<EntryId>(bytesOf(id))
  if (kind === 'directory') return { id: entry, directories: 1 }
  return { id: entry, files: 1, bytes: kind === 'file' ? Number(size) : 0 }
}

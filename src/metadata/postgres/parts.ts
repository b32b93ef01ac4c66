import type { TimeMs } from '../../core/clock.ts'
import type { BlobId, SegmentName } from '../../core/ids.ts'
import type { Staged } from '../../core/model/bytes.ts'
import type { Part } from '../../core/model/uploads.ts'
import { summarise } from '../../core/rules/summary.ts'
import type { PartsSummary } from '../../core/rules/upload-state.ts'
import { takeSlot } from '../commands/assemblies.ts'
import { type DigestColumns, digestsOf, digestValues, hexOf, idBytes } from '../values.ts'
import type { Db } from './db.ts'
import { runScript } from './run-script.ts'
import { attachSegment } from './segments.ts'

export interface PartRow extends DigestColumns {
  readonly number: number
  readonly segment: Buffer
  readonly size: number
  readonly crc32: number
  readonly written_at: number
}

/** What a `PartRow` is read from; the bytes are not touched. */
export const PART_COLUMNS = 'number, segment, parts.size, crc32, md5, sha256, crc64, written_at'

const INSERT_PART = `INSERT INTO parts (blob, number, segment, inline, start, size, crc32, md5, sha256, crc64, written_at,
    place)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

/** Starts a blob with one reference. */
export async function addBlob(db: Db, blob: BlobId): Promise<void> {
  await db.run('INSERT INTO blobs (id, refs) VALUES ($1, 1)', idBytes(blob))
}

/** A sealed blob of one part, with one reference. Fails as `addPart` does. */
export async function addWholeBlob(db: Db, blob: BlobId, staged: Staged, now: TimeMs): Promise<void> {
  if (staged.where === 'store') await attachSegment(db, staged.name, now)
  if (staged.where === 'assembly') await runScript(db, takeSlot(blob, 1, staged))
  await db.run(
    `WITH blob AS (INSERT INTO blobs (id, refs, size) VALUES ($1, 1, $6)) ${INSERT_PART}`,
    ...partValues(blob, 1, 0, staged, now),
  )
}

export async function findPart(db: Db, blob: BlobId, number: number): Promise<Part | null> {
  if (!Number.isSafeInteger(number)) return null
  const row = await db.one<PartRow>(
    `SELECT ${PART_COLUMNS} FROM parts WHERE blob = $1 AND number = $2`,
    idBytes(blob),
    number,
  )
  return row === undefined ? null : partOf(row)
}

/**
 * Links staged bytes to a free part number. Fails with `storage-failed` when stored bytes are not reserved, or are in another
 * part's slot.
 */
export async function addPart(
  db: Db,
  blob: BlobId,
  number: number,
  staged: Staged,
  now: TimeMs,
): Promise<Part> {
  const { name, facts } = staged
  if (staged.where === 'store') await attachSegment(db, name, now)
  if (staged.where === 'assembly') await runScript(db, takeSlot(blob, number, staged))
  await db.run(INSERT_PART, ...partValues(blob, number, null, staged, now))
  return { number, segment: name, facts, writtenAt: now }
}

/** Takes parts away: their bytes become garbage, but for slots, which their assembly gives up at its end. */
export async function dropParts(
  db: Db,
  blob: BlobId,
  numbers: readonly number[],
  now: TimeMs,
): Promise<void> {
  await db.run(
    `WITH dropped AS (DELETE FROM parts WHERE blob = $1 AND number = ANY ($2::bigint[])
       RETURNING segment, inline IS NULL AND place IS NULL AS is_stored)
     UPDATE segments SET state = 'garbage', since = $3 FROM dropped
     WHERE is_stored AND segments.name = dropped.segment`,
    ...[idBytes(blob), numbers, now],
  )
}

/** Gives up one reference to a blob; with the last one its bytes become garbage. Returns how many parts went. */
export async function releaseBlob(db: Db, blob: BlobId, now: TimeMs): Promise<number> {
  const id = idBytes(blob)
  const row = await db.one<{ refs: number }>(
    'UPDATE blobs SET refs = refs - 1 WHERE id = $1 RETURNING refs',
    id,
  )
  if (row === undefined || row.refs > 0) return 0
  // Live segments change by the holder of their blob's upload or object only: nobody else waits for these.
  await db.run(
    `UPDATE segments SET state = 'garbage', since = $2
     FROM (SELECT segment FROM parts WHERE blob = $1 AND inline IS NULL) AS dropped
     WHERE segments.name = dropped.segment`,
    id,
    now,
  )
  const parts = await db.run('DELETE FROM parts WHERE blob = $1', id)
  await db.run('DELETE FROM blobs WHERE id = $1', id)
  return parts
}

/** All parts in order of number. */
export async function partsOf(db: Db, blob: BlobId): Promise<readonly Part[]> {
  const rows = await db.all<PartRow>(
    `SELECT ${PART_COLUMNS} FROM parts WHERE blob = $1 ORDER BY number`,
    idBytes(blob),
  )
  return rows.map(partOf)
}

/** What the blob's parts come to, for the seal. */
export async function summaryOf(db: Db, blob: BlobId): Promise<PartsSummary> {
  return summarise(await partsOf(db, blob))
}

/** Writes down where each part starts, so that reads seek by offset. */
export async function sealBlob(db: Db, blob: BlobId, size: number): Promise<void> {
  await db.run(
    `WITH blob AS (UPDATE blobs SET size = $2 WHERE id = $1)
     UPDATE parts SET start = placed.start
     FROM (SELECT number, (sum(size) OVER (ORDER BY number))::bigint - size AS start
           FROM parts WHERE blob = $1) AS placed
     WHERE parts.blob = $1 AND parts.number = placed.number`,
    idBytes(blob),
    size,
  )
}

export function partOf(row: PartRow): Part {
  return {
    number: row.number,
    segment: hexOf<SegmentName>(row.segment),
    facts: { size: row.size, crc32: row.crc32, digests: digestsOf(row) },
    writtenAt: row.written_at,
  }
}

/** The values of INSERT_PART. */
function partValues(blob: BlobId, number: number, start: number | null, staged: Staged, now: TimeMs) {
  const { name, facts } = staged
  const inline = staged.where === 'inline' ? bufferOf(staged.bytes) : null
  const place = [idBytes(blob), number, idBytes(name), inline, start] as const
  const slot = staged.where === 'assembly' ? 0 : null
  return [...place, facts.size, facts.crc32, ...digestValues(facts.digests), now, slot] as const
}

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

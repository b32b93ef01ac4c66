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

interface PartRow extends DigestColumns {
  readonly number: number
  readonly segment: Uint8Array
  readonly size: number
  readonly crc32: number
  readonly written_at: number
}

const COLUMNS = 'number, segment, size, crc32, md5, sha256, crc64, written_at'

/** Starts a blob with one reference. */
export function addBlob(db: Db, blob: BlobId): void {
  db.run('INSERT INTO blobs (id, refs) VALUES (?, 1)', idBytes(blob))
}

export function findPart(db: Db, blob: BlobId, number: number): Part | null {
  const row = db.one<PartRow>(
    `SELECT ${COLUMNS} FROM parts WHERE blob = ? AND number = ?`,
    idBytes(blob),
    number,
  )
  return row === undefined ? null : partOf(row)
}

/** Parts above `after` in order of number. */
export function partsOf(db: Db, blob: BlobId, after: number, limit: number): readonly Part[] {
  return db
    .all<PartRow>(
      `SELECT ${COLUMNS} FROM parts WHERE blob = ? AND number > ? ORDER BY number LIMIT ?`,
      idBytes(blob),
      after,
      limit,
    )
    .map(partOf)
}

/**
 * Links staged bytes to a free part number. Fails with `storage-failed` when stored bytes are not reserved, or are in another
 * part's slot.
 */
export function addPart(db: Db, blob: BlobId, number: number, staged: Staged, now: TimeMs): Part {
  const { name, facts } = staged
  if (staged.where === 'store') attachSegment(db, name, now)
  if (staged.where === 'assembly') runScript(db, takeSlot(blob, number, staged))
  const inline =
    staged.where === 'inline' ? db.insert('INSERT INTO inline_bytes (bytes) VALUES (?)', staged.bytes) : null
  db.run(
    `INSERT INTO parts (blob, number, segment, inline, place, size, crc32, md5, sha256, crc64, written_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[idBytes(blob), number, idBytes(name), inline, staged.where === 'assembly' ? 0 : null],
    ...[facts.size, facts.crc32, ...digestValues(facts.digests), now],
  )
  return { number, segment: name, facts, writtenAt: now }
}

/** Takes one part away: its bytes become garbage, but for a slot, which its assembly gives up at its end. */
export function dropPart(db: Db, blob: BlobId, number: number, now: TimeMs): void {
  dropBytes(db, 'blob = ? AND number = ? AND place IS NULL', [idBytes(blob), number], now)
  db.run('DELETE FROM parts WHERE blob = ? AND number = ?', idBytes(blob), number)
}

/** Gives up one reference to a blob; with the last one its bytes become garbage. Returns how many parts went. */
export function releaseBlob(db: Db, blob: BlobId, now: TimeMs): number {
  const id = idBytes(blob)
  db.run('UPDATE blobs SET refs = refs - 1 WHERE id = ?', id)
  if (db.one('SELECT 1 FROM blobs WHERE id = ? AND refs > 0', id) !== undefined) return 0
  dropBytes(db, 'blob = ?', [id], now)
  const parts = db.run('DELETE FROM parts WHERE blob = ?', id)
  db.run('DELETE FROM blobs WHERE id = ?', id)
  return parts
}

/** What the blob's parts come to, for the seal. */
export function summaryOf(db: Db, blob: BlobId): PartsSummary {
  return summarise(partsOf(db, blob, -1, Number.MAX_SAFE_INTEGER))
}

/** Writes down where each part starts, so that reads seek by offset. */
export function sealBlob(db: Db, blob: BlobId, size: number): void {
  const id = idBytes(blob)
  db.run('UPDATE blobs SET size = ? WHERE id = ?', size, id)
  db.run(
    `UPDATE parts SET start = placed.start
     FROM (SELECT number, sum(size) OVER (ORDER BY number) - size AS start FROM parts WHERE blob = ?1) AS placed
     WHERE parts.blob = ?1 AND parts.number = placed.number`,
    id,
  )
}

/** `where` is one of this file's own conditions on parts. */
function dropBytes(db: Db, where: string, values: (Uint8Array | number)[], now: TimeMs): void {
  db.run(
    `UPDATE segments SET state = 'garbage', since = ?
     WHERE name IN (SELECT segment FROM parts WHERE ${where} AND inline IS NULL)`,
    now,
    ...values,
  )
  db.run(
    `DELETE FROM inline_bytes WHERE id IN (SELECT inline FROM parts WHERE ${where} AND inline IS NOT NULL)`,
    ...values,
  )
}

function partOf(row: PartRow): Part {
  return {
    number: row.number,
    segment: hexOf<SegmentName>(row.segment),
    facts: { size: row.size, crc32: row.crc32, digests: digestsOf(row) },
    writtenAt: row.written_at,
  }
}

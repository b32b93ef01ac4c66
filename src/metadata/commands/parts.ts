import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import type { AccountId, BlobId, SegmentName, UploadId } from '../../core/ids.ts'
import type { Staged } from '../../core/model/bytes.ts'
import type { Part } from '../../core/model/uploads.ts'
import { summarise } from '../../core/rules/summary.ts'
import type { PartsSummary } from '../../core/rules/upload-state.ts'
import { type DigestColumns, digestValues, hexOf, idBytes, partDigestsOf, sumsText } from '../values.ts'
import { takeSlot } from './assemblies.ts'
import { addingBlocks, GUARDED } from './blocks.ts'
import {
  all,
  changingOne,
  guessed,
  keptBytes,
  later,
  one,
  run,
  type Script,
  type Sql,
  sql,
  together,
  uncounted,
} from './script.ts'

interface PartRow extends DigestColumns {
  readonly number: number
  readonly segment: Uint8Array
  readonly size: number
  readonly crc32: number
  readonly sums: string | null
  readonly written_at: number
}

/** A `PartRow` is read from these columns. The bytes are not touched. */
const COLUMNS = 'number, segment, size, crc32, md5, sha256, crc64, sums, written_at'
const FIND_PART = `SELECT ${COLUMNS} FROM parts WHERE blob = ? AND number = ?`
const LIST_PARTS = `SELECT ${COLUMNS} FROM parts WHERE blob = ? AND number > ? ORDER BY number LIMIT ?`
const PARTS_BETWEEN = `SELECT ${COLUMNS} FROM parts WHERE blob = ? AND number >= ? AND number < ? ORDER BY number`

export function* findPart(blob: BlobId, number: number): Script<Part | null> {
  if (!Number.isSafeInteger(number)) return null
  const row = yield* guessed<PartRow>('none', FIND_PART, idBytes(blob), number)
  return row === undefined ? null : partOf(row)
}

/** Parts above `after` in order of number; all of them by default. */
export function* partsOf(blob: BlobId, after = -1, limit = Number.MAX_SAFE_INTEGER): Script<readonly Part[]> {
  return (yield* all<PartRow>(LIST_PARTS, idBytes(blob), after, limit)).map(partOf)
}

/** All parts of an upload, if it is open. */
export function* openPartsOf(account: AccountId, upload: UploadId): Script<readonly Part[]> {
  return (yield* all<PartRow>(OPEN_PARTS, idBytes(upload), account)).map(partOf)
}

const OPEN_PARTS = `SELECT ${COLUMNS} FROM parts WHERE blob =
  (SELECT u.blob FROM uploads u JOIN buckets b ON b.id = u.bucket WHERE u.id = ? AND b.account = ? AND u.state = 'open')
  ORDER BY number`

/** Parts whose numbers are `from` to `to` (exclusive), in order. */
export function* partsBetween(blob: BlobId, from: number, to: number): Script<readonly Part[]> {
  return (yield* all<PartRow>(PARTS_BETWEEN, idBytes(blob), from, to)).map(partOf)
}

/** Sums of the blob's parts, for the seal. */
export function* summaryOf(blob: BlobId): Script<PartsSummary> {
  return summarise(yield* partsOf(blob))
}

/** Starts a blob with one reference. `size` is given for a sealed one. */
export const addingBlob = (blob: BlobId, size: number | null = null): Sql =>
  sql('INSERT INTO blobs (id, refs, size) VALUES (?, 1, ?)', idBytes(blob), size)

/**
 * Attaches staged bytes to a free part number. Fails with `storage-failed` when stored bytes are not reserved, or are in another
 * part's slot.
 */
export function* addPart(blob: BlobId, number: number, staged: Staged, now: TimeMs): Script<Part> {
  yield* linkBytes(blob, number, staged, now, { start: null, before: [] })
  return { number, segment: staged.name, facts: staged.facts, writtenAt: now }
}

/** As `addPart`, of a part whose offset in its blob is its number. */
export const addPlacedPart = (blob: BlobId, start: number, staged: Staged, now: TimeMs): Script<void> =>
  linkBytes(blob, start, staged, now, { start, before: [] })

/** A sealed blob of one part, with one reference. Fails as `addPart` does. */
export function* addWholeBlob(blob: BlobId, staged: Staged, now: TimeMs): Script<void> {
  yield* linkBytes(blob, 1, staged, now, { start: 0, before: [addingBlob(blob, staged.facts.size)] })
}

interface Linking {
  /** The part's offset in its blob. Null: it is not fixed yet. */
  readonly start: number | null
  readonly before: readonly Sql[]
}

function* linkBytes(
  blob: BlobId,
  number: number,
  staged: Staged,
  now: TimeMs,
  { start, before }: Linking,
): Script<void> {
  const { where, name, facts } = staged
  if (where === 'assembly') yield* takeSlot(blob, number, staged)
  const inline = where === 'inline' ? yield* keptBytes(staged.bytes) : null
  const adding = sql(
    `INSERT INTO parts (blob, number, segment, inline, place, start, size, crc32, md5, sha256, crc64, sums, written_at, guard)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[idBytes(blob), number, idBytes(name), inline, where === 'assembly' ? 0 : null, start],
    ...[
      facts.size,
      facts.crc32,
      ...digestValues(facts.digests),
      sumsText(facts.digests),
      now,
      facts.blocks === undefined ? null : GUARDED,
    ],
  )
  const attaching = where === 'store' ? [attachingSegment(name, now)] : []
  const [blocks, ...more] = facts.blocks === undefined ? [] : addingBlocks(name, number, facts.blocks)
  const [attached] = yield* together(
    ...attaching,
    ...[...before, adding, ...(blocks === undefined ? [] : [blocks])].map(uncounted),
  )
  yield* later(...more)
  if (where === 'store' && attached === 0) throw notReserved(name)
}

/** Makes a reserved segment live. */
const attachingSegment = (name: SegmentName, now: TimeMs): Sql =>
  changingOne(
    `UPDATE segments SET state = 'live', since = ? WHERE name = ? AND state = 'reserved'`,
    now,
    idBytes(name),
  )

const notReserved = (name: SegmentName): CoreError =>
  new CoreError('storage-failed', 'the staged bytes are not reserved any more', { segment: name })

/** Takes parts away. Their bytes become garbage. Slots stay until their assembly ends. */
export function* dropParts(blob: BlobId, numbers: readonly number[], now: TimeMs): Script<void> {
  const id = idBytes(blob)
  yield* later(
    sql(
      `UPDATE segments SET state = 'garbage', since = ? WHERE name IN (SELECT segment FROM parts
         WHERE blob = ? AND number IN (??) AND inline IS NULL AND place IS NULL)`,
      ...[now, id, numbers],
    ),
    sql('DELETE FROM parts WHERE blob = ? AND number IN (??)', id, numbers),
  )
}

/**
 * Gives up one reference to a blob; with the last one its bytes become garbage. Returns how many parts went. Live segments
 * change by the holder of their blob's upload, object or file only: nobody else waits for them.
 */
export function* releaseBlob(blob: BlobId, now: TimeMs): Script<number> {
  const id = idBytes(blob)
  const left = yield* one<{ refs: number }>(
    'UPDATE blobs SET refs = refs - 1 WHERE id = ? RETURNING refs',
    id,
  )
  if (left === undefined || left.refs > 0) return 0
  const [, parts = 0] = yield* together(
    sql(
      `UPDATE segments SET state = 'garbage', since = ?
       WHERE name IN (SELECT segment FROM parts WHERE blob = ? AND inline IS NULL)`,
      ...[now, id],
    ),
    sql('DELETE FROM parts WHERE blob = ?', id),
    sql('DELETE FROM fingerprints WHERE blob = ?', id),
    sql('DELETE FROM blobs WHERE id = ?', id),
  )
  return parts
}

/** Writes down where each part starts, so that reads seek by offset. */
export function sealing(blob: BlobId, size: number): readonly Sql[] {
  const id = idBytes(blob)
  return [sql('UPDATE blobs SET size = ? WHERE id = ?', size, id), sql(PLACE_PARTS, id, id)]
}

const PLACE_PARTS = `UPDATE parts SET start = placed.start
  FROM (SELECT number, CAST(sum(size) OVER (ORDER BY number) AS bigint) - size AS start FROM parts WHERE blob = ?)
    AS placed
  WHERE parts.blob = ? AND parts.number = placed.number`

const partOf = (row: PartRow): Part => ({
  number: row.number,
  segment: hexOf<SegmentName>(row.segment),
  facts: { size: row.size, crc32: row.crc32, digests: partDigestsOf(row) },
  writtenAt: row.written_at,
})

/** Whether a blob that is still there has one reference more now. */
export function* addReference(blob: BlobId): Script<boolean> {
  return (yield* run('UPDATE blobs SET refs = refs + 1 WHERE id = ? AND refs > 0', idBytes(blob))) > 0
}

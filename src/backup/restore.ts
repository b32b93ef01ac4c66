import { CoreError } from '../core/errors.ts'
import type { SegmentName } from '../core/ids.ts'
import type { BlobStore } from '../core/ports/blobs.ts'
import type { FactsRestore, KeptSegment } from '../core/ports/snapshot.ts'
import { checked, measured, sizeOf } from './checked.ts'
import { type Copied, copyAll } from './copying.ts'
import { type KeyFile, restoreKeys } from './keys.ts'
import { backupPath, type Manifest, segmentPath } from './manifest.ts'
import type { Place } from './place.ts'
import { segmentsOf } from './segment-list.ts'
import type { Hearers } from './telling.ts'
import type { Throttle } from './throttle.ts'
import { writeAll } from './writing.ts'

export interface RestoreOptions {
  readonly place: Place
  readonly backup: Manifest
  readonly facts: FactsRestore
  readonly blobs: BlobStore & { listSegments(): Promise<readonly SegmentName[]> }
  readonly keys: readonly KeyFile[]
  readonly throttle: Throttle
  readonly hear: Hearers
}

/**
 * Fills empty stores with a backup: the keys, the bytes, and the facts last, so that no server starts on half of it. Bytes are compared with
 * their checksums. Bytes that a restore before this one has brought are read, and stay where they are right. A segment that is bad in the backup
 * is told, and does not keep the rest. Errors: `invalid-argument` when the stores are not empty or of another kind; those of the stores.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Copied> {
  const { place, backup, facts, keys, throttle, hear } = options
  await requireEmpty(options)
  await restoreKeys(place, backup, keys)
  const copied = await copySegments(options)
  hear.progress({ doing: 'facts', done: 0, of: 1, bytes: 0 })
  const bytes = measured(throttle(place.read(backupPath(backup.name, backup.facts.file))), backup.facts)
  await facts.fill(bytes, backup.facts.steps)
  return copied
}

async function requireEmpty({ backup, facts }: RestoreOptions): Promise<void> {
  if (backup.facts.kind !== facts.kind) {
    throw new CoreError(
      'invalid-argument',
      `the backup is of facts in ${backup.facts.kind}, but metadata is ${facts.kind}; "stowage export" and "stowage import" move ` +
        'accounts from one to the other',
    )
  }
  facts.requireKnown(backup.facts.steps)
  if (await facts.isEmpty()) return
  throw new CoreError(
    'invalid-argument',
    'there are facts already, which a restore would lose; name an empty data folder, or an empty database and bucket',
  )
}

async function copySegments({ place, backup, blobs, throttle, hear }: RestoreOptions): Promise<Copied> {
  const there = new Set(await blobs.listSegments())
  await requireOurs(there, segmentsOf(place, backup))
  const bad = new Map(backup.bad.map(({ segment, reason }) => [segment, reason]))
  return copyAll({
    ...{ doing: 'segments', segments: segmentsOf(place, backup), of: backup.segments.count, hear },
    copy: async (segment) => {
      const { name, extents } = segment
      const reason = bad.get(name)
      if (reason !== undefined) throw new CoreError('storage-failed', `not in the backup: ${reason}`)
      if (there.has(name)) {
        if (await isRight(blobs, segment)) return false
        await blobs.remove([name])
      }
      const source = throttle(checked(place.read(segmentPath(name)), extents))
      await writeAll(() => blobs.create(name, { digests: [], sizeExpected: sizeOf(extents) }), source)
      return true
    },
  })
}

/** What a restore that was interrupted has left is all of the same backup. */
async function requireOurs(
  there: ReadonlySet<SegmentName>,
  segments: AsyncIterable<KeptSegment>,
): Promise<void> {
  if (there.size === 0) return
  const strange = new Set(there)
  for await (const { name } of segments) strange.delete(name)
  if (strange.size === 0) return
  throw new CoreError(
    'invalid-argument',
    `the store of bytes has ${strange.size} segments that are not in the backup; name an empty one`,
  )
}

async function isRight(blobs: BlobStore, { name, extents }: KeptSegment): Promise<boolean> {
  try {
    for await (const _ of checked(blobs.read(name, 0, sizeOf(extents)), extents));
    return true
  } catch {
    return false
  }
}

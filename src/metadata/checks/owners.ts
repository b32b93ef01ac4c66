import type { AccountId, BlobId } from '../../core/ids.ts'
import type { BlobOwner } from '../../core/ports/facts-checker.ts'
import { all, inLists, one, type Script } from '../commands/script.ts'
import { hexOf, idBytes } from '../values.ts'
import type { CheckScriptOf } from './check.ts'

interface OwnerRow {
  readonly blob: Uint8Array
  readonly id: Uint8Array
  readonly owner: string | null
  readonly account: AccountId | null
  readonly bucket: string | null
  readonly key: string
  readonly realm?: string | null
  readonly parent?: Uint8Array | null
}

const OBJECTS = `SELECT o.blob, o.id, b.owner, b.account, b.name AS bucket, o.key FROM objects o
  LEFT JOIN buckets b ON b.id = o.bucket WHERE o.blob IN (??)`
const UPLOADS = `SELECT u.blob, u.id, b.owner, b.account, b.name AS bucket, u.key FROM uploads u
  LEFT JOIN buckets b ON b.id = u.bucket WHERE u.state IN ('open', 'sealed') AND u.blob IN (??)`
const FILES = `SELECT e.blob, e.id, b.owner, r.account, r.name AS realm, v.name AS bucket, e.name AS key,
  e.parent FROM entries e
  LEFT JOIN volumes v ON v.id = e.volume LEFT JOIN realms r ON r.id = v.realm LEFT JOIN buckets b ON b.volume = v.id
  WHERE e.blob IN (??)`

/** No index leads from a blob to who has it: this goes through all objects, files and uploads. */
export const findOwners: CheckScriptOf<'findOwners'> = function* ({ blobs }) {
  const found: BlobOwner[] = []
  for (const some of inLists([...new Set(blobs)].map(idBytes))) {
    found.push(...(yield* all<OwnerRow>(OBJECTS, some)).map((row) => ownerOf('object', row)))
    for (const row of yield* all<OwnerRow>(FILES, some)) {
      found.push({ ...ownerOf('file', row), key: yield* pathOf(row) })
    }
    found.push(...(yield* all<OwnerRow>(UPLOADS, some)).map((row) => ownerOf('upload', row)))
  }
  return found
}

const ownerOf = (
  kind: BlobOwner['kind'],
  { blob, id, owner, account, bucket, key, realm }: OwnerRow,
): BlobOwner => ({
  ...{ blob: hexOf<BlobId>(blob), kind, id: hexOf(id), dialect: owner ?? '' },
  ...{ account: account ?? ('' as AccountId), bucket: bucket ?? '', realm: realm ?? null, key },
})

/** Longer ways up are circles. */
const DEPTH_MAX = 1_000

/** The names on the way from the root. Of what is in a bin, or nowhere, the way ends there. */
function* pathOf({ key, parent }: OwnerRow): Script<string> {
  const names = [key]
  let at = parent ?? null
  while (at !== null && names.length < DEPTH_MAX) {
    const row = yield* one<{ name: string; parent: Uint8Array | null }>(
      'SELECT name, parent FROM entries WHERE id = ?',
      at,
    )
    if (row !== undefined && row.parent !== null) names.unshift(row.name)
    at = row?.parent ?? null
  }
  return names.join('/')
}

import { CoreError } from '../errors.ts'
import type { UploadIn } from '../model/addresses.ts'
import type { StoredPart } from '../ports/commands/uploads.ts'
import type { Ports } from '../ports.ts'
import { createDamages, type Damages, placed } from './damages.ts'

/** Parts that are looked at together. */
const PARTS_PER_LOOK = 1000

/**
 * For a commit: whether the segments of an upload are in the blob store with all their bytes. Bytes that are kept with the facts cost
 * nothing here. Errors: `storage-failed` where one is not, which is noted as damage; those of the stores.
 */
export async function requireSegments(
  ports: Ports,
  { account, ...upload }: UploadIn,
  damages: Damages = createDamages(ports),
): Promise<void> {
  const { metadata, blobs } = ports
  for (let after = -1; ; ) {
    const parts = await metadata.listStoredParts({ account, upload, after, limit: PARTS_PER_LOOK })
    const last = parts.at(-1)
    if (last === undefined) return
    const expected = parts.map(({ segment, end, isShared }) => ({ name: segment, size: end, isShared }))
    for (const { name, kind } of await blobs.look(expected)) {
      const part = parts.find(({ segment }) => segment === name) ?? last
      await fail(ports, damages, { account, ...upload }, { part, kind })
    }
    if (parts.length < PARTS_PER_LOOK) return
    after = last.number
  }
}

interface Found {
  readonly part: StoredPart
  readonly kind: 'missing' | 'short' | 'long'
}

/** Fails, unless the part came anew or the upload ended meanwhile: then its segment is rightly gone, and the commit tells. */
async function fail(
  { metadata }: Ports,
  damages: Damages,
  { account, ...address }: UploadIn,
  { part, kind }: Found,
): Promise<void> {
  const upload = await metadata.findUpload({ account, upload: address })
  const query = { account, upload: address, after: part.number - 1, limit: 1 }
  const [now] = await metadata.listStoredParts(query)
  const isThere = upload !== null && now?.segment === part.segment
  if (!isThere) return
  const { blob, segment, number } = part
  const thing = { type: 'upload', account, bucket: upload.bucket, key: upload.key } as const
  await damages.note({ segment, number, block: null, blob, kind, thing, finder: 'commit' })
  const message = 'bytes of the upload are not there any more'
  throw placed(new CoreError('storage-failed', message, { damage: kind, key: upload.key }), part)
}

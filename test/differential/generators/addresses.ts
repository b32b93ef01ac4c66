import type { AccountId, BlobId } from '../../../src/core/ids.ts'
import type { ObjectAddress, UploadAddress } from '../../../src/core/model/addresses.ts'
import type { Upload } from '../../../src/core/model/uploads.ts'
import type { KnownUpload } from '../known.ts'
import type { World } from '../world.ts'

interface WhichUpload {
  readonly known: KnownUpload | undefined
  readonly account: AccountId
  readonly upload: UploadAddress
}

/** An upload that is there, but for faults: one that is closed, was never there, or is another account's. */
export function someUpload(world: World, isFit: (upload: KnownUpload) => boolean = () => true): WhichUpload {
  const { uploads } = world.known
  const wrong = () => world.any([undefined, uploads.one(world.random), uploads.oneGone(world.random)])
  const isOpen = ({ expiresAt }: KnownUpload) => world.isAhead(expiresAt)
  const right = uploads.one(world.random, (upload) => isOpen(upload) && isFit(upload))
  const known = world.or(right ?? uploads.one(world.random, isOpen), wrong)
  if (known === undefined) {
    return { known, account: world.account(), upload: { id: world.newUploadId() } }
  }
  const { id, bucket, ref } = known
  const upload = world.chance(600) ? { id } : { bucket: world.bucket(bucket), ref }
  return { known, account: world.account(known.account), upload }
}

/** Any upload, closed ones as well. */
export function anyUpload(world: World, isFit: (upload: KnownUpload) => boolean = () => true): WhichUpload {
  const known = world.chance(500) ? world.known.uploads.one(world.random, isFit) : undefined
  if (known === undefined) return someUpload(world)
  return { known, account: world.account(known.account), upload: { id: known.id } }
}

/** An object that is there, but for faults. */
export function someObject(world: World, account?: AccountId) {
  const { objects } = world.known
  const right = objects.one(world.random, (object) => account === undefined || object.account === account)
  const known = world.or(right, () =>
    world.any([undefined, objects.one(world.random), objects.oneGone(world.random)]),
  )
  const address: ObjectAddress =
    known === undefined
      ? { id: world.newObjectId() }
      : world.chance(600)
        ? { id: known.id }
        : { bucket: world.bucket(known.bucket), key: known.key }
  return { known, account: world.account(account ?? known?.account), object: address }
}

export function someBlob(world: World): BlobId {
  const { blobs } = world.known
  const wrong = () => world.pick([world.newBlobId(), blobs.oneGone(world.random) ?? world.newBlobId()])
  return world.or(blobs.one(world.random) ?? world.newBlobId(), wrong)
}

/** Keeps that an upload is closed: no command for open ones is for it any more. */
export function learnEnd(
  { known: { uploads } }: World,
  { account, upload }: { readonly account: AccountId; readonly upload: UploadAddress },
): void {
  const known = uploads.last((one) => one.account === account && isAt(one, upload))
  if (known !== undefined) uploads.put(known.id, { ...known, expiresAt: 0 })
}

/** The newest upload of an address. */
export const isAt = (known: KnownUpload, address: UploadAddress): boolean =>
  'id' in address ? known.id === address.id : known.bucket === address.bucket && known.ref === address.ref

/** Keeps an upload as an answer shows it, and which parts it has. */
export function learnUpload(
  { known: { uploads, blobs } }: World,
  upload: Upload,
  part?: { readonly number: number; readonly facts: { readonly digests: { readonly md5?: string } } },
): void {
  const { account, id, bucket, ref, blob, version, state } = upload
  const parts = new Map(uploads.get(id)?.parts)
  if (part !== undefined) parts.set(part.number, part.facts.digests.md5)
  const expiresAt = state === 'open' || state === 'sealed' ? upload.expiresAt : 0
  uploads.put(id, {
    ...{ account, id, bucket, ref, blob, version, expiresAt, parts },
    isSealed: state === 'sealed',
  })
  blobs.put(blob, blob)
}

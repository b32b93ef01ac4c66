import { type Accounts, credentialsOf } from '../../../core/accounts.ts'
import type { Core } from '../../../core/core.ts'
import { type AccountId, parseUploadId, type UploadId } from '../../../core/ids.ts'
import { stableName } from '../../../core/model/buckets.ts'
import type { Staged } from '../../../core/model/bytes.ts'
import type { Reach } from '../../../core/rules/rights.ts'
import { servableFile } from '../../../http/serve-object.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { PlaneExpected } from '../../../object-plane/expected.ts'
import type { PlaneNamespace, PlanePart, PlaneTarget } from '../../../object-plane/types.ts'
import { libraryCredential } from '../credentials.ts'
import { BODY_SIZE_MAX, begunUploadOf, takesBytes } from '../model/upload.ts'
import { treeBucket, uploadsBucket } from './buckets.ts'
import { readDownload } from './downloads.ts'
import { createKeys, fileAt, spaceIn, volumeOf } from './keys.ts'

/**
 * What the credentials of uploads and the URLs of downloads lead to: `/cos/<library>/<space>/`, then a confirmKey for writing, or a
 * file's inode and blob for reading. An account's own keys reach files by their paths, too. Forms are posted to `/`; their key is the same path without its first slash.
 */
export function createNamespace(core: Core, accounts: Accounts): PlaneNamespace {
  return {
    paths: ['/cos/*'],
    sizeMax: BODY_SIZE_MAX,
    locate: (path) => locate(accounts, path),
    buckets: {
      has: isBucket,
      isOf: (_name, account) => hasLibrary(accounts, account),
      isImplied: true,
    },
    reachOf: reachOf,
    reachIn: (_bucket, prefix) => reachOfPrefix(prefix),
    checkWrite: (target, part) => checkWrite(core, target, part),
    write: (target, staged) => attach(core, target, 1, staged),
    writePart: (target, { number }, staged) => attach(core, target, number, staged),
    form: { paths: ['/', '/cos', '/cos/'], write: (target, staged) => attach(core, target, 1, staged) },
    read: async (target) => {
      const file = await fileAt(core, target)
      return file === null ? readDownload(core, volumeOf(target), target.key) : servableFile(core.trees, file)
    },
    keys: createKeys(core, accounts),
  }
}

/**
 * `<name>-<appid>`. Clients have to name one; which one says nothing, since the path has the library. An appid has ten digits; half of
 * that tells it from the names of other clouds' buckets.
 */
const isBucket = (name: string): boolean => /^[a-z0-9][a-z0-9-]*-\d{5,}$/.test(name)

const hasLibrary = (accounts: Accounts, id: AccountId): boolean => {
  const account = accounts.byId(id)
  return account !== null && credentialsOf(account, libraryCredential).length > 0
}

function locate(accounts: Accounts, path: string): PlaneTarget | null {
  const [, library, volume, key] = /^\/cos\/([^/]+)\/([^/]+)\/(.*)$/s.exec(path) ?? []
  if (library === undefined || volume === undefined || key === undefined) return null
  const found = accounts.find(libraryCredential, library)
  if (found === null) return null
  return { account: found.account.id, bucket: `smh/${library}/${volume}`, key, realm: library }
}

/** Keys are those of the data plane: paths of files where they are no upload's or download's. */
const reachOf = (target: PlaneTarget): Reach => ({
  ...{ bucket: stableName(treeBucket(volumeOf(target))), key: target.key },
})

/** The account as a whole, unless a space is named. */
function reachOfPrefix(prefix: string): Reach {
  const space = spaceIn(prefix)
  return space === null
    ? { bucket: null, key: '' }
    : { bucket: stableName(treeBucket(space)), key: space.rest }
}

/**
 * Refuses bytes for an upload that is unknown, confirmed, aborted or over, or whose space is gone; and a whole object for an upload
 * of parts. Throws PlaneError `no-such-upload`, `access-denied`.
 */
async function checkWrite(core: Core, target: PlaneTarget, part: PlanePart | null): Promise<PlaneExpected> {
  const { account } = target
  const id = uploadIdOf(target)
  const [upload, space] = await Promise.all([
    core.uploads.find({ account, id }),
    core.trees.findVolume(volumeOf(target)),
  ])
  if (upload?.bucket !== uploadsBucket(volumeOf(target)) || !takesBytes(upload, core.clock.now()))
    throw noSuchUpload()
  const { root, kind } = begunUploadOf(upload)
  if (space === null || space.root !== root) throw noSuchUpload()
  const isMultipart = kind === 'multipart'
  if (isMultipart && part === null) throw new PlaneError('access-denied', 'the upload is one of parts')
  const sizeMax = upload.limits.partSizeMax
  if (part === null) return { slot: null, sizeMax }
  if (!isMultipart || part.uploadId !== upload.ref) throw noSuchUpload()
  return { slot: { upload: { account, id: upload.id }, number: part.number }, sizeMax }
}

/** The last one sent for a number counts. Takes over `staged`, also when it fails. */
async function attach(core: Core, target: PlaneTarget, number: number, staged: Staged): Promise<void> {
  await core.uploads.attach({ account: target.account, id: uploadIdOf(target) }, number, staged)
}

function uploadIdOf({ key }: PlaneTarget): UploadId {
  const id = parseUploadId(key)
  if (id === null) throw noSuchUpload()
  return id
}

const noSuchUpload = (): PlaneError =>
  new PlaneError('no-such-upload', 'no such upload, or one that takes no more bytes')

import { type Account, type Accounts, credentialsOf, derived } from '../../../core/accounts.ts'
import type { AccountId } from '../../../core/ids.ts'
import type { Staged } from '../../../core/model/bytes.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import { servable } from '../../../http/serve-object.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { PlaneExpected } from '../../../object-plane/expected.ts'
import type {
  PlaneMultipart,
  PlaneNamespace,
  PlaneObject,
  PlanePart,
  PlaneTarget,
} from '../../../object-plane/types.ts'
import { type Project, projectCredential } from '../credentials.ts'
import { filesBucket, isConfirmed, statusOf } from '../model/asset.ts'
import type { Vod } from '../model/context.ts'
import { createKeys } from './keys.ts'
import { type AssetFile, findByObjectKey, obsBucket, reachIn, reachOfPrefix } from './object-keys.ts'
import {
  abortMultipart,
  beginMultipart,
  completeMultipart,
  openMultipart,
  PUT_SIZE_MAX,
  putPart,
  putVideo,
  requireAwaiting,
  type VideoAddress,
} from './video-uploads.ts'

/**
 * What the URLs of assets lead to: `/{bucket}/{project}/{asset}/…`. A video can be written while its asset awaits it, covers and
 * subtitles as long as their URLs live. Nothing can be read before its asset is confirmed.
 */
export function createNamespace(vod: Vod): PlaneNamespace {
  const { accounts } = vod
  const buckets = derived(accounts, bucketsOf)
  const address = (target: PlaneTarget) => addressOf(accounts, target)
  // Clients for which the server's host is a domain bound to their bucket send the key alone.
  const ofProject = (path: string): Project | null => {
    const [, id = ''] = /^\/([^/]+)\/[^/]+\/./s.exec(path) ?? []
    return id === '' ? null : (accounts.find(projectCredential, id)?.credential ?? null)
  }
  return {
    paths: [(path) => buckets().has(bucketIn(path)) || ofProject(path) !== null],
    sizeMax: PUT_SIZE_MAX,
    locate: (path, bucket) => {
      const project = bucket === null && !buckets().has(bucketIn(path)) ? ofProject(path) : null
      const named = bucket ?? (project === null ? null : obsBucket(project))
      return locate(accounts, buckets(), named === null ? path : `/${named}${path}`)
    },
    buckets: {
      has: (name) => buckets().has(name),
      isOf: (name, account) => bucketsOfAccount(accounts, account).has(name),
      isImplied: false,
    },
    reachOf: (target) => reachIn(address(target).project, target.key),
    reachIn: (_bucket, prefix) => reachOfPrefix(prefix),
    checkWrite: (target, part) => checkWrite(vod, address(target), part),
    write: (target, staged, contentType) => write(vod, address(target), staged, contentType),
    writePart: (target, part, staged) => putPart(vod, address(target), part, staged),
    multipart: multipart(vod, address),
    read: (target) => read(vod, address(target)),
    keys: createKeys(vod, address),
  }
}

function multipart(vod: Vod, address: (target: PlaneTarget) => VideoAddress): PlaneMultipart {
  const { uploads } = vod.core
  return {
    initiate: (target) => beginMultipart(vod, address(target)),
    listParts: async (target, uploadId, { after, max }) => {
      const { account, id } = await openMultipart(vod, address(target), uploadId)
      const parts = await uploads.listParts({ account, id }, { after, limit: max + 1 })
      return { parts: parts.slice(0, max), isTruncated: parts.length > max }
    },
    complete: async (target, uploadId, parts) => ({
      etag: await completeMultipart(
        vod,
        address(target),
        uploadId,
        parts.map(({ number, etag }) => ({ number, md5: etag })),
      ),
    }),
    abort: (target, uploadId) => abortMultipart(vod, address(target), uploadId),
  }
}

/** Throws PlaneError `access-denied` for a key that is no project's. */
function locate(accounts: Accounts, buckets: ReadonlySet<string>, path: string): PlaneTarget | null {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/(.*)$/s.exec(path) ?? []
  if (!buckets.has(bucket)) return null
  const { account } = projectOf(accounts, bucket, key)
  return { account: account.id, bucket, key }
}

const bucketsOf = (all: readonly Account[]): ReadonlySet<string> =>
  new Set(all.flatMap((account) => credentialsOf(account, projectCredential).map(obsBucket)))

const bucketsOfAccount = (accounts: Accounts, id: AccountId): ReadonlySet<string> => {
  const account = accounts.byId(id)
  return bucketsOf(account === null ? [] : [account])
}

/** Of `/{bucket}/…`; empty without a slash behind it. */
const bucketIn = (path: string): string => /^\/([^/]*)\//.exec(path)?.[1] ?? ''

function addressOf(accounts: Accounts, { account, bucket, key }: PlaneTarget): VideoAddress {
  return { account, project: projectOf(accounts, bucket, key).project, key }
}

function projectOf(
  accounts: Accounts,
  bucket: string,
  key: string,
): { readonly account: Account; readonly project: Project } {
  const [projectId = ''] = key.split('/', 1)
  const found = accounts.find(projectCredential, projectId)
  if (found === null || obsBucket(found.credential) !== bucket)
    throw new PlaneError('access-denied', 'the object key is not of a project of this bucket')
  return { account: found.account, project: found.credential }
}

async function checkWrite(vod: Vod, address: VideoAddress, part: PlanePart | null): Promise<PlaneExpected> {
  if (part !== null) {
    const { account, id } = await openMultipart(vod, address, part.uploadId)
    return { slot: { upload: { account, id }, number: part.number } }
  }
  const { kind, asset } = await writableFile(vod, address)
  if (kind === 'video') requireAwaiting(asset)
  return { slot: null }
}

async function write(
  vod: Vod,
  address: VideoAddress,
  staged: Staged,
  contentType: string | null,
): Promise<void> {
  let file: AssetFile
  try {
    file = await writableFile(vod, address)
  } catch (error) {
    await vod.core.staging.discard(staged)
    throw error
  }
  if (file.kind === 'video') await putVideo(vod, address, staged)
  else await putSideFile(vod, address, staged, contentType)
}

/** Throws PlaneError `access-denied` for a key that no asset has, or one that is deleted. */
async function writableFile({ core }: Vod, { account, project, key }: VideoAddress): Promise<AssetFile> {
  const file = await findByObjectKey(core, account, project, key)
  if (file === null || file.kind === 'snapshot' || statusOf(file.asset) === 'DELETED')
    throw new PlaneError('access-denied', 'no asset has this object key')
  return file
}

/** Keeps a cover or a subtitle; the last one stays. If its asset was deleted meanwhile, it is removed again. */
async function putSideFile(
  vod: Vod,
  address: VideoAddress,
  staged: Staged,
  contentType: string | null,
): Promise<void> {
  const { objects } = vod.core
  const { account, project, key } = address
  const traits = { name: key, kind: 'file', status: '', contentType, media: null, attributes: {} }
  const bucket = filesBucket(project)
  const { id } = await objects.put({ account, bucket, key, staged, traits, conflict: 'overwrite' })
  try {
    await writableFile(vod, address)
  } catch (error) {
    await objects.delete({ account, id }).catch(() => {})
    throw error
  }
}

async function read({ core }: Vod, { account, project, key }: VideoAddress): Promise<PlaneObject | null> {
  const file = await findByObjectKey(core, account, project, key)
  if (file === null || !isConfirmed(file.asset)) return null
  const { object, attributes } = file.asset
  if (file.kind === 'video') return shown(core, object, attributes.received?.etag ?? null)
  const side = await core.objects.find({ account, bucket: filesBucket(project), key })
  return side === null ? null : shown(core, side, null)
}

const shown = ({ objects }: Vod['core'], object: StoredObject, etag: string | null): PlaneObject => ({
  ...servable(objects, object),
  ...(etag === null ? {} : { etag: `"${etag}"` }),
})

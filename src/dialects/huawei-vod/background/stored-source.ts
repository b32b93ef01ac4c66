import { type Account, credentialsOf } from '../../../core/accounts.ts'
import { userBucket } from '../../../core/model/buckets.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import type { Reach } from '../../../core/rules/rights.ts'
import { strictEncode, strictEncodePath } from '../../../http/canonical.ts'
import { DownloadError, type Opened } from '../../../http/outgoing/download.ts'
import { projectCredential } from '../credentials.ts'
import { isConfirmed } from '../model/asset.ts'
import type { Vod } from '../model/context.ts'
import { findByObjectKey, obsBucket, reachIn } from '../storage/object-keys.ts'

/** An object of OBS, as requests name it. */
export interface Source {
  readonly bucket: string
  readonly key: string
}

const SCHEME = 'obs:'

/** How a pull of a stored object keeps where it comes from. */
export const sourceUrl = ({ bucket, key }: Source): string =>
  `${SCHEME}//${strictEncode(bucket)}/${strictEncodePath(key)}`

/** Null for a URL of the web. */
export function sourceOf(url: string): Source | null {
  const [, bucket, key] = /^obs:\/\/([^/]+)\/(.*)$/.exec(url) ?? []
  if (bucket === undefined || key === undefined) return null
  return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) }
}

/** The object, and where it is in the names that keys are limited to. Null where the account has none that can be read. */
export async function findSource(
  { core }: Pick<Vod, 'core'>,
  account: Account,
  { bucket, key }: Source,
): Promise<{ readonly object: StoredObject; readonly reach: Reach } | null> {
  const projects = credentialsOf(account, projectCredential).filter((each) => obsBucket(each) === bucket)
  if (projects.length === 0) {
    const object = await core.objects.find({ account: account.id, bucket: userBucket(bucket), key })
    return object === null ? null : { object, reach: { bucket, key } }
  }
  const project = projects.find(({ id }) => key.startsWith(`${id}/`))
  const file = project === undefined ? null : await findByObjectKey(core, account.id, project, key)
  if (project === undefined || file?.kind !== 'video' || !isConfirmed(file.asset)) return null
  const { object } = file.asset
  return object.content === null ? null : { object, reach: reachIn(project, key) }
}

/**
 * The bytes of a stored object from `offset` on, in the form of a download: 206 where it is still the one that `validator` names, else
 * 200 and from the start. Errors: DownloadError where it is gone.
 */
export async function openStored(
  vod: Vod,
  account: Account,
  source: Source,
  { offset, validator }: { readonly offset: number; readonly validator: string | null },
): Promise<Opened> {
  const found = await findSource(vod, account, source)
  const object = found?.object ?? null
  if (object === null || object.content === null)
    throw new DownloadError('failed', 'the object is not there', { status: 404 })
  const etag = `"${object.id}-${object.version}"`
  const isResumed = offset > 0 && validator === etag
  const start = isResumed ? offset : 0
  const { size } = object.content
  return {
    status: isResumed ? 206 : 200,
    headers: {
      ...{ etag, 'content-length': String(size - start) },
      ...(isResumed ? { 'content-range': `bytes ${start}-${size - 1}/${size}` } : {}),
    },
    bytes: vod.core.objects.read(object, start),
    close: () => {},
  }
}

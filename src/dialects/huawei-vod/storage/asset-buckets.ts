import type { Accounts } from '../../../core/accounts.ts'
import type { Core } from '../../../core/core.ts'
import { type Bucket, type ListedObject, stableName } from '../../../core/model/buckets.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import { servable } from '../../../http/serve-object.ts'
import { type BucketFile, BucketRefusal, type BucketRemoving, type DialectBuckets } from '../../buckets.ts'
import { projectCredential } from '../credentials.ts'
import { type Asset, filesBucket, findAsset, statusOf } from '../model/asset.ts'
import { type NamedFile, namedFiles } from './asset-files.ts'
import { removeAsset } from './asset-removal.ts'

const ID_LENGTH = 32
/** Assets of one reading. */
const BATCH_MAX = 500

/** The files of a project's assets, as `<asset>/original.<ext>`, `<asset>/cover.<ext>` and `<asset>/subtitle-<id>.srt`. */
export function createBuckets(core: Core, accounts: Accounts): DialectBuckets {
  return {
    open: async () => null,
    list: (bucket, range) =>
      core.buckets.pageOf(range, ({ from, limit }) =>
        read(core, bucket, { prefix: range.prefix, from, limit }),
      ),
    find: async (bucket, key) => {
      const at = keyOf(key)
      const asset = at && (await findAsset(core, bucket.account, projectOf(bucket), at.asset))
      const file = asset && namedFiles(projectOf(bucket), asset).find(({ name }) => name === at.name)
      const object = file ? await objectOf(core, bucket, asset, file) : null
      return object && shown(core, object)
    },
    writing:
      'Assets come by the calls of this API: asset, then a confirm. Their files are written by the URLs that it gives.',
    removing: removing(core, accounts),
  }
}

const projectOf = ({ name }: Bucket) => ({ id: stableName(name).slice('vod-'.length) })

function keyOf(key: string): { readonly asset: string; readonly name: string } | null {
  const [, asset, name] = /^([0-9a-f]{32})\/(.+)$/s.exec(key) ?? []
  return asset === undefined || name === undefined ? null : { asset, name }
}

const shown = ({ objects }: Core, object: StoredObject): BucketFile => ({
  ...servable(objects, object),
  meta: {},
})

/** What is there of a file that the asset may have; null for nothing. */
async function objectOf(
  { objects }: Core,
  bucket: Bucket,
  { object }: Asset,
  { sideKey }: NamedFile,
): Promise<StoredObject | null> {
  if (sideKey === null) return object.content === null ? null : object
  return objects.find({ account: bucket.account, bucket: filesBucket(projectOf(bucket)), key: sideKey })
}

/** Keys with the prefix from `from` on: those of the assets that have a video, in the order of their ids. */
async function read(
  core: Core,
  bucket: Bucket,
  { prefix, from, limit }: { readonly prefix: string; readonly from: string; readonly limit: number },
): Promise<readonly ListedObject[]> {
  const range = { prefix: prefix.slice(0, ID_LENGTH), delimiter: null, limit: Math.min(limit, BATCH_MAX) }
  const found: ListedObject[] = []
  // An id that the first key has is to be among what follows.
  let after: string | null = from.slice(0, ID_LENGTH - 1)
  while (after !== null && found.length < limit) {
    const page = await core.buckets.listKeys({
      account: bucket.account,
      bucket: bucket.name,
      ...range,
      after,
    })
    const assets = page.entries.flatMap((entry) => (entry.kind === 'object' ? [entry.key] : []))
    const files = await Promise.all(assets.map((asset) => filesOf(core, bucket, asset)))
    found.push(...files.flat().filter(({ key }) => key >= from && key.startsWith(prefix)))
    after = page.next
  }
  return found.slice(0, limit)
}

async function filesOf(core: Core, bucket: Bucket, id: string): Promise<readonly ListedObject[]> {
  const asset = await findAsset(core, bucket.account, projectOf(bucket), id)
  const files = asset === null ? [] : namedFiles(projectOf(bucket), asset)
  const listed = files.map(async (file) => {
    const object = asset && (await objectOf(core, bucket, asset, file))
    return object?.content ? [{ ...listedOf(object), key: `${id}/${file.name}` }] : []
  })
  return (await Promise.all(listed)).flat()
}

const listedOf = ({ id, key, contentType, content, updatedAt }: StoredObject): ListedObject => ({
  ...{ kind: 'object', key, id, size: content?.size ?? 0, contentType, content, changedAt: updatedAt },
})

/** An asset goes with its video, as by deleteAssets. */
function removing(core: Core, accounts: Accounts): BucketRemoving {
  return async (bucket, key, check) => {
    const at = keyOf(key)
    const project = projectOf(bucket)
    const asset = at && (await findAsset(core, bucket.account, project, at.asset))
    const file = asset && namedFiles(project, asset).find(({ name }) => name === at.name)
    if (!file || statusOf(asset) === 'DELETED' || (await objectOf(core, bucket, asset, file)) === null) return
    if (file.sideKey !== null)
      throw new BucketRefusal('denied', 'Covers and subtitles go with their asset: delete its original.')
    const account = accounts.byId(bucket.account)
    if (account === null || accounts.find(projectCredential, project.id)?.account.id !== account.id)
      throw new BucketRefusal('denied', 'The project is not there any more.')
    const found = accounts.find(projectCredential, project.id)
    if (found === null) return
    const removal = await removeAsset({ core, account, project: found.credential }, at.asset, {
      isWhole: true,
      check: ({ object }) => check?.(object.content === null ? null : shown(core, object)),
    })
    if (removal === 'FAILED') throw new BucketRefusal('denied', 'The asset is in use.')
  }
}

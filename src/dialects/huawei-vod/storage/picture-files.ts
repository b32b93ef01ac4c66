import { isCoreError } from '../../../core/errors.ts'
import type { ConflictPolicy, SeenObject, StoredObject } from '../../../core/model/objects.ts'
import { type Asset, filesBucket } from '../model/asset.ts'
import { changeAsset } from '../model/asset-changes.ts'
import type { ProjectContext } from '../model/context.ts'
import { coverKey } from './object-keys.ts'
import { removeSideFiles } from './side-files.ts'

type Context = Pick<ProjectContext, 'core' | 'account' | 'project'>

/** Bytes of a picture: received ones, or those of an object that is there. */
export type PictureBytes = { readonly bytes: Uint8Array } | { readonly object: SeenObject }

const JPEG = 'image/jpeg'
const PICTURE_SIZE_MAX = 16 * 1024 * 1024
/** The cover that the server makes of a frame. */
export const MADE_COVER = { type: 'JPG', md5: null, isMade: true } as const

/** Keeps a snapshot; one of the same second gives way. Errors: those of the stores. */
export const putSnapshot = (context: Context, key: string, bytes: Uint8Array): Promise<StoredObject> =>
  put(context, key, { bytes }, { conflict: 'overwrite' })

/**
 * Makes a picture the cover, in place of one that was made before or, with `replaces`, of any. Returns the asset as it is then; null where it has a
 * cover that stays. Errors: those of `find` and the stores.
 */
export async function putCover(
  context: Context,
  find: () => Promise<Asset>,
  picture: PictureBytes,
  replaces: 'any' | 'made',
): Promise<Asset | null> {
  const { core, account, project } = context
  const isFree = ({ attributes: { cover } }: Asset) =>
    replaces === 'any' || cover === null || cover.isMade === true
  const before = await find()
  if (!isFree(before)) return null
  const key = coverKey(project, before.object.key, { cover: MADE_COVER })
  if (key === null) return null
  const there = await core.objects.find({ account: account.id, bucket: filesBucket(project), key })
  let made: StoredObject
  try {
    const place = there === null ? {} : { ifThere: there }
    made = await put(context, key, picture, { conflict: 'fail', ...place })
  } catch (error) {
    // The owner's own cover came meanwhile.
    if (isCoreError(error, 'name-conflict') || isCoreError(error, 'object-changed')) return null
    throw error
  }
  let old: Asset = before
  try {
    const changed = await changeAsset(core, find, (asset) => {
      old = asset
      return isFree(asset) ? { attributes: { ...asset.attributes, cover: MADE_COVER } } : null
    })
    const oldKey = coverKey(project, old.object.key, old.attributes)
    if (oldKey !== null && oldKey !== key) await removeSideFiles(context, [oldKey])
    return changed
  } catch (error) {
    await remove(context, made)
    throw error
  }
}

/** Removes a picture, unless another one has taken its place. */
export async function remove({ core }: Pick<Context, 'core'>, { account, id }: StoredObject): Promise<void> {
  try {
    await core.objects.delete({ account, id })
  } catch (error) {
    if (!isCoreError(error, 'object-not-found')) throw error
  }
}

interface Place {
  readonly conflict: ConflictPolicy
  readonly ifThere?: SeenObject
}

async function put(
  { core, account, project }: Context,
  key: string,
  picture: PictureBytes,
  place: Place,
): Promise<StoredObject> {
  const traits = { name: key, kind: 'file', status: '', contentType: JPEG, media: null, attributes: {} }
  const at = { account: account.id, bucket: filesBucket(project), key, traits, ...place }
  if ('object' in picture) return core.objects.put({ ...at, staged: null, links: picture.object })
  const staged = await core.staging.receive(once(picture.bytes), { sizeMax: PICTURE_SIZE_MAX })
  return core.objects.put({ ...at, staged })
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}

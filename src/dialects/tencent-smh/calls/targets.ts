import { type Account, credentialsOf } from '../../../core/accounts.ts'
import { parseUploadId } from '../../../core/ids.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import type { TargetBucket, TargetFile, TargetRefusal, UploadTargets } from '../../upload-targets.ts'
import { findSpace } from '../auth/access.ts'
import { type Library, libraryCredential } from '../credentials.ts'
import { asSmhError, SmhError } from '../errors.ts'
import { confirmUpload, PLAIN_CONFIRM } from '../model/confirming.ts'
import { contentTypeOf } from '../model/content-types.ts'
import type { Smh, SpaceContext } from '../model/context.ts'
import { filePlace, findDirectory } from '../model/places.ts'
import { findThere, replacedSize, requireRoom } from '../model/room.ts'
import { readStrategy } from '../model/strategy.ts'
import { beginUpload, begunUploadOf, requireWaiting } from '../model/upload.ts'
import { ONLY_SPACE, uploadsBucket } from '../storage/buckets.ts'
import { readTraits } from '../wire/fields.ts'
import { confirmRecord } from '../wire/records.ts'

/** Who holds a key of the account may do in a library what its secret may. */
const OWNER: SpaceContext['caller'] = { user: '', grants: ['admin'], token: null }

/**
 * Files in the spaces of an account's libraries: the buckets `smh-<library>` and `smh-<library>-<space>`. A key is a path, an upload's
 * name is its confirmKey.
 */
export const createTargets = (smh: Smh): UploadTargets => ({
  at: (account, bucket) => {
    const [, id = '', space = ONLY_SPACE] = /^smh-([A-Za-z0-9]+)(?:-(.+))?$/.exec(bucket) ?? []
    const library = credentialsOf(account, libraryCredential).find((each) => each.id === id)
    return library === undefined ? null : spaceBucket(smh, account, library, space)
  },
})

function spaceBucket(smh: Smh, { id }: Account, library: Library, space: string): TargetBucket {
  const address = { account: id, realm: library.id, volume: space }
  const context = async (): Promise<SpaceContext & Smh> => {
    const volume = await findSpace(smh, library, address)
    if (volume === null) throw new SmhError('SpaceNotFound')
    return { ...smh, library, volume, address, caller: OWNER }
  }
  const requireOwn = async (upload: Upload | null) => {
    const { volume } = await context()
    if (upload?.bucket !== uploadsBucket(address)) throw new SmhError('UploadNotFound')
    const begun = begunUploadOf(upload)
    if (begun.root !== volume.root) throw new SmhError('UploadNotFound')
    return begun
  }
  return {
    begin: async (file) => begin(await context(), file),
    find: async (name) => {
      const found = parseUploadId(name)
      const upload = found === null ? null : await smh.core.uploads.find({ account: id, id: found })
      const begun = await requireOwn(upload)
      requireWaiting(begun, smh.core.clock.now())
      return begun.upload
    },
    nameOf: (upload) => upload.id,
    close: async (upload) => {
      await requireOwn(upload)
    },
    finish: async (upload, { deliveries }) => {
      const find = async () => requireOwn(await smh.core.uploads.find({ account: id, id: upload.id }))
      const { entry, isOverwritten } = await confirmUpload(await context(), find, {
        ...PLAIN_CONFIRM,
        deliveries,
      })
      return confirmRecord(library, entry, { isOverwritten })
    },
    refusalOf,
  }
}

/** As a start of parts: it can be renewed. */
async function begin(
  context: SpaceContext & Smh,
  { key, size, fields, attributes }: TargetFile,
): Promise<Upload> {
  const place = filePlace(context, key)
  const strategy = readStrategy(fields.conflict_resolution_strategy) ?? 'rename'
  const { labels = [], category = null, meta = {}, ...given } = readTraits(fields)
  const found = strategy === 'rename' ? null : await findThere(context, place)
  const replaced = replacedSize(strategy, found)
  if (size === null) await requireRoom(context, replaced)
  const plan = {
    ...({ kind: 'multipart', strategy, name: place.name, contentType: contentTypeOf(place.name) } as const),
    parent: await findDirectory(context, place.directory),
    attributes: { user: '', meta, labels, category },
    localCreatedAt: given.localCreatedAt ?? null,
    localModifiedAt: given.localModifiedAt ?? null,
    ...{ trafficLimit: null, cas: null },
  }
  return (await beginUpload(context, plan, { named: size, replaced }, attributes)).upload
}

function refusalOf(error: unknown): TargetRefusal | null {
  const { status, code, message } = asSmhError(error)
  return status < 500 ? { status, code, message } : null
}

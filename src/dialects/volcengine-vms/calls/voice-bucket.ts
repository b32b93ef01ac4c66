import type { Accounts } from '../../../core/accounts.ts'
import type { Core } from '../../../core/core.ts'
import { isCoreError } from '../../../core/errors.ts'
import { newObjectId } from '../../../core/ids.ts'
import type { Bucket } from '../../../core/model/buckets.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import { servable } from '../../../http/serve-object.ts'
import {
  type BucketFile,
  BucketRefusal,
  type DialectBuckets,
  flatReading,
  type Wanted,
} from '../../buckets.ts'
import { VmsError } from '../errors.ts'
import { BUCKET, RESOURCE_SIZE_MAX } from '../model/resource.ts'
import { probeVoice } from '../model/voice.ts'
import type { VolcengineVmsOptions } from '../options.ts'
import { fileNameOf } from '../storage/voice-files.ts'
import { hasVoiceSuffix, isFileName } from '../wire/names.ts'
import { committing } from './publish.ts'

interface Vms {
  readonly core: Core
  readonly accounts: Accounts
  readonly options: VolcengineVmsOptions
}

/** Voice resources: a file that is written is uploaded and committed; it never changes. */
export function createBuckets(vms: Vms): DialectBuckets {
  const { core } = vms
  return {
    ...flatReading(core),
    writing: {
      digests: ['md5', 'crc64'],
      check: (bucket, key) => requireNew(core, bucket, key),
      plan: async (bucket, { key }) => {
        await requireNew(core, bucket, key)
        return { bucket: BUCKET, key, attributes: {}, sizeMax: RESOURCE_SIZE_MAX }
      },
      commit: (bucket, upload, { key }, wanted) => commit(vms, bucket, upload, { key, wanted }),
      makeDirectory: null,
    },
    removing: (bucket, key, check) => remove(core, bucket, key, check),
  }
}

/** Refuses what no FileName is, and a file that is there. */
async function requireNew(core: Core, { account }: Bucket, key: string): Promise<void> {
  const name = fileNameOf(key)
  if (name === null || !isFileName(name) || !hasVoiceSuffix(name))
    throw new BucketRefusal(
      'denied',
      'Voice files are written as file/<FileName>, with the suffix .wav, .mp3 or none.',
    )
  if ((await core.objects.find({ account, bucket: BUCKET, key })) !== null) throw unchanging()
}

const unchanging = () =>
  new BucketRefusal('denied', 'A voice resource does not change: delete it before another is written.')

/** As CommitResourceUpload. */
async function commit(
  { core, accounts, options }: Vms,
  bucket: Bucket,
  upload: Upload,
  { key, wanted }: { readonly key: string; readonly wanted: Wanted },
): Promise<BucketFile> {
  const account = accounts.byId(bucket.account)
  const name = fileNameOf(key)
  if (account === null || name === null)
    throw new BucketRefusal('denied', 'The account is not there any more.')
  wanted.check?.(null)
  try {
    const at = { account: account.id, id: upload.id }
    const now = (await core.uploads.find(at)) ?? upload
    if (now.state === 'committed') return shown(core, await core.objects.get({ ...at, id: now.objectId }))
    const voice = await probeVoice(core, now)
    const id = newObjectId(core.random, core.clock.now())
    const how = committing({ core, account, options }, id, { upload: now, voice, name })
    return shown(core, await core.uploads.commit(at, how))
  } catch (error) {
    if (!wanted.isFree && isCoreError(error, 'name-conflict')) throw unchanging()
    if (isCoreError(error, 'media-refused'))
      throw new BucketRefusal('invalid', 'The bytes are neither WAV nor MP3.')
    throw error instanceof VmsError ? new BucketRefusal('invalid', error.message) : error
  }
}

/** As OpenDeleteResource: not while it is in use. */
async function remove(core: Core, { account }: Bucket, key: string, check: Wanted['check']): Promise<void> {
  const resource = await core.objects.find({ account, bucket: BUCKET, key })
  if (resource === null) return
  check?.(shown(core, resource))
  try {
    await core.objects.delete({ account, id: resource.id }, check === null ? undefined : resource)
  } catch (error) {
    if (!isCoreError(error, 'object-not-found')) throw error
  }
}

const shown = ({ objects }: Core, resource: StoredObject): BucketFile => ({
  ...servable(objects, resource),
  meta: {},
})

import type { AccountId } from '../../../core/ids.ts'
import { isObject } from '../../../http/json-shapes.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { TargetBucket, TargetRefusal, UploadTargets } from '../../upload-targets.ts'
import { ownBucket } from '../storage/buckets.ts'
import { traitsOf } from '../storage/objects.ts'
import { beginUpload, openUploadOf } from '../storage/uploads.ts'
import type { S3Context } from './call.ts'

/** Objects of the buckets that an account's users made. An upload's name is its upload id. */
export const createTargets = (context: S3Context): UploadTargets => ({
  at: ({ id }, bucket) => (context.core.buckets.isReserved(bucket) ? null : usersBucket(context, id, bucket)),
})

function usersBucket(context: S3Context, account: AccountId, bucket: string): TargetBucket {
  const { uploads } = context.core
  return {
    begin: async ({ key, contentType, size, attributes }) => {
      await ownBucket(context, { account, bucket })
      const kept = { contentType, kept: {}, ...attributes }
      return beginUpload(context, { account, bucket, key }, kept, size === null ? {} : { sizeNamed: size })
    },
    find: (name) => openUploadOf(context, { account, bucket }, name),
    nameOf: ({ id }) => id,
    close: async (upload) => {
      await uploads.seal({ account, id: upload.id })
    },
    finish: async ({ id, key, attributes: { kept } }, { name, contentType, deliveries }) => {
      const traits = traitsOf(key, { contentType, attributes: isObject(kept) ? kept : {} })
      const object = await uploads.commit(
        { account, id },
        { traits: { ...traits, name: name ?? key }, conflict: 'overwrite', deliveries },
      )
      return { bucket, key, size: object.content?.size ?? 0 }
    },
    refusalOf,
  }
}

function refusalOf(error: unknown): TargetRefusal | null {
  if (!(error instanceof PlaneError)) return null
  const { code, message } = error
  return { status: code === 'no-such-bucket' || code === 'no-such-upload' ? 404 : 403, code, message }
}

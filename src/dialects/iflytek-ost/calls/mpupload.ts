import type { JsonObject } from '../../../core/model/json.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import { objectFields } from '../../../http/json-fields.ts'
import type { Reply } from '../../../http/types.ts'
import { sliceIdMin, sliceLimits } from '../model/limits.ts'
import { success } from '../wire/answers.ts'
import { type Fields, sliceIdOf, uploadIdOf } from '../wire/fields.ts'
import { readForm, readJson } from '../wire/forms.ts'
import { newOstUploadId } from '../wire/ids.ts'
import { bucketOf, type Call, checkLabel, formOptions, storedTraits, uploadIn, urlOf } from './call.ts'

/** `/file/mpupload/init`: begins a file in slices. */
export async function init(call: Call): Promise<Reply> {
  checkLabel(call, objectFields(await readJson(call.exchange, formOptions(call))))
  const sid = call.exchange.requestId
  const { ref } = await beginSlices(call, sid, {})
  return success(sid, { upload_id: ref })
}

/** What a file in slices may have beside the slices. */
interface Begun {
  readonly sizeNamed?: number
  readonly attributes?: JsonObject
}

/** Begins a file in slices. `sid` is its own, and nobody else's. Its `ref` is the upload_id. */
export async function beginSlices(
  { core, options, caller }: Pick<Call, 'core' | 'options' | 'caller'>,
  sid: string,
  { sizeNamed, attributes = {} }: Begun,
): Promise<Upload> {
  for (;;) {
    const now = core.clock.now()
    const ref = newOstUploadId(core.random, now)
    const begun = await core.uploads.begin({
      ...{ account: caller.account.id, bucket: bucketOf({ caller }), ref, key: `file/${ref}` },
      limits: { ...sliceLimits(options), ...(sizeNamed === undefined ? {} : { sizeNamed }) },
      attributes: { ...attributes, sid },
      expiresAt: now + options.uploadTtlS * 1000,
    })
    // If not, somebody else's upload has the same digits.
    if (begun.attributes.sid === sid) return begun
  }
}

/**
 * `/file/mpupload/upload`: one slice. The last one sent for its number counts. An empty one is refused: public clients send it in
 * place of the real last slice, and would not notice that their file lacks its end.
 */
export async function upload(call: Call): Promise<Reply> {
  const { core, options, exchange } = call
  const sliceOf = (fields: Fields) => ({
    uploadId: uploadIdOf(fields),
    sliceId: sliceIdOf(fields, sliceIdMin(options)),
  })
  const partOf = (fields: Fields) => {
    try {
      const { uploadId, sliceId } = sliceOf(fields)
      return { upload: uploadIn(call, uploadId), number: sliceId }
    } catch {
      // A missing field may follow the file. A wrong one is answered when the whole form is there.
      return null
    }
  }
  const { input, file } = await readForm(exchange, { ...formOptions(call), partOf, sizeMin: 1 }, (fields) => {
    checkLabel(call, fields)
    return sliceOf(fields)
  })
  await core.uploads.attach(uploadIn(call, input.uploadId), input.sliceId, file.staged)
  return success(exchange.requestId)
}

/** Nothing tells what a file in slices is. */
const UNKNOWN_TYPE = 'application/octet-stream'

/** `/file/mpupload/complete`: makes the slices a file. A repeat gives the same url. */
export async function complete(call: Call): Promise<Reply> {
  const uploadId = await readUploadId(call)
  const object = await call.core.uploads.commit(uploadIn(call, uploadId), {
    traits: storedTraits(uploadId, UNKNOWN_TYPE),
    conflict: 'rename',
  })
  return success(call.exchange.requestId, urlOf(call, object))
}

/** `/file/mpupload/cancel`: ends an upload and gives up its slices. */
export async function cancel(call: Call): Promise<Reply> {
  const uploadId = await readUploadId(call)
  await call.core.uploads.abort(uploadIn(call, uploadId))
  return success(call.exchange.requestId)
}

async function readUploadId(call: Call): Promise<string> {
  const fields = objectFields(await readJson(call.exchange, formOptions(call)))
  checkLabel(call, fields)
  return uploadIdOf(fields)
}

import type { UploadIn } from '../../../core/model/addresses.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import { objectFields } from '../../../http/json-fields.ts'
import type { Exchange, Reply, Route } from '../../../http/types.ts'
import type { DialectContext } from '../../dialect.ts'
import { authenticate, type Caller, publicHostsOf } from '../auth/authenticate.ts'
import { sliceIdMin, sliceLimits } from '../model/limits.ts'
import type { IflytekOstOptions } from '../options.ts'
import type { DownloadTokens } from '../storage/download-tokens.ts'
import { DOWNLOAD_PATH } from '../storage/downloads.ts'
import { displayName, newOstUploadId, storedContentType, success } from '../wire/answers.ts'
import { callLabel, type Fields, sliceIdOf, uploadIdOf } from '../wire/fields.ts'
import { readForm, readJson } from '../wire/forms.ts'

type Context = DialectContext<IflytekOstOptions> & { readonly tokens: DownloadTokens }
type Call = (context: Context, exchange: Exchange, caller: Caller) => Promise<Reply>

const CALLS: readonly (readonly [path: string, name: string, call: Call])[] = [
  ['/file/upload', 'upload', uploadWhole],
  ['/file/mpupload/init', 'mpupload.init', begin],
  ['/file/mpupload/upload', 'mpupload.upload', uploadSlice],
  ['/file/mpupload/complete', 'mpupload.complete', complete],
  ['/file/mpupload/cancel', 'mpupload.cancel', cancel],
]

/** The five calls of FileUpload. Each finds its caller from the headers before it reads any of the body. */
export function callRoutes(context: Context): readonly Route[] {
  const publicHosts = publicHostsOf(context.publicUrl)
  return CALLS.map(([path, name, call]) => ({
    method: 'POST',
    path,
    call: name,
    handle: async (exchange) => {
      const caller = authenticate(exchange, context.accounts, publicHosts)
      exchange.note({ account: caller.account.id, app: caller.app.appId })
      return await call(context, exchange, caller)
    },
  }))
}

async function uploadWhole(context: Context, exchange: Exchange, caller: Caller): Promise<Reply> {
  const { core } = context
  const { file } = await readForm(exchange, formOptions(context), (fields) =>
    checkLabel(exchange, caller, fields),
  )
  const { staged, filename, contentType } = file
  const object = await core.objects.put({
    account: caller.account.id,
    bucket: bucketOf(caller),
    key: `file/${exchange.requestId}`,
    staged,
    fields: storedFields(displayName(filename), storedContentType(contentType)),
    conflict: 'rename',
  })
  return success(exchange.requestId, urlOf(context, caller, object))
}

async function begin(context: Context, exchange: Exchange, caller: Caller): Promise<Reply> {
  const { core, options } = context
  checkLabel(exchange, caller, objectFields(await readJson(exchange, formOptions(context))))
  const sid = exchange.requestId
  for (;;) {
    const now = core.clock.now()
    const ref = newOstUploadId(core.random, now)
    const upload = await core.uploads.begin({
      account: caller.account.id,
      bucket: bucketOf(caller),
      ref,
      key: `file/${ref}`,
      limits: sliceLimits(options),
      attributes: { sid },
      expiresAt: now + options.uploadTtlS * 1000,
    })
    // Somebody else's upload has the same digits: that one is not to be shared.
    if (upload.attributes.sid === sid) return success(sid, { upload_id: ref })
  }
}

async function uploadSlice(context: Context, exchange: Exchange, caller: Caller): Promise<Reply> {
  const { core, options } = context
  const sliceOf = (fields: Fields) => ({
    uploadId: uploadIdOf(fields),
    sliceId: sliceIdOf(fields, sliceIdMin(options)),
  })
  const partOf = (fields: Fields) => {
    try {
      const { uploadId, sliceId } = sliceOf(fields)
      return { upload: uploadIn(caller, uploadId), number: sliceId }
    } catch {
      // What is missing may follow the file; what is wrong is told of the whole form.
      return null
    }
  }
  const { input, file } = await readForm(exchange, { ...formOptions(context), partOf }, (fields) => {
    checkLabel(exchange, caller, fields)
    return sliceOf(fields)
  })
  await core.uploads.attach(uploadIn(caller, input.uploadId), input.sliceId, file.staged)
  return success(exchange.requestId)
}

async function complete(context: Context, exchange: Exchange, caller: Caller): Promise<Reply> {
  const uploadId = await readUploadId(context, exchange, caller)
  const object = await context.core.uploads.commit(uploadIn(caller, uploadId), {
    fields: storedFields(uploadId, 'application/octet-stream'),
    conflict: 'rename',
  })
  return success(exchange.requestId, urlOf(context, caller, object))
}

async function cancel(context: Context, exchange: Exchange, caller: Caller): Promise<Reply> {
  const uploadId = await readUploadId(context, exchange, caller)
  await context.core.uploads.abort(uploadIn(caller, uploadId))
  return success(exchange.requestId)
}

async function readUploadId(context: Context, exchange: Exchange, caller: Caller): Promise<string> {
  const fields = objectFields(await readJson(exchange, formOptions(context)))
  checkLabel(exchange, caller, fields)
  return uploadIdOf(fields)
}

function checkLabel(exchange: Exchange, caller: Caller, fields: Fields): void {
  const { requestId } = callLabel(fields, caller.app.appId)
  exchange.note({ callerRequestId: requestId.slice(0, 64) })
}

const formOptions = ({ core, options }: Context) => ({ core, checkDigest: options.checkDigest })

/** An app's files and uploads are its own. */
const bucketOf = ({ app }: Caller): string => `iflytek-ost/${app.appId}`

const uploadIn = (caller: Caller, ref: string): UploadIn => ({
  account: caller.account.id,
  bucket: bucketOf(caller),
  ref,
})

const storedFields = (name: string, contentType: string) => ({
  name,
  kind: 'file',
  status: 'stored',
  contentType,
  media: null,
  attributes: { filename: name, contentType },
})

const urlOf = ({ publicUrl, tokens }: Context, { app }: Caller, object: StoredObject): JsonObject => ({
  url: `${publicUrl}${DOWNLOAD_PATH}/${tokens.tokenOf(app, object.id)}`,
})

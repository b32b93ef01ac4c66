import type { JsonObject } from '../../../core/model/json.ts'
import { presign } from '../../../object-plane/tos/index.ts'
import { landingUrl } from '../storage/landing.ts'
import { beginUpload, fileKey } from '../storage/voice-files.ts'
import { readFileName } from '../wire/names.ts'
import { type Call, endDryRun } from './call.ts'

/** Seconds: "valid 10 minutes" (document 6358/172958). */
export const URL_TTL_S = 600
/** As in the document's sample URL. */
const REGION = 'cn-north-2'

/** GetResourceUploadUrl (documents 6358/172958, 6358/1722082): a URL that takes the file by PUT, here or in the S3 store. */
export async function getResourceUploadUrl(call: Call): Promise<JsonObject> {
  const { core, account, key, options, publicUrl, parameters } = call
  const fileName = readFileName(parameters)
  endDryRun(call)
  const at = { account: account.id, ref: fileName, key: fileKey(fileName) }
  const upload = await beginUpload(core, options, at)
  const direct = await landingUrl(core, upload, URL_TTL_S)
  if (direct !== null) return { UploadUrl: direct }
  const uploadUrl = presign({
    method: 'PUT',
    baseUrl: publicUrl,
    path: `/${account.id}/${fileName}`,
    keys: key,
    region: REGION,
    expiresS: URL_TTL_S,
    now: core.clock.now(),
  })
  return { UploadUrl: uploadUrl }
}

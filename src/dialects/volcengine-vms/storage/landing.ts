import type { Core, Landing } from '../../../core/core.ts'
import { CoreError } from '../../../core/errors.ts'
import { parseSegmentName, type SegmentName } from '../../../core/ids.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import { RESOURCE_SIZE_MAX } from '../model/resource.ts'
import { isWaiting, PART } from './voice-files.ts'

/** A URL by which the client puts an upload's bytes into the blob store itself. Null: the store has no such URLs. */
export async function landingUrl(core: Core, upload: Upload, expiresS: number): Promise<string | null> {
  const found = landingOf(core, upload)
  if (found === null) return null
  const { landing, name } = found
  const { url } = await landing.presignPut(name, { expiresS, keepUntil: upload.expiresAt })
  return url
}

/**
 * Makes what has landed the upload's bytes. They replace earlier ones. Returns the upload as it is then. Errors:
 * `body-too-large` (what has landed stays, so that a corrected PUT can follow), those of `attach`, those of the stores.
 */
export async function takeLanded(core: Core, upload: Upload): Promise<Upload> {
  const found = isWaiting(core, upload) ? landingOf(core, upload) : null
  if (found === null) return upload
  const { landing, name } = found
  const adopted = await landing.adopt(name, { sizeMax: RESOURCE_SIZE_MAX, digests: ['md5', 'crc64'] })
  const at = { account: upload.account, id: upload.id }
  if (adopted !== null) {
    await core.uploads.attach(at, PART, adopted.staged)
    await landing.clear(name, adopted.tag)
  }
  const now = await core.uploads.find(at)
  if (now === null) throw new CoreError('upload-not-found', 'the upload is gone')
  return now
}

/** Drops what has landed, because other bytes came after it. The last PUT wins, whichever way it took. */
export async function dropLanded(core: Core, upload: Upload): Promise<void> {
  const found = landingOf(core, upload)
  await found?.landing.clear(found.name)
}

function landingOf(
  { landing }: Core,
  { attributes }: Upload,
): { readonly landing: Landing; readonly name: SegmentName } | null {
  const name = typeof attributes.landing === 'string' ? parseSegmentName(attributes.landing) : null
  return landing === null || name === null ? null : { landing, name }
}

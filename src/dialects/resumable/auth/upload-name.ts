import { type AccountId, asAccountId, type UploadId } from '../../../core/ids.ts'
import { equalsConstantTime, hmacSha256 } from '../../../http/canonical.ts'

/** What the URL of an upload names. */
export interface NamedUpload {
  readonly account: AccountId
  readonly id: UploadId
}

/**
 * The last segment of an upload's URL: whose it is, its id, and a seal that only this installation can make. Who knows it may go on with the upload.
 */
export const nameOf = (secret: Uint8Array, { account, id }: NamedUpload): string => {
  const text = `${Buffer.from(account).toString('base64url')}.${id}`
  return `${text}.${sealOf(secret, text)}`
}

/** Null for a name that was not made here. */
export function uploadNamed(secret: Uint8Array, name: string): NamedUpload | null {
  const [, text = '', account = '', id = '', seal = ''] =
    /^(([\w-]+)\.([0-9a-f]{32}))\.([\w-]{22})$/.exec(name) ?? []
  if (text === '' || !equalsConstantTime(sealOf(secret, text), seal)) return null
  return { account: asAccountId(Buffer.from(account, 'base64url').toString()), id: id as UploadId }
}

const sealOf = (secret: Uint8Array, text: string): string =>
  hmacSha256(secret, text).subarray(0, 16).toString('base64url')

import type { Accounts } from '../../../core/accounts.ts'
import { stableName } from '../../../core/model/buckets.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import type { Appended } from '../../../core/ports/commands/uploads.ts'
import { may } from '../../../core/rules/rights.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../../http/types.ts'
import type { DialectContext } from '../../dialect.ts'
import { nameOf, uploadNamed } from '../auth/upload-name.ts'
import { ResumableError } from '../errors.ts'
import type { Turns } from '../model/turns.ts'
import type { ResumableOptions } from '../options.ts'

/** What every call works with. */
export interface Door extends DialectContext<ResumableOptions> {
  /** Seals the names of uploads. */
  readonly secret: Uint8Array
  readonly turns: Turns
}

export type Handler = (door: Door, exchange: Exchange) => Promise<Reply>

/** First segment of every path. */
export const FIRST_SEGMENT = 'uploads'

export const urlOf = ({ publicUrl, secret }: Door, upload: Upload): string =>
  `${publicUrl}/${FIRST_SEGMENT}/${nameOf(secret, upload)}`

/** The upload that the path names, while the key is there whose ticket began it. Errors: 403, 404, 410. */
export async function requireUpload(
  door: Door,
  { params, identified, guesses }: Exchange,
): Promise<Appended> {
  const named = uploadNamed(door.secret, params.upload ?? '')
  if (named === null) {
    guesses.wrongToken()
    throw new ResumableError(404, 'there is no such upload')
  }
  const found = await door.core.uploads.findOffset(named)
  if (found === null) throw new ResumableError(404, 'there is no such upload')
  requireKey(door.accounts, found.upload)
  identified(named.account)
  const { state } = found.upload
  if (state === 'aborted' || state === 'failed') throw new ResumableError(404, 'the upload was given up')
  if (state === 'expired' || (state !== 'committed' && door.core.clock.now() >= found.upload.expiresAt))
    throw new ResumableError(410, 'the upload waited too long for its next bytes')
  return found
}

/** What a right gave ends with it: the key that made the ticket is still there and may write the object. Errors: 403. */
export function requireKey(accounts: Accounts, upload: Upload): void {
  const { account, bucket, key, attributes } = upload
  const { ticketKey } = attributes
  const found = typeof ticketKey === 'string' ? accounts.byAccessKey(ticketKey) : null
  if (found?.account.id !== account) throw new ResumableError(403, 'the key that allowed the upload is gone')
  if (!may(found.key.rights, 'write', { bucket: stableName(bucket), key }))
    throw new ResumableError(403, 'the key that allowed the upload may not write there any more')
}

export const expiryOf = ({ state, expiresAt }: Upload): ReplyHeaders =>
  state === 'open' ? { 'upload-expires': new Date(expiresAt).toUTCString() } : {}

import type { Account, Accounts } from '../../../core/accounts.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import type { Appended } from '../../../core/ports/commands/uploads.ts'
import { may } from '../../../core/rules/rights.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../../http/types.ts'
import type { DialectContext } from '../../dialect.ts'
import type { TargetBucket, UploadTargets } from '../../upload-targets.ts'
import { nameOf, uploadNamed } from '../auth/upload-name.ts'
import { ResumableError, refusalOfTarget } from '../errors.ts'
import { type Sender, senderOf } from '../model/sender.ts'
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
  const { ticketKey, bucket, key } = requireSender(upload)
  const found = accounts.byAccessKey(ticketKey)
  if (found?.account.id !== upload.account)
    throw new ResumableError(403, 'the key that allowed the upload is gone')
  if (!may(found.key.rights, 'write', { bucket, key }))
    throw new ResumableError(403, 'the key that allowed the upload may not write there any more')
}

/** Errors: 404 for an upload that no ticket leads to. */
export function requireSender(upload: Upload): Sender {
  const sender = senderOf(upload)
  if (sender === null) throw new ResumableError(404, 'there is no such upload')
  return sender
}

/** The bucket that an upload belongs to. Errors: 404, 403 where the account is gone. */
export function bucketOf(
  { accounts, targets }: Pick<Door, 'accounts' | 'targets'>,
  upload: Upload,
): TargetBucket {
  const account = accounts.byId(upload.account)
  if (account === null) throw new ResumableError(403, 'the account is gone')
  return requireBucket(targets, account, requireSender(upload).bucket)
}

/** Errors: 404. */
export function requireBucket(
  targets: readonly UploadTargets[],
  account: Account,
  name: string,
): TargetBucket {
  for (const each of targets) {
    const bucket = each.at(account, name)
    if (bucket !== null) return bucket
  }
  throw new ResumableError(404, `there is no bucket ${name}`)
}

/** Does something with a bucket, whose refusals become the door's. */
export async function within<Value>(bucket: TargetBucket, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    throw refusalOfTarget(error, bucket.refusalOf(error))
  }
}

/** Most bytes of an upload: its own limit, or what its ticket allowed. */
export const sizeMaxOf = (upload: Upload): number =>
  Math.min(upload.limits.sizeMax, senderOf(upload)?.sizeMax ?? upload.limits.sizeMax)

/** Whether all bytes came, and what comes with the last one is done. */
export const isDone = (upload: Upload): boolean =>
  upload.state === 'committed' || senderOf(upload)?.isClosed === true

/** What the target's own calls name the upload by; nothing of one whose bytes another upload will have. */
export const referenceOf = (door: Door, upload: Upload): ReplyHeaders =>
  senderOf(upload)?.concat?.kind === 'partial'
    ? {}
    : { 'upload-reference': encodeURI(bucketOf(door, upload).nameOf(upload)) }

/** Errors: 403 for an upload that is put together of others: none of its bytes are sent. */
export function requireNotFinal(upload: Upload): void {
  if (senderOf(upload)?.concat?.kind !== 'final') return
  throw new ResumableError(403, 'the upload is put together of others: it takes no bytes')
}

export const expiryOf = ({ state, expiresAt }: Upload): ReplyHeaders =>
  state === 'open' ? { 'upload-expires': new Date(expiresAt).toUTCString() } : {}

import type { UploadIn } from '../../../core/model/addresses.ts'
import { type BucketName, bucketName } from '../../../core/model/buckets.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import type { Exchange, Reply } from '../../../http/types.ts'
import type { DialectContext } from '../../dialect.ts'
import type { Caller } from '../auth/authenticate.ts'
import type { SignedBodies } from '../auth/signed-bodies.ts'
import type { IflytekOstOptions } from '../options.ts'
import type { DownloadTokens } from '../storage/download-tokens.ts'
import { DOWNLOAD_PATH } from '../storage/downloads.ts'
import { callLabel, type Fields } from '../wire/fields.ts'

/** What the dialect's calls share. */
export interface Ost extends DialectContext<IflytekOstOptions> {
  readonly tokens: DownloadTokens
  /** Of queries, which some clients sign with the digest of the body that made their task. */
  readonly signedBodies: SignedBodies
}

/** One authenticated call. */
export interface Call extends Ost {
  readonly exchange: Exchange
  readonly caller: Caller
  /** Whether the caller still may call, once the body is there: throws what the request would be refused with now, whatever the time. */
  again(): void
}

export type Handler = (call: Call) => Promise<Reply>

/** Checks the fields that every call has. Errors: OstError. */
export function checkLabel({ exchange, caller }: Call, fields: Fields): void {
  const { requestId } = callLabel(fields, caller.app.appId)
  exchange.note({ callerRequestId: requestId.slice(0, 64) })
}

export const formOptions = ({ core, options, again }: Call) => ({
  core,
  checkDigest: options.checkDigest,
  again,
})

/** An app's files and uploads are its own. */
export const bucketOf = ({ caller }: Pick<Call, 'caller'>): BucketName =>
  bucketName('iflytek-ost', `ost-${caller.app.appId}`)

export const uploadIn = (call: Pick<Call, 'caller'>, ref: string): UploadIn => ({
  account: call.caller.account.id,
  bucket: bucketOf(call),
  ref,
})

export const storedTraits = (name: string, contentType: string) => ({
  name,
  kind: 'file',
  status: 'stored',
  contentType,
  media: null,
  attributes: { filename: name, contentType },
})

/** Where an object is downloaded: the `data` of an answer. */
export const urlOf = (
  { publicUrl, tokens, caller }: Pick<Call, 'publicUrl' | 'tokens' | 'caller'>,
  { id }: StoredObject,
): JsonObject => ({
  url: `${publicUrl}${DOWNLOAD_PATH}/${tokens.tokenOf(caller.app, id)}`,
})

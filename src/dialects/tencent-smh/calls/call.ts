import type { Account, Accounts } from '../../../core/accounts.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import type { AccessToken } from '../../../core/model/tokens.ts'
import type { Volume, VolumeAddress } from '../../../core/model/trees.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import type { Exchange, Reply } from '../../../http/types.ts'
import type { Library } from '../credentials.ts'
import type { Smh } from '../model/context.ts'
import type { Query } from '../wire/query.ts'

/** A call to a library. */
export interface LibraryCall extends Smh {
  readonly exchange: Exchange
  readonly query: Query
  readonly account: Account
  readonly library: Library
  readonly caller: Caller
  /**
   * The body as JSON, read when it is first asked for; an empty one is `{}`. It has at most `sizeMax` bytes, by default 256 KiB. Errors:
   * `BadRequest`, `RequestEntityTooLarge`.
   */
  json(sizeMax?: number): Promise<Json>
  /** As `json`, for calls whose body is an object. */
  body(sizeMax?: number): Promise<JsonObject>
}

/** A call to a space of a library. */
export interface SpaceCall extends LibraryCall {
  readonly volume: Volume
  readonly address: VolumeAddress
  /** What follows the space in the URL, decoded; empty for the root. */
  readonly path: string
  /** The upload that the path names by its confirmKey, as it was when the call came; null for none. */
  readonly upload: Upload | null
}

/** Who calls. `user` is the token's, or the one for whom an admin's token calls; empty for nobody. */
export interface Caller {
  readonly user: string
  readonly grants: readonly string[]
  /** Null for the library's secret, and for readers of what is public. */
  readonly token: AccessToken | null
}

/** Calls about tokens find their caller themselves. Most of them ask for the library's secret. */
export type TokenHandler = (smh: Smh, accounts: Accounts, exchange: Exchange) => Promise<Reply>
export type LibraryHandler = (call: LibraryCall) => Promise<Reply>
export type SpaceHandler = (call: SpaceCall) => Promise<Reply>

/** An answer with a JSON body, or with none. */
export const reply = (call: Pick<LibraryCall, 'exchange'>, status: number, body?: Json): Reply =>
  body === undefined
    ? { status, headers: { 'x-request-id': call.exchange.requestId }, body: '' }
    : replyText(call, status, JSON.stringify(body))

/** The same with the text of the JSON. */
export const replyText = (
  { exchange }: Pick<LibraryCall, 'exchange'>,
  status: number,
  body: string,
): Reply => ({
  status,
  headers: { 'x-request-id': exchange.requestId, 'content-type': 'application/json; charset=utf-8' },
  body,
})

import type { AccountId } from '../core/ids.ts'
import type { Rights } from '../core/model/accounts.ts'
import type { PlaneChunks } from './chunks.ts'
import type { PlaneAllows } from './operations.ts'

/** A key that may sign requests, and whose it is. */
export interface PlaneKey {
  readonly account: AccountId
  readonly secretKey: string
  readonly rights: Rights
}

export type FindPlaneKey = (accessKey: string) => PlaneKey | null

/** What a signature proves. */
export interface PlaneSigner {
  readonly account: AccountId
  /** The body's sha256 (lower-case hex) where the signature covers it; null when the body is not signed. */
  readonly bodySha256: string | null
  /** Of a body that comes in chunks, each perhaps signed. Absent for others. */
  readonly chunks?: PlaneChunks
  /** Of the key. Temporary credentials have all: what they allow stands in their token. */
  readonly rights: Rights
  /** Nobody signed: whoever asks is everybody. */
  readonly isAnonymous?: boolean
  /** Of temporary credentials; absent where the account's own key signed. */
  readonly grant?: PlaneGrant
  readonly allows?: PlaneAllows
  /** Whether that which made the credentials still is there. Absent where the signature has shown it. */
  stands?(): Promise<boolean>
  /** Whether the signature covers a parameter of the query. Absent where it covers all that change the answer. */
  signs?(name: string): boolean
  /** The same for a header (lower case). */
  signsHeader?(name: string): boolean
}

/** What temporary credentials allow, beyond what the flavour checks with their signature. */
export interface PlaneGrant {
  /** Only targets of this realm. */
  readonly realm: string
  /** Bytes a second for each request; null for no limit. */
  readonly trafficLimit: number | null
}

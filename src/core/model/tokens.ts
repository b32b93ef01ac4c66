import type { TimeMs } from '../clock.ts'
import type { JsonObject } from './json.ts'
import type { RealmAddress } from './trees.ts'

/** A bearer token's facts. The token itself is never kept, only its SHA-256. */
export interface AccessToken extends RealmAddress {
  /** SHA-256 of the token, 64 lower-case hex characters. */
  readonly hash: string
  readonly user: string
  readonly client: string
  readonly session: string
  /** Names of the volumes it is for; empty for all. */
  readonly volumes: readonly string[]
  readonly grants: readonly string[]
  readonly attributes: JsonObject
  /** Milliseconds that each use adds, counted from the use. */
  readonly periodMs: number
  readonly expiresAt: TimeMs
}

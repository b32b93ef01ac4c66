import type { TimeMs } from '../../clock.ts'
import type { AccountLimits } from '../../model/limits.ts'
import type { AccessToken } from '../../model/tokens.ts'
import type { RealmAddress } from '../../model/trees.ts'

/** Access tokens that live on as long as they are used. */
export interface TokenCommands {
  /**
   * Where its user has `tokensPerUser` already, those that were unused for longest make way. Errors: `quota-exceeded` beyond
   * `tokens` of the account.
   */
  createToken(
    command: AccessToken & {
      /** The account's limits; absent for none. */
      readonly within?: Pick<AccountLimits, 'tokens' | 'tokensPerUser'>
    },
  ): Promise<void>
  /** Null when unknown or its time is over. */
  findToken(query: { readonly hash: string; readonly now: TimeMs }): Promise<AccessToken | null>
  /** Moves the end on, never back. Null if the token is not there any more. */
  renewToken(command: {
    readonly hash: string
    readonly expiresAt: TimeMs
    readonly now: TimeMs
  }): Promise<AccessToken | null>
  /** Fine when it is not there. */
  deleteToken(command: RealmAddress & { readonly hash: string }): Promise<void>
  /** Deletes the tokens that fit all conditions; null fits any. `users`: one of these (`''`: no user). Returns how many. */
  deleteTokens(
    command: RealmAddress & {
      readonly users: readonly string[] | null
      readonly client: string | null
      readonly session: string | null
    },
  ): Promise<number>
  /** Deletes up to `limit` tokens whose time is over. */
  expireTokens(command: { readonly now: TimeMs; readonly limit: number }): Promise<number>
}

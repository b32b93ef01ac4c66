import { hash } from 'node:crypto'
import { createBrief } from '../brief.ts'
import type { Clock, TimeMs } from '../clock.ts'
import { isCoreError } from '../errors.ts'
import type { JsonObject } from '../model/json.ts'
import type { AccessToken } from '../model/tokens.ts'
import type { RealmAddress } from '../model/trees.ts'
import type { TokenCommands } from '../ports/commands/tokens.ts'
import type { Random } from '../random.ts'

/** What the maker of a token decides. */
export type TokenFacts = Omit<AccessToken, 'hash' | 'expiresAt'>

/**
 * Bearer tokens: opaque texts. Only their SHA-256 is kept. Each use renews a token for its period. The `expiresAt` that
 * `use` and `renew` return is the token's end if nobody uses it again.
 */
export interface Tokens {
  /**
   * A new token of 40 url-safe characters: the only time that its text is known. `attributesOf` makes further attributes of that
   * text.
   */
  mint(
    facts: TokenFacts,
    attributesOf?: (token: string) => JsonObject,
  ): Promise<{ readonly token: string; readonly expiresAt: TimeMs }>
  /** Whose token it is; null when it is unknown or its time is over. Any text may be asked for. */
  use(token: string): Promise<AccessToken | null>
  /** As `use`, but its new end is always written down. */
  renew(token: string): Promise<AccessToken | null>
  /**
   * Whether a token with this hash is there and its time is not over. It counts as no use. The answer may be a second old where another node has
   * ended the token.
   */
  stands(hash: string): Promise<boolean>
  /** Fine when it is not there. */
  revoke(command: RealmAddress & { readonly token: string }): Promise<void>
  /** Ends the tokens that fit all conditions; null fits any. `users`: one of these (`''`: no user). Returns how many. */
  revokeMany: TokenCommands['deleteTokens']
}

/** How long it is believed that a token is there. */
const STANDING_KEPT_MS = 1000
/** 240 random bits. */
const TOKEN_BYTES = 30
const GRANULARITY_MAX_MS = 60_000

/**
 * How much longer than its period a token is kept. A use within that time after a write is not written down. So a token in
 * constant use is seldom written, and no token ends earlier than its period after its last use.
 */
const granularityMs = (periodMs: number): number => Math.min(Math.ceil(periodMs / 20), GRANULARITY_MAX_MS)

interface TokenPorts {
  readonly metadata: TokenCommands
  readonly clock: Clock
  readonly random: Random
}

export function createTokens({ metadata, clock, random }: TokenPorts): Tokens {
  const standing = createBrief<boolean>({ clock, keepMs: STANDING_KEPT_MS })
  const keptUntil = (periodMs: number, now: TimeMs) => now + periodMs + granularityMs(periodMs)

  async function extend({ hash, periodMs }: AccessToken, now: TimeMs): Promise<AccessToken | null> {
    const renewed = await metadata.renewToken({ hash, expiresAt: keptUntil(periodMs, now), now })
    return renewed === null ? null : endingAt(renewed, now)
  }

  return {
    mint: async (facts, attributesOf = () => ({})) => {
      const token = Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url')
      const now = clock.now()
      const expiresAt = keptUntil(facts.periodMs, now)
      const attributes = { ...facts.attributes, ...attributesOf(token) }
      await metadata.createToken({ ...facts, attributes, hash: hashOf(token), expiresAt })
      return { token, expiresAt: now + facts.periodMs }
    },
    use: async (token) => {
      const now = clock.now()
      const found = await metadata.findToken({ hash: hashOf(token), now })
      if (found === null || found.expiresAt >= now + found.periodMs) return found && endingAt(found, now)
      try {
        return await extend(found, now)
      } catch (error) {
        // A full store can still be read. The token is good, and its next use tries again.
        if (isCoreError(error, 'storage-full')) return endingAt(found, now)
        throw error
      }
    },
    renew: async (token) => {
      const now = clock.now()
      const found = await metadata.findToken({ hash: hashOf(token), now })
      return found === null ? null : extend(found, now)
    },
    stands: (hash) =>
      standing.get(hash, async () => (await metadata.findToken({ hash, now: clock.now() })) !== null),
    revoke: async ({ account, realm, token }) => {
      await metadata.deleteToken({ account, realm, hash: hashOf(token) })
      standing.forget()
    },
    revokeMany: async (command) => {
      const count = await metadata.deleteTokens(command)
      standing.forget()
      return count
    },
  }
}

const hashOf = (token: string): string => hash('sha256', token, 'hex')

const endingAt = (token: AccessToken, now: TimeMs): AccessToken => ({
  ...token,
  expiresAt: now + token.periodMs,
})

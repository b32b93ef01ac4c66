import {
  type Account,
  type Accounts,
  credentialsOf,
  type KeyPair,
  signingKey,
} from '../../../core/accounts.ts'
import type { TimeMs } from '../../../core/clock.ts'
import { passwordVersion } from '../../../core/passwords.ts'
import type { Random } from '../../../core/random.ts'
import { mayAll } from '../../../core/rules/rights.ts'
import { equalsConstantTime, hmacSha256 } from '../../../http/canonical.ts'
import { type Project, projectCredential, userCredential } from '../credentials.ts'
import { notAuthenticated } from '../errors.ts'

/** How long a token lives: 24 h (reference §2.1). */
export const TOKEN_TTL_MS = 24 * 3600_000

/** What a token says. Tokens are not stored: any node knows a right one by its seal. */
export interface IamToken {
  readonly account: Account
  readonly user: string
  /** Null for a token of the account as a whole, which no project's call takes. */
  readonly project: Project | null
  readonly issuedAt: TimeMs
  readonly expiresAt: TimeMs
}

/** The claims inside, in short: account, user, project, issued, expires, and a random text that makes each token unique. */
type Claims = readonly [string, string, string | null, TimeMs, TimeMs, string]

/** A token as it goes out in X-Subject-Token. */
export function sealToken(token: IamToken, random: Random): string {
  const nonce = Buffer.from(random.bytes(9)).toString('base64url')
  const { account, user, project, issuedAt, expiresAt } = token
  const claims: Claims = [account.id, user, project?.id ?? null, issuedAt, expiresAt, nonce]
  const text = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `MII${text}.${sealOf(signingKey(account), account, user, text)}`
}

/** Opens a token. Errors: 401 APIGW.0301 when it is not one of ours, or is over. */
export function openToken(token: string, accounts: Accounts, now: TimeMs): IamToken {
  const [, text, seal] = /^MII([A-Za-z0-9_-]{1,2048})\.([A-Za-z0-9_-]{43})$/.exec(token) ?? []
  const claims = text === undefined ? null : parseClaims(text)
  if (text === undefined || seal === undefined || claims === null)
    throw notAuthenticated('decrypt token fail')
  const [accountId, user, projectId, issuedAt, expiresAt] = claims
  const account = accounts.byId(accountId)
  if (account === null || !isSealed(account, user, text, seal)) {
    throw notAuthenticated('decrypt token fail')
  }
  if (now >= expiresAt) {
    throw notAuthenticated(`token expires, expires_at: ${new Date(expiresAt).toISOString()}`)
  }
  const project = credentialsOf(account, projectCredential).find(({ id }) => id === projectId) ?? null
  return { account, user, project, issuedAt, expiresAt }
}

/**
 * Whether one of the account's keys made the seal: tokens outlive the making of another key. Keys that may not do all make none:
 * who has one could do more by a token of his own.
 */
const isSealed = (account: Account, user: string, text: string, seal: string): boolean =>
  account.keys.some((key) => mayAll(key.rights) && equalsConstantTime(sealOf(key, account, user, text), seal))

/**
 * The seal's key is of its own: what is signed with the secret elsewhere is no token. The user's password is part of it, so that
 * a token ends where its user goes or gets another password.
 */
function sealOf({ secretKey }: KeyPair, account: Account, user: string, text: string): string {
  const found = credentialsOf(account, userCredential).find(({ name }) => name === user)
  const password = found === undefined ? null : passwordVersion(found.password)
  const sealKey = hmacSha256(secretKey, JSON.stringify(['stowage iam token', password]))
  return hmacSha256(sealKey, text).toString('base64url')
}

function parseClaims(text: string): Claims | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return isClaims(claims) ? claims : null
  } catch {
    return null
  }
}

function isClaims(value: unknown): value is Claims {
  if (!Array.isArray(value) || value.length !== 6) return false
  const [account, user, project, issuedAt, expiresAt] = value
  return (
    typeof account === 'string' &&
    typeof user === 'string' &&
    (project === null || typeof project === 'string') &&
    Number.isSafeInteger(issuedAt) &&
    Number.isSafeInteger(expiresAt)
  )
}

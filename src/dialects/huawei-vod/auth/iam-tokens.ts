import { type Account, type Accounts, credentialsOf } from '../../../core/accounts.ts'
import type { TimeMs } from '../../../core/clock.ts'
import type { Random } from '../../../core/random.ts'
import { equalsConstantTime, hmacSha256 } from '../../../http/canonical.ts'
import { type Project, projectCredential } from '../credentials.ts'
import { FOREIGN_TOKEN, notAuthenticated } from '../errors.ts'
import type { UserKeys, UserOf } from './user-keys.ts'

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

/** A token as it goes out in X-Subject-Token. Throws 401 APIGW.0301 where its user is gone. */
export function sealToken(token: IamToken, users: UserKeys, random: Random): string {
  const nonce = Buffer.from(random.bytes(9)).toString('base64url')
  const { account, user, project, issuedAt, expiresAt } = token
  const claims: Claims = [account.id, user, project?.id ?? null, issuedAt, expiresAt, nonce]
  const text = Buffer.from(JSON.stringify(claims)).toString('base64url')
  const seal = sealOf(users, token, text)
  if (seal === null) throw notAuthenticated(FOREIGN_TOKEN)
  return `MII${text}.${seal}`
}

/** Opens a token. Errors: 401 APIGW.0301 when it is not one of ours, or is over. */
export function openToken(
  token: string,
  { accounts, users }: { readonly accounts: Accounts; readonly users: UserKeys },
  now: TimeMs,
): IamToken {
  const [, text, seal] = /^MII([A-Za-z0-9_-]{1,2048})\.([A-Za-z0-9_-]{43})$/.exec(token) ?? []
  const claims = text === undefined ? null : parseClaims(text)
  if (text === undefined || seal === undefined || claims === null) throw notAuthenticated(FOREIGN_TOKEN)
  const [accountId, user, projectId, issuedAt, expiresAt] = claims
  const account = accounts.byId(accountId)
  const expected = account === null ? null : sealOf(users, { account, user }, text)
  if (account === null || expected === null || !equalsConstantTime(expected, seal)) {
    throw notAuthenticated(FOREIGN_TOKEN)
  }
  if (now >= expiresAt) {
    throw notAuthenticated(`token expires, expires_at: ${new Date(expiresAt).toISOString()}`)
  }
  const project = credentialsOf(account, projectCredential).find(({ id }) => id === projectId) ?? null
  return { account, user, project, issuedAt, expiresAt }
}

/** The seal's key is the user's: no key of the account is needed. Null where the user is gone. */
function sealOf(users: UserKeys, owner: UserOf, text: string): string | null {
  const secret = users.secretOf(owner, 'iam token')
  return secret === null ? null : hmacSha256(secret, text).toString('base64url')
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

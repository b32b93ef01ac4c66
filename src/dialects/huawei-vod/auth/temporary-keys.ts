import type { Account, AccountKey, Accounts, KeyPair } from '../../../core/accounts.ts'
import type { TimeMs } from '../../../core/clock.ts'
import { ALL_RIGHTS, type Rights } from '../../../core/model/accounts.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import type { Random } from '../../../core/random.ts'
import { equalsConstantTime, hmacSha256, sha256Hex } from '../../../http/canonical.ts'
import { isList, isObject } from '../../../http/json-shapes.ts'
import { type Policy, PolicyError, readPolicy } from './policy.ts'
import { readScope, type Scope, scopeText } from './scope.ts'
import type { UserKeys } from './user-keys.ts'

/** Who asked for temporary keys: a user of IAM, or the owner of a key of the account. They end with it. */
export type Maker =
  | { readonly type: 'user'; readonly account: Account; readonly user: string }
  | { readonly type: 'key'; readonly account: Account; readonly key: AccountKey }

/** What temporary keys allow. */
export interface TemporaryGrant {
  readonly maker: Maker
  /** That of what the maker proved itself with. */
  readonly scope: Scope
  readonly expiresAt: TimeMs
  /** As it was asked for; null for all that the maker may. */
  readonly policy: JsonObject | null
}

/** A temporary access key, its secret and its token. Nothing of them is kept: the token says all, and any node can verify it. */
export interface TemporaryKeys extends KeyPair {
  readonly securityToken: string
  readonly account: Account
  readonly user: string
  /** Those of the maker now. */
  readonly rights: Rights
  readonly policy: Policy | null
  readonly scope: Scope
  readonly expiresAt: TimeMs
}

/** Characters. No policy that is taken makes a longer one. */
const TOKEN_LENGTH_MAX = 16_384
const FORM = 2
/** Characters of a name in a token. */
const NAME_LENGTH_MAX = 1024
/** As access keys of the vendor begin that are temporary. */
const KEY_PREFIX = 'HST'

/** Makes temporary keys. Two of the same grant differ. Throws what `readPolicy` does. */
export function mintKeys(users: UserKeys, random: Random, grant: TemporaryGrant): TemporaryKeys | null {
  const { maker, scope, expiresAt, policy } = grant
  const seal = sealKeyOf(users, maker)
  if (seal === null) return null
  const nonce = Buffer.from(random.bytes(9)).toString('base64url')
  const named = maker.type === 'user' ? maker.user : maker.key.accessKey
  const names = [maker.account.id, maker.type, named, scopeText(scope)]
  const content = Buffer.from(JSON.stringify([FORM, ...names, expiresAt, policy, nonce])).toString(
    'base64url',
  )
  return keysOf(seal, `${content}.${macOf(seal, content)}`, grant)
}

/** The keys that a token stands for, whether or not their time is over. Null for a token that is not ours, or whose maker is gone. */
export function openKeys(users: UserKeys, accounts: Accounts, token: string): TemporaryKeys | null {
  if (token.length > TOKEN_LENGTH_MAX) return null
  const [, content, mac] = /^([\w-]+)\.([\w-]{43})$/.exec(token) ?? []
  const claims = content === undefined ? null : parse(content)
  const account = claims === null ? null : accounts.byId(claims.account)
  if (content === undefined || mac === undefined || claims === null || account === null) return null
  const { expiresAt, policy } = claims
  const maker = makerOf(account, claims.type, claims.name)
  const seal = maker === null ? null : sealKeyOf(users, maker)
  if (maker === null || seal === null || !equalsConstantTime(macOf(seal, content), mac)) return null
  return openedKeysOf(seal, token, { maker, scope: readScope(account, claims.scope), expiresAt, policy })
}

function makerOf(account: Account, type: string, name: string): Maker | null {
  if (type === 'user') return { type, account, user: name }
  const key = account.keys.find(({ accessKey }) => accessKey === name)
  return key === undefined ? null : { type: 'key', account, key }
}

/** A purpose of its own: what is signed with the secret elsewhere is no token. */
const sealKeyOf = (users: UserKeys, maker: Maker): Uint8Array | null =>
  maker.type === 'user'
    ? users.secretOf(maker, 'temporary keys')
    : hmacSha256(maker.key.secretKey, 'stowage huawei temporary keys')

const macOf = (seal: Uint8Array, content: string): string =>
  hmacSha256(seal, `token ${content}`).toString('base64url')

function keysOf(
  seal: Uint8Array,
  securityToken: string,
  { maker, scope, expiresAt, policy }: TemporaryGrant,
): TemporaryKeys {
  const { account } = maker
  return {
    accessKey: `${KEY_PREFIX}${sha256Hex(securityToken).slice(0, 32).toUpperCase()}`,
    secretKey: hmacSha256(seal, `secret ${securityToken}`).toString('base64url'),
    ...{ securityToken, account, scope, expiresAt },
    user: maker.type === 'user' ? maker.user : account.name,
    rights: maker.type === 'user' ? ALL_RIGHTS : maker.key.rights,
    policy: policy === null ? null : readPolicy(policy),
  }
}

/** As `keysOf`. Null where a policy that was taken once is not any more. */
function openedKeysOf(...what: Parameters<typeof keysOf>): TemporaryKeys | null {
  try {
    return keysOf(...what)
  } catch (error) {
    if (error instanceof PolicyError) return null
    throw error
  }
}

/** What a token says. Anybody may have written it: it counts for nothing before its seal is checked. */
interface Claims {
  readonly account: string
  readonly type: string
  readonly name: string
  readonly scope: string
  readonly expiresAt: TimeMs
  readonly policy: JsonObject | null
}

function parse(content: string): Claims | null {
  try {
    const claims = JSON.parse(Buffer.from(content, 'base64url').toString()) as Json
    return isList(claims) && claims[0] === FORM ? claimsOf(claims) : null
  } catch {
    return null
  }
}

/** Null where a part is of another kind, or longer, than any that is sealed here. */
function claimsOf([, account, type, name, scope, expiresAt, policy]: readonly Json[]): Claims | null {
  if (!isName(account) || !isName(type) || !isName(name) || !isName(scope)) return null
  if (typeof expiresAt !== 'number' || !Number.isSafeInteger(expiresAt)) return null
  if (policy !== null && !isObject(policy)) return null
  return { account, type, name, scope, expiresAt, policy }
}

const isName = (value: Json | undefined): value is string =>
  typeof value === 'string' && value.length <= NAME_LENGTH_MAX

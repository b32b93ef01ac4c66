import { type Account, type Accounts, credentialsOf, derived, type KeyPair } from '../../../core/accounts.ts'
import { passwordVersion } from '../../../core/passwords.ts'
import { hmacSha256 } from '../../../http/canonical.ts'
import { userCredential } from '../credentials.ts'

/** A user of IAM, of its account. */
export interface UserOf {
  readonly account: Account
  readonly user: string
}

/**
 * What is made for users of IAM, out of a secret of the installation and their passwords: it needs no key of the account, every node knows
 * it, and it ends where the user goes or gets another password.
 */
export interface UserKeys {
  /** For one purpose. Null: the account has no such user. */
  secretOf(owner: UserOf, purpose: string): Uint8Array | null
  /** The key pair that signs URLs for callers with a token. Its secret stays here. Null: no such user. */
  keyPairOf(owner: UserOf): KeyPair | null
  /** Whose key pair it is; null for any other. */
  find(accessKey: string): UserOf | null
}

const KEY_PREFIX = 'HUSR'

/** `secret`: 32 bytes of the installation. */
export function createUserKeys(secret: Uint8Array, accounts: Pick<Accounts, 'all'>): UserKeys {
  const accessKeyOf = ({ account, user }: UserOf): string => {
    const text = JSON.stringify(['access key', account.id, user])
    return `${KEY_PREFIX}${hmacSha256(secret, text).toString('hex').slice(0, 28).toUpperCase()}`
  }
  const secretOf: UserKeys['secretOf'] = ({ account, user }, purpose) => {
    const found = credentialsOf(account, userCredential).find(({ name }) => name === user)
    if (found === undefined) return null
    const password = passwordVersion(found.password)
    return hmacSha256(secret, JSON.stringify([purpose, account.id, user, password]))
  }
  const index = derived(accounts, (all) => indexOf(all, accessKeyOf))
  return {
    secretOf,
    keyPairOf: (owner) => {
      const own = secretOf(owner, 'signing urls')
      if (own === null) return null
      return { accessKey: accessKeyOf(owner), secretKey: Buffer.from(own).toString('base64url') }
    },
    find: (accessKey) => index().get(accessKey) ?? null,
  }
}

const indexOf = (
  all: readonly Account[],
  accessKeyOf: (owner: UserOf) => string,
): ReadonlyMap<string, UserOf> =>
  new Map(
    all.flatMap((account) =>
      credentialsOf(account, userCredential).map(({ name: user }) => {
        const owner = { account, user }
        return [accessKeyOf(owner), owner] as const
      }),
    ),
  )

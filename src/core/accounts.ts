import { CoreError } from './errors.ts'
import type { AccountId } from './ids.ts'
import type { Rights } from './model/accounts.ts'
import { mayAll } from './rules/rights.ts'

/** A tenant: its keys, and what its callers have besides. Secrets never leave this structure but into checks of who calls. */
export interface Account {
  readonly id: AccountId
  readonly name: string
  /** Oldest first. Several live side by side while one replaces another. */
  readonly keys: readonly AccountKey[]
  /** By the name of their kind: `credentialsOf` reads them. */
  readonly credentials: Readonly<Record<string, readonly object[]>>
  /** More facts about the account, by the name of their kind: `attributesOf` reads them. */
  readonly attributes: Readonly<Record<string, object>>
}

/** What signatures are made with. */
export interface KeyPair {
  readonly accessKey: string
  readonly secretKey: string
}

export interface AccountKey extends KeyPair {
  readonly rights: Rights
}

/**
 * A kind of credential, such as an application with its secret: something that callers show and that belongs to an account.
 * Whoever knows the kind declares it; the core keeps and finds them.
 */
export interface CredentialKind<T extends object> {
  /** The word for one of them: `app`. No two kinds have the same. */
  readonly name: string
  /** Where the id is unique: everywhere, or among the accounts of one name. */
  readonly scope: 'everywhere' | 'account-name'
  /** What one is found by; no secret. */
  idOf(credential: T): string
}

/** A kind of facts that an account has once. `T` is what they are. */
export interface AttributesKind<T extends object> {
  readonly name: string
  /** Of an account that was made without them. */
  readonly none: T
}

export interface FoundKey {
  readonly account: Account
  readonly key: AccountKey
}

export interface FoundCredential<T> {
  readonly account: Account
  readonly credential: T
}

/**
 * Finds who is calling, by public ids only. Accounts come and go while the server runs: ask each time and keep no list;
 * `derived` makes what needs an index of its own.
 */
export interface Accounts {
  /** Every account there is now. The same array as long as nothing about them changes. */
  readonly all: readonly Account[]
  byId(id: string): Account | null
  byAccessKey(accessKey: string): FoundKey | null
  /** `accountName` is needed where the kind's ids are unique among the accounts of one name. */
  find<T extends object>(kind: CredentialKind<T>, id: string, accountName?: string): FoundCredential<T> | null
}

/** The account's credentials of a kind, oldest first. */
export const credentialsOf = <T extends object>(
  { credentials }: Account,
  { name }: CredentialKind<T>,
): readonly T[] =>
  // Only what the kind itself has read stands under its name.
  (credentials[name] ?? []) as readonly T[]

/** The account's facts of a kind. */
export const attributesOf = <T extends object>({ attributes }: Account, kind: AttributesKind<T>): T =>
  // As above.
  (attributes[kind.name] ?? kind.none) as T

/** The key that signs URLs of the account: the newest that may do all. Errors: `unavailable` without one. */
export function signingKey({ keys }: Pick<Account, 'keys'>): AccountKey {
  const key = keys.findLast(({ rights }) => mayAll(rights))
  if (key === undefined) throw new CoreError('unavailable', 'the account has no key that may do all')
  return key
}

/** Something made of all accounts, such as an index of them: made anew when it is asked for after they have changed. */
export function derived<T>(accounts: Pick<Accounts, 'all'>, make: (all: readonly Account[]) => T): () => T {
  let made: { readonly of: readonly Account[]; readonly value: T } | null = null
  return () => {
    const { all } = accounts
    if (made?.of !== all) made = { of: all, value: make(all) }
    return made.value
  }
}

/** Indexes a fixed list of accounts; ids, access keys and the ids of credentials are unique in it. */
export function createAccounts(all: readonly Account[]): Accounts {
  const byId = new Map<string, Account>(all.map((account) => [account.id, account]))
  const byAccessKey = new Map(
    all.flatMap((account) => account.keys.map((key) => [key.accessKey, { account, key }])),
  )
  const indexes = new Map<string, CredentialIndex>()
  const indexOf = <T extends object>(kind: CredentialKind<T>): CredentialIndex => {
    const index = indexes.get(kind.name) ?? indexCredentials(all, kind)
    indexes.set(kind.name, index)
    return index
  }
  return {
    all,
    byId: (id) => byId.get(id) ?? null,
    byAccessKey: (accessKey) => byAccessKey.get(accessKey) ?? null,
    find: (kind, id, accountName = '') => {
      const found = indexOf(kind).get(indexKey(kind, id, accountName))
      const credential = found === undefined ? undefined : credentialsOf(found.account, kind)[found.at]
      return found === undefined || credential === undefined ? null : { account: found.account, credential }
    },
  }
}

/** Whose credential, and which of them. */
type CredentialIndex = ReadonlyMap<string, { readonly account: Account; readonly at: number }>

function indexCredentials<T extends object>(
  all: readonly Account[],
  kind: CredentialKind<T>,
): CredentialIndex {
  return new Map(
    all.flatMap((account) =>
      credentialsOf(account, kind).map((credential, at) => [
        indexKey(kind, kind.idOf(credential), account.name),
        { account, at },
      ]),
    ),
  )
}

const indexKey = (
  { scope }: { readonly scope: CredentialKind<object>['scope'] },
  id: string,
  name: string,
) => (scope === 'everywhere' ? id : JSON.stringify([name, id]))

import type { AccountId } from './ids.ts'

/** A tenant and the keys that speak for it. Secrets never leave this structure but into signature checks. */
export interface Account {
  readonly id: AccountId
  readonly name: string
  /** Volcengine and Huawei AK/SK, and the object plane's keys. */
  readonly keys: KeyPair
  /** iFlytek applications. */
  readonly apps: readonly App[]
  /** Where review results of voice resources are sent; null sends none. */
  readonly reviewCallback: { readonly url: string; readonly token: string } | null
}

export interface KeyPair {
  readonly accessKey: string
  readonly secretKey: string
}

export interface App {
  readonly appId: string
  readonly apiKey: string
  readonly apiSecret: string
}

/** Finds who is calling. Look-ups go by public key ids only. */
export interface Accounts {
  readonly all: readonly Account[]
  byId(id: string): Account | null
  byAccessKey(accessKey: string): Account | null
  byApiKey(apiKey: string): { readonly account: Account; readonly app: App } | null
}

/** Indexes a fixed list of accounts; ids and keys are unique in it. */
export function createAccounts(all: readonly Account[]): Accounts {
  const byId = new Map<string, Account>(all.map((account) => [account.id, account]))
  const byAccessKey = new Map(all.map((account) => [account.keys.accessKey, account]))
  const byApiKey = new Map(
    all.flatMap((account) => account.apps.map((app) => [app.apiKey, { account, app }])),
  )
  return {
    all,
    byId: (id) => byId.get(id) ?? null,
    byAccessKey: (accessKey) => byAccessKey.get(accessKey) ?? null,
    byApiKey: (apiKey) => byApiKey.get(apiKey) ?? null,
  }
}

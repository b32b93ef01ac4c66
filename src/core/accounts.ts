import type { AccountId } from './ids.ts'

/** A tenant and the keys that speak for it. Secrets never leave this structure but into signature checks. */
export interface Account {
  readonly id: AccountId
  readonly name: string
  /** Volcengine and Huawei AK/SK, and the object plane's keys. */
  readonly keys: KeyPair
  /** iFlytek applications. */
  readonly apps: readonly App[]
  /** Tencent SMH libraries. */
  readonly libraries: readonly Library[]
  /** Huawei VOD projects. */
  readonly projects: readonly Project[]
  /** Huawei IAM password users. */
  readonly users: readonly User[]
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

/** A realm of spaces, each with a tree of files. */
export interface Library {
  /** 1 to 64 letters and digits. */
  readonly id: string
  readonly secret: string
  /** `file`: a disk with directories of any depth; `media`: albums of images and videos. */
  readonly kind: 'file' | 'media'
  /** Whether it has many named spaces, or the only one `-`. */
  readonly multiSpace: boolean
  readonly recycleBin: boolean
  /** Of media libraries: whether there are albums, or all lies in one. */
  readonly multiAlbum: boolean
  /** Whether anybody may read. */
  readonly publicRead: boolean
}

export interface Project {
  readonly id: string
  readonly name: string
}

export interface User {
  readonly name: string
  readonly password: string
}

/** Finds who is calling. Look-ups go by public key ids only. */
export interface Accounts {
  readonly all: readonly Account[]
  byId(id: string): Account | null
  byAccessKey(accessKey: string): Account | null
  byApiKey(apiKey: string): { readonly account: Account; readonly app: App } | null
  byLibrary(id: string): { readonly account: Account; readonly library: Library } | null
  byProject(id: string): { readonly account: Account; readonly project: Project } | null
  /** By the account's name and the user's. */
  byUser(accountName: string, userName: string): { readonly account: Account; readonly user: User } | null
}

/** Indexes a fixed list of accounts; ids and keys are unique in it, and so are account and user name together. */
export function createAccounts(all: readonly Account[]): Accounts {
  const byId = new Map<string, Account>(all.map((account) => [account.id, account]))
  const byAccessKey = new Map(all.map((account) => [account.keys.accessKey, account]))
  const byApiKey = new Map(
    all.flatMap((account) => account.apps.map((app) => [app.apiKey, { account, app }])),
  )
  const byLibrary = new Map(
    all.flatMap((account) => account.libraries.map((library) => [library.id, { account, library }])),
  )
  const byProject = new Map(
    all.flatMap((account) => account.projects.map((project) => [project.id, { account, project }])),
  )
  const byUser = new Map(
    all.flatMap((account) =>
      account.users.map((user) => [userKey(account.name, user.name), { account, user }]),
    ),
  )
  return {
    all,
    byId: (id) => byId.get(id) ?? null,
    byAccessKey: (accessKey) => byAccessKey.get(accessKey) ?? null,
    byApiKey: (apiKey) => byApiKey.get(apiKey) ?? null,
    byLibrary: (id) => byLibrary.get(id) ?? null,
    byProject: (id) => byProject.get(id) ?? null,
    byUser: (accountName, userName) => byUser.get(userKey(accountName, userName)) ?? null,
  }
}

const userKey = (accountName: string, userName: string): string => JSON.stringify([accountName, userName])

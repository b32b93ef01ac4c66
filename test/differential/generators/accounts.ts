import { type AccountId, asAccountId } from '../../../src/core/ids.ts'
import type { CredentialName, Rights } from '../../../src/core/model/accounts.ts'
import { hex } from '../values.ts'
import { ACCOUNTS, type World } from '../world.ts'
import type { Generators } from './generator.ts'

type Name =
  | 'accountsVersion'
  | 'readAccounts'
  | 'createAccount'
  | 'updateAccount'
  | 'deleteAccount'
  | 'addKey'
  | 'updateKey'
  | 'deleteKey'
  | 'addCredential'
  | 'updateCredential'
  | 'deleteCredential'
  | 'registerSecretKey'

/** Some have things stored, some have nothing. */
const IDS: readonly AccountId[] = [...ACCOUNTS, ...['B', 'empty', '\uff00', '\u{1d4b3}'].map(asAccountId)]
const NAMES: readonly string[] = ['demo', 'Demo', "o'brien"]
const ACCESS_KEYS: readonly string[] = ['AK1', 'AK2', 'ak1', 'AK İ', 'AK%']
const KINDS: readonly string[] = ['app', 'library']
const PUBLIC_IDS: readonly string[] = ['one', 'two', '\uff00']
const RIGHTS = ['read', 'write', 'delete', 'admin'] as const

export const accountGenerators: Generators<Name> = {
  accountsVersion: { weight: 1, make: () => ({}) },
  readAccounts: { weight: 3, make: () => ({}) },
  createAccount: {
    weight: 8,
    make: (world) => ({
      account: {
        ...{ id: world.pick(IDS), name: world.pick(NAMES), attributes: world.json(), sealed: sealed(world) },
        createdAt: world.now(),
      },
      adoptsContent: world.chance(300),
    }),
    learn: ({ known }, _, { account: { id } }) => known.accounts.put(id, id),
  },
  updateAccount: {
    weight: 3,
    make: (world) => ({
      id: someAccount(world),
      change: {
        ...(world.chance(500) ? { name: world.pick(NAMES) } : {}),
        ...(world.chance(300) ? { attributes: world.json(), sealed: sealed(world) } : {}),
        ...(world.chance(300) ? { disabledAt: world.pick([null, world.now()]) } : {}),
      },
    }),
  },
  deleteAccount: {
    weight: 3,
    make: (world) => ({ id: someAccount(world), keepsContent: world.chance(300) }),
    learn: ({ known: { accounts, keys, credentials } }, _, { id }) => {
      accounts.drop(id)
      for (const owned of [keys, credentials]) owned.dropAll(({ account }) => account === id)
    },
  },
  addKey: {
    weight: 5,
    make: (world) => ({
      ...{ accessKey: world.pick(ACCESS_KEYS), account: someAccount(world), label: world.pick(NAMES) },
      ...{ sealed: sealedBytes(world), rights: rights(world), createdAt: world.now() },
      expiresAt: world.pick([null, world.later()]),
    }),
    learn: ({ known }, _, { account, accessKey }) => known.keys.put(accessKey, { account, accessKey }),
  },
  updateKey: {
    weight: 3,
    make: (world) => ({
      ...someKey(world),
      change: {
        ...(world.chance(300) ? { label: world.pick(NAMES) } : {}),
        ...(world.chance(300) ? { rights: rights(world) } : {}),
        ...(world.chance(300) ? { disabledAt: world.pick([null, world.now()]) } : {}),
        ...(world.chance(300) ? { expiresAt: world.pick([null, world.later()]) } : {}),
      },
    }),
  },
  deleteKey: {
    weight: 3,
    make: someKey,
    learn: ({ known }, _, { accessKey }) => known.keys.drop(accessKey),
  },
  addCredential: {
    weight: 6,
    make: (world) => {
      const address = {
        account: someAccount(world),
        kind: world.pick(KINDS),
        publicId: world.pick(PUBLIC_IDS),
      }
      return { ...address, ...kept(world), createdAt: world.now() }
    },
    learn: ({ known }, _, { account, kind, publicId }) => {
      known.credentials.put(`${kind} ${publicId} ${account}`, { account, kind, publicId })
    },
  },
  updateCredential: {
    weight: 3,
    make: (world) => ({
      ...{ ...someCredential(world), ...kept(world) },
      disabledAt: world.chance(300) ? world.now() : null,
    }),
  },
  deleteCredential: {
    weight: 3,
    make: someCredential,
    learn: ({ known }, _, { account, kind, publicId }) =>
      known.credentials.drop(`${kind} ${publicId} ${account}`),
  },
  registerSecretKey: { weight: 1, make: (world) => ({ check: world.pick([null, null, 'check 1', '']) }) },
}

const sealedBytes = (world: World): Uint8Array => Buffer.from(hex(world.random, world.pick([1, 32])), 'hex')
const sealed = (world: World): Uint8Array | null => (world.chance(500) ? sealedBytes(world) : null)

const rights = (world: World): Rights => ({
  may: world.some(RIGHTS, 4),
  prefix: world.pick([null, '', 'a/']),
  buckets: world.pick([null, [], ['one', '\uff00']]),
})

const someAccount = ({ known, random, or, pick }: World): AccountId =>
  or(known.accounts.one(random) ?? pick(IDS), () => pick(IDS))

function someKey(world: World) {
  const known = world.known.keys.one(world.random)
  return {
    account: world.or(known?.account ?? world.pick(IDS), () => world.pick(IDS)),
    accessKey: world.or(known?.accessKey ?? world.pick(ACCESS_KEYS), () => 'never'),
  }
}

function someCredential(world: World) {
  const known = world.known.credentials.one(world.random)
  return {
    account: world.or(known?.account ?? world.pick(IDS), () => world.pick(IDS)),
    kind: world.or(known?.kind ?? world.pick(KINDS), () => world.pick(KINDS)),
    publicId: world.or(known?.publicId ?? world.pick(PUBLIC_IDS), () => world.pick(PUBLIC_IDS)),
  }
}

const kept = (world: World) => ({
  ...{ settings: world.json(), sealed: sealed(world) },
  names: Array.from({ length: world.pick([0, 1, 1, 2]) }, () => credentialName(world)),
})

const credentialName = (world: World): CredentialName => ({
  ...{ field: world.pick(['id', 'key']), value: world.pick(['x', 'X', 'y', '\u{1d4b3}', '']) },
  scope: world.pick(['everywhere', 'account-name']),
})

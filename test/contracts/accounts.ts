import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AccountId, asAccountId } from '../../src/core/ids.ts'
import {
  type AccountRecord,
  ALL_RIGHTS,
  type CredentialRecord,
  type KeyRecord,
} from '../../src/core/model/accounts.ts'
import type { AccountCommands } from '../../src/core/ports/commands/accounts.ts'
import type { Facts } from '../../src/core/ports/facts.ts'
import { seededRandom } from './metadata/random.ts'
import { failsWith, outcomeOf } from './metadata/store.ts'
import { HOUR_MS, NOW, Tenant } from './metadata/tenant.ts'
import { freshTrees, type OpenFacts } from './trees/store.ts'
import { Tree } from './trees/tree.ts'

type NewKey = Parameters<AccountCommands['addKey']>[0]
type NewCredential = Parameters<AccountCommands['addCredential']>[0]

const [ONE, TWO] = [asAccountId('one'), asAccountId('two')]
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const accountOf = (change: Partial<AccountRecord> = {}): AccountRecord => ({
  ...{ id: ONE, name: 'First', attributes: { url: 'https://x', nested: [1, null] } },
  ...{ sealed: bytes('sealed'), createdAt: NOW, disabledAt: null },
  ...change,
})

const keyOf = (change: Partial<NewKey> = {}): NewKey => ({
  ...{ accessKey: 'AK1', account: ONE, label: 'laptop', sealed: bytes('secret'), rights: ALL_RIGHTS },
  ...{ createdAt: NOW, expiresAt: null },
  ...change,
})

const credentialOf = (change: Partial<NewCredential> = {}): NewCredential => ({
  ...{ account: ONE, kind: 'app', publicId: 'a', settings: { app_id: 'a', on: true } },
  ...{ sealed: bytes('s'), createdAt: NOW, names: [] },
  ...change,
})

/** The docstrings of `AccountCommands` as tests. `open` gives an empty store each time. */
export function accountsContract(name: string, open: OpenFacts): void {
  describe(`accounts contract: ${name}`, () => {
    accounts(open)
    contents(open)
    keys(open)
    credentials(open)
  })
}

interface Desk {
  readonly facts: Facts
  create(change?: Partial<AccountRecord>, adoptsContent?: boolean): Promise<void>
  read(): ReturnType<Facts['readAccounts']>
}

const deskOf = (facts: Facts): Desk => ({
  facts,
  create: (change, adoptsContent = false) =>
    facts.createAccount({ account: accountOf(change), adoptsContent }),
  read: () => facts.readAccounts({}),
})

function accounts(open: OpenFacts): void {
  const bench = freshTrees(open)

  test('are read as they were made, in order of id, by all nodes and after a restart', async () => {
    const { create, read } = deskOf(bench.metadata)
    assert.deepEqual(await read(), { version: 0, accounts: [], keys: [], credentials: [] })
    await create({ id: TWO, attributes: {}, sealed: null })
    await create()
    const all = await read()
    assert.deepEqual(all.accounts, [accountOf(), accountOf({ id: TWO, attributes: {}, sealed: null })])
    assert.deepEqual(await (await bench.store.another()).readAccounts({}), all)
    assert.deepEqual(await (await bench.store.reopen()).readAccounts({}), all)
  })

  test('have one id each, and may share a name', async () => {
    const { create } = deskOf(bench.metadata)
    await create()
    await failsWith(create({ name: 'Other' }), 'name-conflict')
    await create({ id: TWO })
  })

  test('change in what is named only', async () => {
    const { create, read, facts } = deskOf(bench.metadata)
    await create()
    await create({ id: TWO })
    const changes = [
      { name: 'New' },
      { attributes: { a: 1 }, sealed: null },
      { disabledAt: NOW },
      {},
    ] as const
    let expected = accountOf()
    for (const change of changes) {
      await facts.updateAccount({ id: ONE, change })
      expected = { ...expected, ...change }
      assert.deepEqual((await read()).accounts, [expected, accountOf({ id: TWO })])
    }
    await facts.updateAccount({ id: ONE, change: { disabledAt: null } })
    assert.equal((await read()).accounts[0]?.disabledAt, null)
  })

  test('go with all that they have, and nothing of others does', async () => {
    const { create, read, facts } = deskOf(bench.metadata)
    const names = [{ field: 'app_id', value: 'a', scope: 'everywhere' }] as const
    for (const id of [ONE, TWO]) await create({ id })
    await facts.addKey(keyOf())
    await facts.addKey(keyOf({ accessKey: 'AK2', account: TWO }))
    await facts.addCredential(credentialOf({ names }))
    await facts.addCredential(credentialOf({ account: TWO, publicId: 'b' }))
    const token = (account: AccountId, hash: string) => ({
      ...{ account, hash: hash.repeat(64), realm: 'r', user: '', client: '', session: '', volumes: [] },
      ...{ grants: [], attributes: {}, periodMs: HOUR_MS, expiresAt: NOW + HOUR_MS },
    })
    await facts.createToken(token(ONE, 'a'))
    await facts.createToken(token(TWO, 'b'))
    await facts.deleteAccount({ id: ONE, keepsContent: false })
    const left = await read()
    const owners = [...left.accounts.map(({ id }) => id), ...left.keys.map(({ account }) => account)]
    assert.deepEqual([...owners, ...left.credentials.map(({ account }) => account)], [TWO, TWO, TWO])
    assert.equal(await facts.findToken({ hash: 'a'.repeat(64), now: NOW }), null)
    assert.notEqual(await facts.findToken({ hash: 'b'.repeat(64), now: NOW }), null)
    await facts.addCredential(credentialOf({ account: TWO, names }))
    await facts.addKey(keyOf({ account: TWO }))
  })

  test('that are not there cannot be changed, deleted, or given anything', async () => {
    const { facts } = deskOf(bench.metadata)
    await failsWith(facts.updateAccount({ id: ONE, change: {} }), 'account-not-found')
    await failsWith(facts.deleteAccount({ id: ONE, keepsContent: true }), 'account-not-found')
    await failsWith(facts.addKey(keyOf()), 'account-not-found')
    await failsWith(facts.addCredential(credentialOf()), 'account-not-found')
    const { names: _, ...credential } = credentialOf()
    await failsWith(
      facts.updateCredential({ ...credential, disabledAt: null, names: [] }),
      'account-not-found',
    )
    assert.equal(await facts.accountsVersion({}), 0)
  })

  test('count their changes; what fails is none', async () => {
    const { create, facts } = deskOf(bench.metadata)
    const address = { account: ONE, kind: 'app', publicId: 'a' }
    const changes: readonly (() => Promise<unknown>)[] = [
      () => create(),
      () => facts.updateAccount({ id: ONE, change: {} }),
      () => facts.addKey(keyOf()),
      () => facts.updateKey({ account: ONE, accessKey: 'AK1', change: {} }),
      () => facts.deleteKey({ account: ONE, accessKey: 'AK1' }),
      () => facts.addCredential(credentialOf()),
      () => facts.updateCredential({ ...address, settings: {}, sealed: null, disabledAt: null, names: [] }),
      () => facts.deleteCredential(address),
      () => facts.deleteAccount({ id: ONE, keepsContent: false }),
    ]
    for (const [index, change] of changes.entries()) {
      await change()
      assert.equal(await facts.accountsVersion({}), index + 1)
    }
    await create()
    await failsWith(create(), 'name-conflict')
    assert.equal(await facts.accountsVersion({}), changes.length + 1)
  })

  test('are made once when many make them at the same time', async () => {
    const others = await Promise.all(Array.from({ length: 4 }, () => bench.store.another()))
    const made = others.map((facts, at) =>
      outcomeOf(facts.createAccount({ account: accountOf({ name: `${at}` }), adoptsContent: false })),
    )
    assert.deepEqual((await Promise.all(made)).sort(), [
      'name-conflict',
      'name-conflict',
      'name-conflict',
      'ok',
    ])
    assert.equal(await bench.metadata.accountsVersion({}), 1)
  })

  test('share the first check of their secret key', async () => {
    const { facts } = deskOf(bench.metadata)
    const register = (check: string | null) => facts.registerSecretKey({ check })
    assert.deepEqual([await register(null), await register('first')], [null, 'first'])
    assert.deepEqual([await register('second'), await register(null)], ['first', 'first'])
  })
}

function contents(open: OpenFacts): void {
  const bench = freshTrees(open)
  const random = seededRandom(3)

  /** Things that an account may have stored. */
  const stored: Readonly<Record<string, (tenant: Tenant) => Promise<unknown>>> = {
    'an object': (tenant) => tenant.put(),
    'an upload that goes on': (tenant) => tenant.begin(),
    'a sealed upload': async (tenant) => tenant.seal(await tenant.beginWith('bytes')),
    'an entry of a tree': async (tenant) =>
      (await Tree.create(bench.metadata, tenant, 'realm', 'one')).makeDirectory('a'),
  }
  for (const [what, store] of Object.entries(stored)) {
    test(`with ${what} are not deleted unless the content may stay, which only who adopts it gets`, async () => {
      const { create, facts } = deskOf(bench.metadata)
      await create()
      await create({ id: TWO })
      await store(new Tenant(facts, ONE, random))
      await failsWith(facts.deleteAccount({ id: ONE, keepsContent: false }), 'account-not-empty')
      await facts.deleteAccount({ id: TWO, keepsContent: false })
      await facts.deleteAccount({ id: ONE, keepsContent: true })
      await failsWith(create(), 'name-conflict', { content: true })
      await create({}, true)
    })
  }

  test('with nothing but what is over are deleted', async () => {
    const { create, facts } = deskOf(bench.metadata)
    await create()
    const tenant = new Tenant(facts, ONE, random)
    await tenant.delete(await tenant.put())
    await tenant.abort(await tenant.begin())
    await Tree.create(facts, tenant, 'realm', 'empty')
    await facts.deleteAccount({ id: ONE, keepsContent: false })
    await create()
  })
}

function keys(open: OpenFacts): void {
  const bench = freshTrees(open)

  test('of an account live side by side, oldest first', async () => {
    const { create, read, facts } = deskOf(bench.metadata)
    await create()
    const rights = { may: ['read', 'write'], prefix: 'in/', buckets: ['a', 'b'] } as const
    const second = keyOf({ accessKey: 'AK0', rights, createdAt: NOW + 1, expiresAt: NOW + HOUR_MS })
    await facts.addKey(second)
    await facts.addKey(keyOf())
    const expected: readonly KeyRecord[] = [keyOf(), second].map((key) => ({ ...key, disabledAt: null }))
    assert.deepEqual((await read()).keys, expected)
  })

  test('have one access key each, whosever they are', async () => {
    const { create, facts } = deskOf(bench.metadata)
    for (const id of [ONE, TWO]) await create({ id })
    await facts.addKey(keyOf())
    for (const account of [ONE, TWO]) await failsWith(facts.addKey(keyOf({ account })), 'name-conflict')
  })

  test('change in what is named only, within their account', async () => {
    const { create, read, facts } = deskOf(bench.metadata)
    for (const id of [ONE, TWO]) await create({ id })
    await facts.addKey(keyOf())
    let expected: KeyRecord = { ...keyOf(), disabledAt: null }
    const rights = { may: [], prefix: null, buckets: [] } as const
    for (const change of [
      { label: 'x' },
      { rights },
      { disabledAt: 1 },
      { expiresAt: 2 },
      { expiresAt: null },
    ]) {
      await facts.updateKey({ account: ONE, accessKey: 'AK1', change })
      expected = { ...expected, ...change }
      assert.deepEqual((await read()).keys, [expected])
    }
    for (const other of [
      { account: TWO, accessKey: 'AK1' },
      { account: ONE, accessKey: 'AK2' },
    ]) {
      await failsWith(facts.updateKey({ ...other, change: {} }), 'credential-not-found')
      await failsWith(facts.deleteKey(other), 'credential-not-found')
    }
    await facts.deleteKey({ account: ONE, accessKey: 'AK1' })
    assert.deepEqual((await read()).keys, [])
  })
}

function credentials(open: OpenFacts): void {
  const bench = freshTrees(open)
  const readOf = async () => (await deskOf(bench.metadata).read()).credentials
  const everywhere = (value: string) => [{ field: 'key', value, scope: 'everywhere' }] as const
  const withinName = (value: string) => [{ field: 'name', value, scope: 'account-name' }] as const
  const recordOf = ({ names: _, ...record }: NewCredential): CredentialRecord => ({
    ...record,
    disabledAt: null,
  })

  test('are read as they were made, oldest first', async () => {
    const { create, facts } = deskOf(bench.metadata)
    await create()
    const all = [
      credentialOf(),
      credentialOf({ kind: 'user', sealed: null }),
      credentialOf({ publicId: 'b' }),
    ]
    for (const each of all) await facts.addCredential(each)
    assert.deepEqual(await readOf(), all.map(recordOf))
  })

  test('of several names that a rename meets, the first by kind, field and value is told', async () => {
    const { create, facts } = deskOf(bench.metadata)
    await create({ id: ONE, name: 'First' })
    await create({ id: TWO, name: 'Second' })
    const within = (fields: readonly string[]) =>
      fields.map((field) => ({ field, value: 'x', scope: 'account-name' }) as const)
    await facts.addCredential(credentialOf({ names: within(['key', 'id', 'name']) }))
    await facts.addCredential(credentialOf({ account: TWO, names: within(['name', 'key', 'id']) }))
    const rename = facts.updateAccount({ id: TWO, change: { name: 'First' } })
    await failsWith(rename, 'name-conflict', { field: 'id' })
  })

  test('are one of their kind and public id in an account', async () => {
    const { create, facts } = deskOf(bench.metadata)
    for (const id of [ONE, TWO]) await create({ id })
    await facts.addCredential(credentialOf())
    await failsWith(facts.addCredential(credentialOf()), 'name-conflict')
    await facts.addCredential(credentialOf({ account: TWO }))
  })

  test('share no name that is unique everywhere, of one kind and field', async () => {
    const { create, facts } = deskOf(bench.metadata)
    await create()
    await create({ id: TWO, name: 'Second' })
    await facts.addCredential(credentialOf({ names: everywhere('k') }))
    const second = credentialOf({ account: TWO, names: everywhere('k') })
    await failsWith(facts.addCredential(second), 'name-conflict', { field: 'key' })
    assert.equal((await readOf()).length, 1)
    await facts.addCredential({ ...second, kind: 'other' })
    await facts.addCredential({ ...second, names: [{ field: 'id', value: 'k', scope: 'everywhere' }] })
  })

  test('may share names that are unique among accounts of one name, where the names differ', async () => {
    const { create, facts } = deskOf(bench.metadata)
    await create()
    await create({ id: TWO, name: 'Second' })
    await facts.addCredential(credentialOf({ names: withinName('u') }))
    await facts.addCredential(credentialOf({ account: TWO, names: withinName('u') }))
    const rename = (name: string) => facts.updateAccount({ id: TWO, change: { name } })
    await failsWith(rename('First'), 'name-conflict', { field: 'name' })
    await rename('Third')
    await facts.updateAccount({ id: ONE, change: { name: 'Second' } })
    await failsWith(
      facts.addCredential(credentialOf({ publicId: 'b', names: withinName('u') })),
      'name-conflict',
    )
  })

  test('are replaced by a change, their names too', async () => {
    const { create, facts } = deskOf(bench.metadata)
    await create()
    await facts.addCredential(credentialOf({ names: everywhere('old') }))
    await facts.addCredential(credentialOf({ publicId: 'b', names: everywhere('taken') }))
    const change = {
      account: ONE,
      kind: 'app',
      publicId: 'a',
      settings: { b: 2 },
      sealed: null,
      disabledAt: NOW,
    }
    await failsWith(facts.updateCredential({ ...change, names: everywhere('taken') }), 'name-conflict')
    await facts.updateCredential({ ...change, names: everywhere('new') })
    assert.deepEqual((await readOf())[0], {
      ...recordOf(credentialOf()),
      settings: { b: 2 },
      sealed: null,
      disabledAt: NOW,
    })
    await facts.addCredential(credentialOf({ publicId: 'c', names: everywhere('old') }))
  })

  test('are deleted within their account', async () => {
    const { create, facts } = deskOf(bench.metadata)
    for (const id of [ONE, TWO]) await create({ id })
    await facts.addCredential(credentialOf({ names: everywhere('k') }))
    const address = { account: ONE, kind: 'app', publicId: 'a' }
    for (const change of [{ account: TWO }, { kind: 'user' }, { publicId: 'b' }]) {
      const other = { ...address, ...change }
      await failsWith(facts.deleteCredential(other), 'credential-not-found')
      const update = { ...other, settings: {}, sealed: null, disabledAt: null, names: [] }
      await failsWith(facts.updateCredential(update), 'credential-not-found')
    }
    await facts.deleteCredential(address)
    assert.deepEqual(await readOf(), [])
    await facts.addCredential(credentialOf({ account: TWO, names: everywhere('k') }))
  })
}

/** Runs every command on accounts, in every form that has statements of its own. */
export async function useAccounts(facts: Facts): Promise<void> {
  await facts.accountsVersion({})
  const names = [
    { field: 'key', value: 'k', scope: 'everywhere' },
    { field: 'name', value: 'n', scope: 'account-name' },
  ] as const
  await facts.createAccount({ account: accountOf(), adoptsContent: false })
  await facts.addKey(keyOf())
  await facts.updateKey({ account: ONE, accessKey: 'AK1', change: {} })
  await facts.deleteKey({ account: ONE, accessKey: 'AK1' })
  await facts.addCredential(credentialOf({ names }))
  await facts.updateCredential({ ...credentialOf(), disabledAt: null, names })
  await facts.updateAccount({ id: ONE, change: { name: 'other' } })
  await facts.deleteCredential(credentialOf())
  await facts.readAccounts({})
  await facts.deleteAccount({ id: ONE, keepsContent: false })
  await facts.registerSecretKey({ check: 'check' })
}

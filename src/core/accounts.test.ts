import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Account,
  attributesOf,
  type CredentialKind,
  createAccounts,
  credentialsOf,
  derived,
  signingKey,
} from './accounts.ts'
import { asAccountId } from './ids.ts'
import { ALL_RIGHTS } from './model/accounts.ts'

interface Badge {
  readonly id: string
  readonly secret: string
}

const badge: CredentialKind<Badge> = { name: 'badge', scope: 'everywhere', idOf: ({ id }) => id }
const member: CredentialKind<Badge> = { name: 'member', scope: 'account-name', idOf: ({ id }) => id }

const keyOf = (name: string, rights = ALL_RIGHTS) => ({
  accessKey: `ak-${name}`,
  secretKey: `sk-${name}`,
  rights,
})

const accountOf = (id: string, change: Partial<Account> = {}): Account => ({
  ...{ id: asAccountId(id), name: `name of ${id}`, keys: [keyOf(id)] },
  ...{ credentials: {}, attributes: {}, ...change },
})

test('accounts are found by each of their public names, and by no other', () => {
  const two = accountOf('2', {
    keys: [keyOf('old'), keyOf('new')],
    credentials: { badge: [{ id: 'b', secret: 's' }], member: [{ id: 'm', secret: 's' }] },
  })
  const accounts = createAccounts([accountOf('1'), two])
  assert.equal(accounts.byId('2'), two)
  for (const key of two.keys) assert.deepEqual(accounts.byAccessKey(key.accessKey), { account: two, key })
  assert.deepEqual(accounts.find(badge, 'b'), { account: two, credential: credentialsOf(two, badge)[0] })
  assert.deepEqual(accounts.find(member, 'm', 'name of 2')?.account, two)
  for (const unknown of ['B', '', '__proto__', 's']) {
    assert.equal(accounts.byId(unknown), null)
    assert.equal(accounts.byAccessKey(unknown), null)
    assert.equal(accounts.find(badge, unknown), null)
    assert.equal(accounts.find(member, unknown, 'name of 2'), null)
  }
})

test('what is unique among the accounts of one name is found by that name alone', () => {
  const credentials = { member: [{ id: 'm', secret: 's' }] }
  const [one, two] = [accountOf('1', { credentials }), accountOf('2', { credentials })]
  const accounts = createAccounts([one, two])
  assert.equal(accounts.find(member, 'm', 'name of 1')?.account, one)
  assert.equal(accounts.find(member, 'm', 'name of 2')?.account, two)
  assert.equal(accounts.find(member, 'm', 'name of 3'), null)
  assert.equal(accounts.find(member, 'm'), null)
})

test('what accounts do not have is an empty list, or the facts of nobody', () => {
  const none = { colour: null }
  assert.deepEqual(credentialsOf(accountOf('1'), badge), [])
  assert.equal(attributesOf(accountOf('1'), { name: 'look', none }), none)
  const painted = accountOf('1', { attributes: { look: { colour: 'red' } } })
  assert.deepEqual(attributesOf(painted, { name: 'look', none }), { colour: 'red' })
})

test('links are signed with the newest key that may do all', () => {
  const reader = keyOf('reader', { ...ALL_RIGHTS, may: ['read'] })
  const limited = keyOf('limited', { ...ALL_RIGHTS, buckets: ['one'] })
  const keys = [keyOf('old'), keyOf('new'), reader, limited]
  assert.equal(signingKey(accountOf('1', { keys })).accessKey, 'ak-new')
  assert.throws(() => signingKey(accountOf('1', { keys: [reader] })), { code: 'unavailable' })
})

test('what is derived from the accounts is made anew when they change, and only then', () => {
  const accounts: { all: readonly Account[] } = { all: [accountOf('1')] }
  let made = 0
  const names = derived(accounts, (all) => {
    made += 1
    return all.map(({ name }) => name)
  })
  assert.deepEqual([names(), names()], [['name of 1'], ['name of 1']])
  assert.equal(made, 1)
  accounts.all = [accountOf('2')]
  assert.deepEqual([names(), names()], [['name of 2'], ['name of 2']])
  assert.equal(made, 2)
})

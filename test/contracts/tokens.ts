import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { asAccountId } from '../../src/core/ids.ts'
import type { AccessToken } from '../../src/core/model/tokens.ts'
import type { TokenCommands } from '../../src/core/ports/commands/tokens.ts'
import type { Facts } from '../../src/core/ports/facts.ts'
import { HOUR_MS, NOW } from './metadata/tenant.ts'
import { freshTrees, type OpenFacts } from './trees/store.ts'

const account = asAccountId('account')
const realm = { account, realm: 'realm' }
const hashes: Readonly<Record<'a' | 'b' | 'c' | 'd' | 'e', string>> = {
  ...{ a: 'a'.repeat(64), b: 'b'.repeat(64), c: 'c'.repeat(64), d: 'd'.repeat(64), e: 'e'.repeat(64) },
}

const tokenOf = (change: Partial<AccessToken>): AccessToken => ({
  ...realm,
  hash: hashes.a,
  user: '',
  client: '',
  session: '',
  volumes: [],
  grants: [],
  attributes: {},
  periodMs: HOUR_MS,
  expiresAt: NOW + HOUR_MS,
  ...change,
})

/** The docstrings of the `Tokens` port as tests. `open` gives an empty store each time. */
export function tokensContract(name: string, open: OpenFacts): void {
  describe(`tokens contract: ${name}`, () => {
    const bench = freshTrees(open)
    const make = (change: Partial<AccessToken>) => bench.metadata.createToken(tokenOf(change))
    const find = (hash: string, now = NOW) => bench.metadata.findToken({ hash, now })
    const left = async (now = NOW) => {
      const found = await Promise.all(
        Object.entries(hashes).map(async ([key, hash]) => [key, await find(hash, now)]),
      )
      return found
        .filter(([, token]) => token !== null)
        .map(([key]) => key)
        .join('')
    }

    test('are found as they were made', async () => {
      const token = tokenOf({
        ...{ user: 'Zoë', client: 'phone', session: '7', volumes: ['one', 'two'], grants: ['admin'] },
        attributes: { tag: 'x', nested: [1, null] },
      })
      await make(token)
      assert.deepEqual(await find(token.hash), token)
    })

    test('are the same for all nodes, and outlast a restart', async () => {
      await make({})
      const other = await bench.store.another()
      assert.deepEqual(await other.findToken({ hash: hashes.a, now: NOW }), tokenOf({}))
      const reopened = await bench.store.reopen()
      assert.deepEqual(await reopened.findToken({ hash: hashes.a, now: NOW }), tokenOf({}))
    })

    test('are not found when unknown, or by what is no hash', async () => {
      await make({})
      assert.equal(await find(hashes.b), null)
      assert.equal(await find(hashes.a.toUpperCase()), null)
      assert.equal(await find("' OR 1 = 1 --"), null)
    })

    test('end at their time, not before', async () => {
      await make({})
      assert.notEqual(await find(hashes.a, NOW + HOUR_MS - 1), null)
      assert.equal(await find(hashes.a, NOW + HOUR_MS), null)
    })

    test('live longer when they are renewed, never shorter', async () => {
      await make({})
      const renew = (expiresAt: number, now = NOW) =>
        bench.metadata.renewToken({ hash: hashes.a, expiresAt, now })
      const later = NOW + 2 * HOUR_MS
      assert.deepEqual(await renew(later), tokenOf({ expiresAt: later }))
      assert.deepEqual(await renew(NOW + HOUR_MS), tokenOf({ expiresAt: later }))
      assert.deepEqual(await find(hashes.a, later - 1), tokenOf({ expiresAt: later }))
    })

    test('cannot be renewed after their end', async () => {
      await make({})
      const renew = (hash: string) =>
        bench.metadata.renewToken({ hash, expiresAt: NOW + 9 * HOUR_MS, now: NOW + HOUR_MS })
      assert.equal(await renew(hashes.a), null)
      assert.equal(await renew(hashes.b), null)
      assert.equal(await find(hashes.a, NOW + HOUR_MS), null)
    })

    test('are deleted one by one, within their realm', async () => {
      await make({})
      await make({ hash: hashes.b })
      await bench.metadata.deleteToken({ account, realm: 'another', hash: hashes.a })
      await bench.metadata.deleteToken({ account: asAccountId('another'), realm: 'realm', hash: hashes.a })
      assert.equal(await left(), 'ab')
      await bench.metadata.deleteToken({ ...realm, hash: hashes.a })
      await bench.metadata.deleteToken({ ...realm, hash: hashes.a })
      assert.equal(await left(), 'b')
    })

    const anybody = { users: null, client: null, session: null }
    const cases: readonly {
      readonly title: string
      readonly given: Partial<Omit<Parameters<TokenCommands['deleteTokens']>[0], 'account' | 'realm'>>
      readonly left: string
    }[] = [
      { title: 'of a user', given: { users: ['u'] }, left: 'de' },
      { title: 'of several users', given: { users: ['v', 'u', 'u', 'nobody'] }, left: 'e' },
      { title: 'without a user', given: { users: [''] }, left: 'abcd' },
      { title: 'of no user of all', given: { users: [] }, left: 'abcde' },
      { title: 'of a client, whoever its user is', given: { client: 'phone' }, left: 'bce' },
      { title: 'of a session', given: { session: '1' }, left: 'acde' },
      { title: 'without a client', given: { client: '' }, left: 'abd' },
      { title: 'of a user and a client', given: { users: ['u'], client: 'phone' }, left: 'bcde' },
      { title: 'of all three', given: { users: ['u'], client: 'desk', session: '1' }, left: 'acde' },
      { title: 'that fit only in part: none', given: { users: ['v'], session: '1' }, left: 'abcde' },
      { title: 'all', given: {}, left: '' },
    ]
    for (const { title, given, left: expected } of cases) {
      test(`are deleted in groups: ${title}`, async () => {
        await make({ hash: hashes.a, user: 'u', client: 'phone' })
        await make({ hash: hashes.b, user: 'u', client: 'desk', session: '1' })
        await make({ hash: hashes.c, user: 'u' })
        await make({ hash: hashes.d, user: 'v', client: 'phone' })
        await make({ hash: hashes.e })
        const count = await bench.metadata.deleteTokens({ ...realm, ...anybody, ...given })
        assert.equal(await left(), expected)
        assert.equal(count, 5 - expected.length)
      })
    }

    test('of other realms and accounts stay', async () => {
      await make({ hash: hashes.a, realm: 'another' })
      await make({ hash: hashes.b, account: asAccountId('another') })
      await make({ hash: hashes.c })
      await make({ hash: hashes.d, realm: 'realm2' })
      assert.equal(await bench.metadata.deleteTokens({ ...realm, ...anybody }), 1)
      assert.equal(await left(), 'abd')
    })

    test('that are over are removed, oldest first, some at a time', async () => {
      await make({ hash: hashes.a, expiresAt: NOW + 3 })
      await make({ hash: hashes.b, expiresAt: NOW + 1 })
      await make({ hash: hashes.c, expiresAt: NOW + 2 })
      await make({ hash: hashes.d, expiresAt: NOW + 4 })
      const expire = (limit: number) => bench.metadata.expireTokens({ now: NOW + 3, limit })
      assert.equal(await expire(2), 2)
      assert.equal(await left(), 'ad')
      assert.equal(await expire(2), 1)
      assert.equal(await expire(2), 0)
      assert.equal(await left(), 'd')
    })
  })
}

/** Runs every command on tokens, in every form that has statements of its own. */
export async function useTokens(metadata: Facts): Promise<void> {
  await metadata.createToken(tokenOf({}))
  await metadata.findToken({ hash: hashes.a, now: NOW })
  await metadata.renewToken({ hash: hashes.a, expiresAt: NOW + 2 * HOUR_MS, now: NOW })
  await metadata.deleteToken({ ...realm, hash: hashes.a })
  for (const users of [null, ['u']]) {
    for (const client of [null, '', 'c']) {
      for (const session of [null, '', 's']) await metadata.deleteTokens({ ...realm, users, client, session })
    }
  }
  await metadata.expireTokens({ now: NOW, limit: 10 })
}

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { openStores } from '../../../test/support/stores.ts'
import { CoreError } from '../errors.ts'
import { asAccountId } from '../ids.ts'
import type { Facts } from '../ports/facts.ts'
import { createTokens, type TokenFacts } from './tokens.ts'

const HOUR_MS = 3_600_000
const realm = { account: asAccountId('a'), realm: 'r' }
const FACTS: TokenFacts = {
  ...{ ...realm, user: 'u', client: 'c', session: 's', volumes: ['one'], grants: ['admin'] },
  ...{ attributes: { tag: 'x' }, periodMs: HOUR_MS },
}

/** Token uses on a real store with a clock that tests set. `writes` has the end of each renewal that was written. */
async function openRig(t: TestContext, faults: Partial<Facts> = {}) {
  const stores = await openStores(t)
  const writes: number[] = []
  const renewToken: Facts['renewToken'] = (command) => {
    writes.push(command.expiresAt)
    return stores.metadata.renewToken(command)
  }
  const metadata = { ...stores.metadata, renewToken, ...faults }
  const tokens = createTokens({ ...stores, metadata })
  return { tokens, clock: stores.clock, writes, metadata: stores.metadata }
}

test('a token is opaque, and only its SHA-256 is kept', async (t) => {
  const { tokens, metadata, clock } = await openRig(t)
  const { token, expiresAt } = await tokens.mint(FACTS)
  assert.match(token, /^[A-Za-z0-9_-]{40}$/)
  assert.equal(expiresAt, clock.now() + HOUR_MS)
  const hash = createHash('sha256').update(token).digest('hex')
  const kept = await metadata.findToken({ hash, now: clock.now() })
  assert.ok(kept !== null && !JSON.stringify(kept).includes(token))
  const found = await tokens.use(token)
  assert.deepEqual(found, { ...FACTS, hash, expiresAt })
  assert.notEqual((await tokens.mint(FACTS)).token, token)
})

test('what was never minted is nobody', async (t) => {
  const { tokens } = await openRig(t)
  const { token } = await tokens.mint(FACTS)
  for (const text of ['', 'x', token.slice(1), `${token} `, '\u0000', '\ud800', 'x'.repeat(10_000)]) {
    assert.equal(await tokens.use(text), null)
    assert.equal(await tokens.renew(text), null)
  }
})

test('each use renews a token for its whole period', async (t) => {
  const { tokens, clock } = await openRig(t)
  const { token } = await tokens.mint(FACTS)
  for (const pauseMs of [1, 30_000, 59_999, 60_000, 60_001, HOUR_MS / 2, HOUR_MS - 1, HOUR_MS]) {
    clock.timeMs += pauseMs - 1
    assert.equal((await tokens.use(token))?.expiresAt, clock.now() + HOUR_MS, `after ${pauseMs} ms`)
  }
})

test('a token ends after its period without use, or a twentieth of that later, at most a minute', async (t) => {
  const { tokens, clock } = await openRig(t)
  for (const [periodMs, granularityMs] of [
    [HOUR_MS, 60_000],
    [20 * 60_000, 60_000],
    [200_000, 10_000],
    [7, 1],
  ] as const) {
    const isAliveAfter = async (idleMs: number) => {
      const { token } = await tokens.mint({ ...FACTS, periodMs })
      clock.timeMs += granularityMs
      assert.notEqual(await tokens.use(token), null)
      clock.timeMs += idleMs
      return (await tokens.use(token)) !== null
    }
    assert.equal(await isAliveAfter(periodMs - 1), true)
    assert.equal(await isAliveAfter(periodMs + granularityMs), false)
  }
})

test('in constant use a token is written at most once in its granularity', async (t) => {
  const { tokens, clock, writes } = await openRig(t)
  const { token } = await tokens.mint(FACTS)
  const begin = clock.now()
  for (let used = 0; used < 600; used += 1) {
    clock.timeMs += 1_000
    await tokens.use(token)
  }
  const lastUse = clock.now()
  assert.ok(writes.length <= (lastUse - begin) / 60_000, `${writes.length} writes`)
  assert.ok((writes.at(-1) ?? 0) >= lastUse + HOUR_MS)
})

test('many uses at once give one end', async (t) => {
  const { tokens, clock } = await openRig(t)
  const { token } = await tokens.mint(FACTS)
  clock.timeMs += HOUR_MS / 2
  const found = await Promise.all(Array.from({ length: 50 }, () => tokens.use(token)))
  assert.deepEqual([...new Set(found.map((one) => one?.expiresAt))], [clock.now() + HOUR_MS])
})

test('renewing is written at once, and is for tokens that live', async (t) => {
  const { tokens, clock, writes } = await openRig(t)
  const { token } = await tokens.mint(FACTS)
  clock.timeMs += 10
  assert.equal((await tokens.renew(token))?.expiresAt, clock.now() + HOUR_MS)
  assert.equal(writes.length, 1)
  clock.timeMs += HOUR_MS + 60_000
  assert.equal(await tokens.renew(token), null)
})

test('a revoked token is nobody, alone or with its group', async (t) => {
  const { tokens } = await openRig(t)
  const [one, two, three] = [
    await tokens.mint(FACTS),
    await tokens.mint(FACTS),
    await tokens.mint({ ...FACTS, user: 'v' }),
  ]
  await tokens.revoke({ ...realm, realm: 'another', token: one.token })
  assert.notEqual(await tokens.use(one.token), null)
  await tokens.revoke({ ...realm, token: one.token })
  assert.equal(await tokens.use(one.token), null)
  assert.equal(await tokens.revokeMany({ ...realm, users: ['u'], client: null, session: null }), 1)
  assert.equal(await tokens.use(two.token), null)
  assert.notEqual(await tokens.use(three.token), null)
})

test('a full store still knows its tokens; a failing one says so', async (t) => {
  const failing = { code: 'storage-full' as 'storage-full' | 'metadata-failed' }
  const renewToken = () => Promise.reject(new CoreError(failing.code, 'so'))
  const { tokens, clock } = await openRig(t, { renewToken })
  const { token } = await tokens.mint(FACTS)
  clock.timeMs += HOUR_MS / 2
  assert.equal((await tokens.use(token))?.user, 'u')
  await assert.rejects(tokens.renew(token), { code: 'storage-full' })
  failing.code = 'metadata-failed'
  await assert.rejects(tokens.use(token), { code: 'metadata-failed' })
})

test('whether a token stands is asked once a second, and known at once where it was ended', async (t) => {
  let asked = 0
  const { metadata, clock } = await openRig(t)
  const findToken: Facts['findToken'] = (query) => {
    asked += 1
    return metadata.findToken(query)
  }
  const node = () =>
    createTokens({
      metadata: { ...metadata, findToken },
      clock,
      random: { bytes: (size) => randomBytes(size) },
    })
  const [one, other] = [node(), node()]
  const made = await one.mint(FACTS)
  const hash = hashOf(made.token)
  for (const tokens of [one, other, one, other]) assert.equal(await tokens.stands(hash), true)
  assert.equal(asked, 2)
  await one.revoke({ ...realm, token: made.token })
  assert.equal(await one.stands(hash), false)
  assert.equal(await other.stands(hash), true)
  clock.timeMs += 1000
  assert.equal(await other.stands(hash), false)
})

test('a token stands until its time is over, and its standing counts as no use', async (t) => {
  const { tokens, clock } = await openRig(t)
  const { token } = await tokens.mint({ ...FACTS, user: 'who' })
  assert.equal(await tokens.stands(hashOf(token)), true)
  clock.timeMs += HOUR_MS / 2
  assert.equal(await tokens.stands(hashOf(token)), true)
  clock.timeMs += HOUR_MS / 2 + 120_000
  assert.equal(await tokens.stands(hashOf(token)), false)
  const { token: next } = await tokens.mint({ ...FACTS, user: 'who' })
  assert.equal(await tokens.stands(hashOf(next)), true)
  await tokens.revokeMany({ ...realm, users: ['who'], client: null, session: null })
  assert.equal(await tokens.stands(hashOf(next)), false)
})

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

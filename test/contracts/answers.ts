import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { NewAnswer } from '../../src/core/model/answers.ts'
import type { Change, Changed } from '../../src/core/ports/commands/answers.ts'
import { failsWith, freshBench, type OpenMetadata, outcomeOf } from './metadata/store.ts'
import { BUCKET, HOUR_MS, NOW, type Tenant, TRAITS } from './metadata/tenant.ts'

const DIGESTS = { one: '1'.repeat(64), two: '2'.repeat(64) } as const
const AT_ONCE = 12

const answerOf = ({ account }: Tenant, change: Partial<NewAnswer> = {}): NewAnswer => ({
  ...{ account, scope: 'door/call', token: 'token', digest: DIGESTS.one, answer: { key: ['ä', 1, null] } },
  ...{ expiresAt: NOW + HOUR_MS, keepMax: 100 },
  ...change,
})

const remember = (tenant: Tenant, change: Partial<NewAnswer> = {}, now = NOW) =>
  tenant.metadata.rememberAnswer({ ...answerOf(tenant, change), now })

const find = ({ metadata, account }: Tenant, change: Partial<NewAnswer> = {}, now = NOW) =>
  metadata.findAnswer({ account, scope: 'door/call', token: 'token', ...change, now })

const once = (tenant: Tenant, change: Change, answer: Partial<NewAnswer> = {}): Promise<Changed> =>
  tenant.metadata.changeOnce({ answer: answerOf(tenant, answer), change, now: NOW })

const putting = (tenant: Tenant, key: string): Change => ({
  name: 'putObject',
  command: {
    ...{ account: tenant.account, id: tenant.newObjectId(), blob: tenant.newBlobId(), bucket: BUCKET, key },
    ...{ staged: tenant.inline('bytes'), traits: TRAITS, conflict: 'rename', objectsMax: 0 },
    ...{ deliveries: [tenant.delivery('topic')], now: NOW },
  },
})

const committing = async (tenant: Tenant, ref: string): Promise<Change> => ({
  name: 'commitUpload',
  command: {
    ...{ account: tenant.account, upload: await tenant.beginWith('bytes', { ref }), ifVersion: null },
    target: { kind: 'object', id: tenant.newObjectId(), traits: TRAITS, conflict: 'fail', objectsMax: 0 },
    ...{ deliveries: [], now: NOW },
  },
})

/** Every kind of change, made ready; each can be made once alone, or would be seen twice. */
const CHANGES: Readonly<Record<Change['name'], (tenant: Tenant) => Promise<Change>>> = {
  putObject: async (tenant) => putting(tenant, 'put'),
  commitUpload: (tenant) => committing(tenant, 'committed'),
  updateObject: async (tenant) => {
    const { id } = await tenant.put()
    const at = { account: tenant.account, object: { id }, ifVersion: null, deliveries: [], now: NOW }
    return { name: 'updateObject', command: { ...at, change: { status: 'changed' } } }
  },
  deleteObject: async (tenant) => {
    const { id } = await tenant.put()
    return { name: 'deleteObject', command: { account: tenant.account, object: { id }, now: NOW } }
  },
}

/** The docstrings of `AnswerCommands` as tests. `open` gives an empty store each time. */
export function answersContract(name: string, open: OpenMetadata): void {
  describe(`answers contract: ${name}`, () => {
    const bench = freshBench(open)

    test('are found as they were kept, by other nodes and after a restart too', async () => {
      const tenant = bench.tenant()
      const { digest, answer } = await remember(tenant)
      assert.deepEqual({ digest, answer }, { digest: DIGESTS.one, answer: answerOf(tenant).answer })
      const nodes = [tenant, tenant.through(await bench.store.another())]
      for (const node of nodes) assert.deepEqual(await find(node), { digest, answer })
      assert.deepEqual(await find(tenant.through(await bench.store.reopen())), { digest, answer })
    })

    test('the first one stays', async () => {
      const tenant = bench.tenant()
      const first = await remember(tenant)
      assert.deepEqual(await remember(tenant, { digest: DIGESTS.two, answer: 'other' }), first)
      assert.deepEqual(await find(tenant), first)
    })

    test('are of one account, one scope and one token', async () => {
      const [tenant, other] = [bench.tenant(), bench.tenant()]
      await remember(tenant)
      assert.equal(await find(other), null)
      assert.equal(await find(tenant, { scope: 'door/other' }), null)
      assert.equal(await find(tenant, { token: 'Token' }), null)
    })

    test('end at their time; then the token is free', async () => {
      const tenant = bench.tenant()
      await remember(tenant)
      assert.notEqual(await find(tenant, {}, NOW + HOUR_MS - 1), null)
      assert.equal(await find(tenant, {}, NOW + HOUR_MS), null)
      const again = { digest: DIGESTS.two, answer: 'again', expiresAt: NOW + 2 * HOUR_MS }
      await remember(tenant, again, NOW + HOUR_MS)
      assert.deepEqual(await find(tenant, {}, NOW + HOUR_MS), { digest: DIGESTS.two, answer: 'again' })
    })

    for (const [change, make] of Object.entries(CHANGES)) {
      test(`${change}: is made with its answer, and not again`, async () => {
        const tenant = bench.tenant()
        const ready = await make(tenant)
        const { known, object } = await once(tenant, ready)
        assert.equal(known, null)
        const facts = { found: await tenant.findObject(object), usage: await tenant.usage() }
        const kept = await find(tenant)
        assert.deepEqual(kept, { digest: DIGESTS.one, answer: answerOf(tenant).answer })
        assert.deepEqual(await once(tenant, ready), { known: kept, object: null })
        const other = { digest: DIGESTS.two, answer: 'other' }
        assert.deepEqual(await once(tenant, ready, other), { known: kept, object: null })
        assert.deepEqual({ found: await tenant.findObject(object), usage: await tenant.usage() }, facts)
      })

      test(`${change}: of many at once one is made, and all get its answer`, async () => {
        const tenant = bench.tenant()
        const nodes = [tenant, tenant.through(await bench.store.another())] as const
        const ready = await make(tenant)
        const all = await Promise.all(
          Array.from({ length: AT_ONCE }, (_, number) =>
            once(nodes[number % 2 === 0 ? 0 : 1], ready, { answer: number }),
          ),
        )
        const made = all.flatMap(({ known }, number) => (known === null ? [number] : []))
        assert.equal(made.length, 1)
        const told = all.flatMap(({ known }) => (known === null ? [] : [known.answer]))
        assert.deepEqual(told, Array(AT_ONCE - 1).fill(made[0]))
        assert.equal((await find(tenant))?.answer, made[0])
      })
    }

    test('a change that fails leaves no answer, and nothing of itself', async () => {
      const tenant = bench.tenant()
      const ready = await CHANGES.deleteObject(tenant)
      await tenant.delete(ready.name === 'deleteObject' ? ready.command.object : assert.fail())
      await failsWith(once(tenant, ready), 'object-not-found')
      assert.equal(await find(tenant), null)
      await once(tenant, await CHANGES.putObject(tenant))
      assert.notEqual(await find(tenant), null)
    })

    test('of changes that fail and one that does not, at once, the one is kept', async () => {
      const tenant = bench.tenant()
      const { id } = await tenant.put()
      await tenant.hold({ id }, 1)
      const held: Change = {
        name: 'deleteObject',
        command: { account: tenant.account, object: { id }, now: NOW },
      }
      const good = putting(tenant, 'good')
      const outcomes = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, number) => outcomeOf(once(tenant, number === 5 ? good : held))),
      )
      for (const outcome of outcomes) assert.match(outcome, /^(ok|object-held)$/)
      assert.notEqual(await find(tenant), null)
      assert.equal((await tenant.usage()).objects, 2)
    })

    test('a commit that finds an earlier one keeps no answer', async () => {
      const tenant = bench.tenant()
      const first = await committing(tenant, 'twice')
      const { object } = await once(tenant, first, { token: 'first' })
      assert.ok(first.name === 'commitUpload')
      const target = { ...first.command.target, id: tenant.newObjectId() }
      const second: Change = { name: 'commitUpload', command: { ...first.command, target } }
      assert.deepEqual(await once(tenant, second, { token: 'second' }), { known: null, object })
      assert.equal(await find(tenant, { token: 'second' }), null)
      assert.notEqual(await find(tenant, { token: 'first' }), null)
    })

    test('of an account only the newest are kept', async () => {
      const [tenant, other] = [bench.tenant(), bench.tenant()]
      await remember(other, { keepMax: 3 })
      for (let number = 0; number < 5; number++) await remember(tenant, { token: `${number}`, keepMax: 3 })
      await once(tenant, putting(tenant, 'k'), { token: '5', keepMax: 3 })
      const kept = []
      for (let number = 0; number < 6; number++)
        if ((await find(tenant, { token: `${number}` })) !== null) kept.push(number)
      assert.deepEqual(kept, [3, 4, 5])
      assert.notEqual(await find(other), null)
    })

    test('that are over are forgotten, oldest first, some at a time', async () => {
      const tenant = bench.tenant()
      for (const [token, over] of [
        ['a', 3],
        ['b', 1],
        ['c', 2],
        ['d', 4],
      ] as const)
        await remember(tenant, { token, expiresAt: NOW + over })
      const expire = (limit: number) => bench.metadata.expireAnswers({ now: NOW + 3, limit })
      assert.equal(await expire(2), 2)
      assert.notEqual(await find(tenant, { token: 'a' }), null)
      assert.equal(await expire(2), 1)
      assert.equal(await expire(2), 0)
      assert.notEqual(await find(tenant, { token: 'd' }), null)
    })

    test('go with their account', async () => {
      const tenant = bench.tenant()
      const { account: id } = tenant
      const account = { id, name: 'n', attributes: {}, sealed: null, createdAt: NOW }
      await bench.metadata.createAccount({ account, adoptsContent: false })
      await remember(tenant)
      await bench.metadata.deleteAccount({ id, keepsContent: false })
      assert.equal(await find(tenant), null)
    })
  })
}

/** Runs every command on answers, in every form that has statements of its own. */
export async function useAnswers(tenant: Tenant): Promise<void> {
  await remember(tenant)
  await find(tenant)
  for (const [token, make] of Object.entries(CHANGES)) await once(tenant, await make(tenant), { token })
  const again = await committing(tenant, 'again')
  await once(tenant, again, { token: 'first' })
  await once(tenant, again, { token: 'second' })
  await tenant.metadata.expireAnswers({ now: NOW + HOUR_MS, limit: 10 })
}

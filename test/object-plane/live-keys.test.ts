import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Desks, openAccounts } from '../../src/accounts/index.ts'
import type { KeyPair } from '../../src/core/accounts.ts'
import { ALL_RIGHTS } from '../../src/core/model/accounts.ts'
import { systemClock, systemRandom } from '../../src/system.ts'
import { OWNER, startRig } from './rig.ts'

const BODY = Buffer.from('RIFF....WAVEfmt 0123456789')

interface Town {
  readonly desks: Desks
  /** A key of the account that may do all. */
  readonly made: KeyPair
  status(method: 'GET' | 'PUT', link: string): Promise<number>
  link(method: 'GET' | 'PUT', keys: KeyPair): string
}

/** The plane with an account of the metadata, which has one object. */
async function townOf(t: TestContext): Promise<Town> {
  const opening = Promise.withResolvers<Desks>()
  const rig = await startRig({
    accounts: async (metadata, dir) => {
      const opened = await openAccounts({
        ...{ configured: [], metadata, dialects: [], clock: systemClock, random: systemRandom },
        ...{ secretKeyFile: join(dir, 'secret.key'), onProblem: assert.fail },
      })
      opening.resolve(opened.desks)
      return opened.live
    },
  })
  t.after(() => rig.close())
  const desks = await opening.promise
  await desks.accounts.create({ id: OWNER.id, name: 'owner' })
  const made = await desks.keys.add(OWNER.id)
  const link: Town['link'] = (method, keys) => rig.presigned(method, 'a.wav', { id: OWNER.id, keys })
  const status: Town['status'] = async (method, to) =>
    (await rig.send(method, to, method === 'PUT' ? { body: BODY } : {})).status
  assert.equal(await status('PUT', link('PUT', made)), 200)
  await rig.commit('a.wav')
  return { desks, made, link, status }
}

test('a link ends when the key that made it is disabled or deleted', async (t) => {
  const { desks, made, link, status } = await townOf(t)
  const another = await desks.keys.add(OWNER.id)
  const [first, second] = [link('GET', made), link('GET', another)]
  assert.deepEqual([await status('GET', first), await status('GET', second)], [200, 200])
  await desks.keys.update(OWNER.id, another.accessKey, { isDisabled: true })
  assert.deepEqual([await status('GET', first), await status('GET', second)], [200, 403])
  await desks.keys.update(OWNER.id, another.accessKey, { isDisabled: false })
  assert.equal(await status('GET', second), 200)
  await desks.keys.delete(OWNER.id, another.accessKey)
  assert.equal(await status('GET', second), 403)
})

test('a link gives what its key may when it is used, not when it was made', async (t) => {
  const { desks, made, link, status } = await townOf(t)
  const [get, put] = [link('GET', made), link('PUT', made)]
  await desks.keys.update(OWNER.id, made.accessKey, { rights: { ...ALL_RIGHTS, may: ['read'] } })
  assert.deepEqual([await status('GET', get), await status('PUT', put)], [200, 403])
  await desks.keys.update(OWNER.id, made.accessKey, { rights: { ...ALL_RIGHTS, prefix: 'b' } })
  assert.deepEqual([await status('GET', get), await status('PUT', put)], [403, 403])
  await desks.keys.update(OWNER.id, made.accessKey, { rights: ALL_RIGHTS })
  assert.deepEqual([await status('GET', get), await status('PUT', put)], [200, 200])
})

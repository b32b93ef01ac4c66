import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { seededRandom } from '../../../test/contracts/metadata/random.ts'
import { failsWith } from '../../../test/contracts/metadata/store.ts'
import { Tenant } from '../../../test/contracts/metadata/tenant.ts'
import type { Ticks } from '../../core/clock.ts'
import type { StoredObject } from '../../core/model/objects.ts'
import { openSqliteMetadata } from './index.ts'
import type { CommandLane } from './lane.ts'
import { openLoneLane } from './lone-lane.ts'
import { openReadLane } from './read-lane.ts'

const folder = mkdtempSync(join(tmpdir(), 'stowage-prompt-'))
after(() => rmSync(folder, { recursive: true }))
const pathOf = (name: string): string => join(folder, `${name}.db`)

describe('reads of an embedded database', () => {
  test('by a key are made in the caller’s thread while that is answered at once, and by the other lane otherwise', async () => {
    let now = 0
    // Each look at the time takes a second more, until it is told to stand still.
    let step = 0
    const ticks = () => {
      now += step
      return now
    }
    const { find, close } = await twoDatabases('turns', ticks)
    assert.equal(await find(), true)
    step = 1000
    await find()
    step = 0
    assert.equal(await find(), false)
    now += 1e6
    assert.equal(await find(), true)
    await close()
  })

  test('fail once the files are gone', async () => {
    const { find, close } = await twoDatabases('gone', () => 0)
    assert.equal(await find(), true)
    rmSync(pathOf('gone'))
    await failsWith(find(), 'unavailable')
    await close()
  })

  test('are all made in the caller’s thread until there is another', async () => {
    const facts = await openSqliteMetadata({ path: pathOf('early'), durability: 'relaxed', threads: false })
    const tenant = new Tenant(facts, 'account', seededRandom(1))
    const { bucket } = await tenant.put()
    await facts.close()
    const { promise, reject } = Promise.withResolvers<CommandLane>()
    const lane = openReadLane(
      pathOf('early'),
      () => promise,
      () => 0,
    )
    assert.ok(await lane.call('findBucket', { account: tenant.account, bucket }))
    assert.deepEqual(await lane.call('usage', { account: tenant.account, bucket }), { objects: 1, bytes: 0 })
    reject(new Error('it did not start'))
    await lane.close()
  })

  test('see what was answered just before, and end with the store', async () => {
    const facts = await openSqliteMetadata({ path: pathOf('whole'), durability: 'relaxed' })
    const tenant = new Tenant(facts, 'account', seededRandom(1))
    const address = ({ id }: StoredObject) => ({ account: tenant.account, object: { id } })
    const object = await tenant.put()
    assert.equal((await facts.findObject(address(object)))?.id, object.id)
    await facts.deleteObject({ ...address(object), now: 1 })
    assert.equal(await facts.findObject(address(object)), null)
    await facts.close()
    await failsWith(facts.findObject(address(object)), 'unavailable')
  })
})

/** Two databases, of which only the one in the caller's thread has the object: `find` says whether that was asked. */
async function twoDatabases(name: string, ticks: Ticks) {
  const setup = { durability: 'relaxed', migrates: true, reserveBytes: null } as const
  const facts = await openSqliteMetadata({ path: pathOf(name), durability: 'relaxed', threads: false })
  const tenant = new Tenant(facts, 'account', seededRandom(1))
  const { id } = await tenant.put()
  await facts.close()
  const other = await openLoneLane({ role: 'writer', path: pathOf(`${name}-other`), ...setup })
  const lane = openReadLane(pathOf(name), async () => other, ticks)
  await setImmediate()
  const find = async () =>
    (await lane.call('findObject', { account: tenant.account, object: { id } })) !== null
  return { find, close: () => lane.close() }
}

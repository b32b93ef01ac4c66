import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { seededRandom } from '../../../test/contracts/metadata/random.ts'
import { failsWith } from '../../../test/contracts/metadata/store.ts'
import { Tenant } from '../../../test/contracts/metadata/tenant.ts'
import type { Ticks } from '../../core/clock.ts'
import type { StoredObject } from '../../core/model/objects.ts'
import { openSqliteMetadata } from './index.ts'
import { openLoneLane } from './lone-lane.ts'
import { openLookUps } from './look-ups.ts'

const folder = mkdtempSync(join(tmpdir(), 'stowage-prompt-'))
after(() => rmSync(folder, { recursive: true }))
const pathOf = (name: string): string => join(folder, `${name}.db`)

describe('look-ups of an embedded database', () => {
  test('are made in the caller’s thread while that is answered at once, and by the other lane otherwise', async () => {
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
    let now = 0
    const { find, close } = await twoDatabases('gone', () => now)
    assert.equal(await find(), true)
    rmSync(pathOf('gone'))
    now += 100
    assert.equal(await find(), false)
    await close()
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
  const lane = openLookUps(pathOf(name), other, ticks)
  const find = async () =>
    (await lane.call('findObject', { account: tenant.account, object: { id } })) !== null
  const close = async () => {
    await lane.close()
    await other.close()
  }
  return { find, close }
}

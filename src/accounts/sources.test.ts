import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { failsWith } from '../../test/contracts/metadata/store.ts'
import { CONFIGURED, deviceKind, guestKind, townOf } from '../../test/support/account-town.ts'
import { credentialsOf } from '../core/accounts.ts'
import type { AccountCommands } from '../core/ports/commands/accounts.ts'

test('what the configuration has is refused when it is made, and changed nowhere else', async (t) => {
  const { desks } = await (await townOf(t)).node()
  await failsWith(desks.accounts.create({ id: 'fixed', name: 'x' }), 'name-conflict')
  const { id } = await desks.accounts.create({ name: 'Fixed' })
  await failsWith(desks.keys.add(id, {}, { access_key: 'AKFIXED' }), 'name-conflict')
  await failsWith(desks.credentials.add(id, 'device', { device_id: 'd' }), 'name-conflict', {
    field: 'device_id',
  })
  await failsWith(desks.credentials.add(id, 'device', { device_key: 'k' }), 'name-conflict', {
    field: 'device_key',
  })
  await failsWith(desks.credentials.add(id, 'guest', { name: 'ann' }), 'name-conflict')
  const other = await desks.accounts.create({ name: 'Other' })
  await desks.credentials.add(other.id, 'guest', { name: 'ann' })
  for (const change of [
    () => desks.accounts.update('fixed', { isDisabled: true }),
    () => desks.accounts.delete('fixed'),
    () => desks.keys.add('fixed'),
    () => desks.credentials.add('fixed', 'device', {}),
  ]) {
    await assert.rejects(async () => change(), /stands in the configuration/)
  }
})

test('where the configuration came to have the same, it wins', async (t) => {
  const { node } = await townOf(t)
  const { desks } = await node([])
  await desks.accounts.create({ id: 'fixed', name: 'Made' })
  const { id } = await desks.accounts.create({ name: 'Fixed' })
  await desks.keys.add(id, {}, { access_key: 'AKFIXED' })
  const device = await desks.credentials.add(id, 'device', { device_key: 'k' })
  await desks.credentials.add(id, 'guest', { name: 'ann' })
  const { live } = await node()
  assert.equal(live.byId('fixed')?.name, 'Fixed')
  assert.equal(live.byAccessKey('AKFIXED')?.account.id, 'fixed')
  assert.equal(live.find(deviceKind, 'k')?.account.id, 'fixed')
  assert.equal(live.find(guestKind, 'ann', 'Fixed')?.account.id, 'fixed')
  const made = live.byId(id) ?? assert.fail()
  assert.deepEqual([made.keys, credentialsOf(made, deviceKind)], [[], []])
  assert.equal(device.credential.kind, 'device')
})

test('another node sees a change soon, and one that a key ends', async (t) => {
  const town = await townOf(t)
  const [one, two] = [await town.node(), await town.node()]
  two.live.start()
  const { id } = await one.desks.accounts.create({ name: 'New' })
  const { accessKey } = await one.desks.keys.add(id, { expiresAt: town.clock.timeMs + 1000 })
  assert.equal(two.live.byId(id), null)
  await until(() => two.live.byAccessKey(accessKey) !== null)
  town.clock.timeMs += 1000
  await until(() => two.live.byAccessKey(accessKey) === null)
  town.clock.timeMs -= 1000
  await until(() => two.live.byAccessKey(accessKey) !== null)
  await one.desks.accounts.delete(id)
  await until(() => two.live.byId(id) === null)
})

test('while the metadata is away all stays as it was, which is told once, and goes on when it is back', async (t) => {
  const town = await townOf(t)
  let isAway = false
  let asked = 0
  const shaky: AccountCommands = {
    ...town.metadata,
    accountsVersion: (query) => {
      asked += 1
      if (isAway) throw new Error('away')
      return town.metadata.accountsVersion(query)
    },
  }
  const [one, two] = [await town.node(), await town.node(CONFIGURED, shaky)]
  const { id } = await one.desks.accounts.create({ name: 'New' })
  two.live.start()
  await until(() => two.live.byId(id) !== null)
  isAway = true
  await one.desks.accounts.delete(id)
  const before = asked
  await until(() => asked > before + 2)
  assert.notEqual(two.live.byId(id), null)
  assert.deepEqual(town.problems, ['accounts cannot be read: away'])
  isAway = false
  await until(() => two.live.byId(id) === null)
})

test('what does not open is left out and told, and harms nothing else', async (t) => {
  const town = await townOf(t)
  const { desks, live } = await town.node()
  const { id } = await desks.accounts.create({ name: 'New' })
  await desks.keys.add(id, {}, { access_key: 'good' })
  const foreign = { account: live.byId(id)?.id ?? assert.fail(), createdAt: town.clock.timeMs }
  const { keys } = await town.metadata.readAccounts({})
  const { sealed } = keys[0] ?? assert.fail()
  await town.metadata.addKey({
    ...{ ...foreign, accessKey: 'swapped', sealed, label: '', expiresAt: null },
    rights: { may: [], prefix: null, buckets: null },
  })
  await town.metadata.addCredential({
    ...{ ...foreign, kind: 'device', publicId: 'x', settings: { unknown: 1 }, sealed: null, names: [] },
  })
  await live.refresh()
  assert.notEqual(live.byAccessKey('good'), null)
  assert.equal(live.byAccessKey('swapped'), null)
  assert.deepEqual(credentialsOf(live.byId(id) ?? assert.fail(), deviceKind), [])
  assert.match(town.problems.join('\n'), /access key swapped does not open.*device x of the account/s)
})

/** Waits without end: the test's own limit is what fails. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(20)
}

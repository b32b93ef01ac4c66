import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceKind, guestKind, hookKind, townOf } from '../../test/support/account-town.ts'
import { attributesOf } from '../core/accounts.ts'
import { isPassword } from '../core/passwords.ts'
import { ConfigError } from '../settings/error.ts'

test('what is made is found at once, as what the configuration has, and the same by a node that starts later', async (t) => {
  const town = await townOf(t)
  const { desks, live } = await town.node()
  const { id } = await desks.accounts.create({ name: 'New', hook_url: 'u', hook_token: 'secret' })
  const key = await desks.keys.add(id)
  const device = await desks.credentials.add(id, 'device', { device_key: 'dk', loud: 'true' })
  const guest = await desks.credentials.add(id, 'guest', { name: 'bob' })
  for (const accounts of [live, (await town.node()).live]) {
    const account = accounts.byId(id) ?? assert.fail()
    assert.deepEqual(
      accounts.all.map((each) => each.id),
      ['fixed', id],
    )
    assert.deepEqual(attributesOf(account, hookKind), { url: 'u', token: 'secret' })
    assert.equal(accounts.byAccessKey(key.accessKey)?.key.secretKey, key.secretKey)
    assert.equal(accounts.byAccessKey(key.accessKey)?.account, account)
    const found = accounts.find(deviceKind, 'dk') ?? assert.fail()
    assert.deepEqual(found.credential, {
      ...{ id: device.credential.id, key: 'dk', secret: device.secrets.secret, isLoud: true },
    })
    const { credential } = accounts.find(guestKind, 'bob', 'New') ?? assert.fail()
    assert.equal(await isPassword(credential.password, String(guest.secrets.password)), true)
    assert.equal(credential.password.kept, 'scrypt')
    assert.equal(accounts.byAccessKey('AKFIXED')?.account.id, 'fixed')
    assert.equal(accounts.find(guestKind, 'ann', 'Fixed')?.account.id, 'fixed')
  }
  assert.deepEqual(town.problems, [])
})

test('nothing that is kept has a secret in plain, and no list shows one', async (t) => {
  const town = await townOf(t)
  const { desks } = await town.node()
  const { id } = await desks.accounts.create({ name: 'New', hook_url: 'u', hook_token: 'Secret1' })
  await desks.keys.add(id, {}, { access_key: 'AK', secret_key: 'Secret2 of key' })
  await desks.credentials.add(id, 'device', { secret: 'Secret3 of device' })
  await desks.credentials.add(id, 'guest', { name: 'bob', password: 'Secret4 of bob' })
  const kept = JSON.stringify(await town.metadata.readAccounts({}), (_, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  )
  const shown = JSON.stringify(await desks.accounts.list())
  for (const text of [kept, shown]) assert.doesNotMatch(text, /Secret\d|\$scrypt/)
})

test('an account is listed with all that may be seen, wherever it stands', async (t) => {
  const { desks } = await (await townOf(t)).node()
  const { id } = await desks.accounts.create({ id: 'new', name: 'New', hook_url: 'u', hook_token: 't' })
  const rights = { may: ['read'], prefix: 'in/', buckets: ['b'] } as const
  await desks.keys.add(id, { label: 'laptop', rights, expiresAt: 5e12 }, { access_key: 'AK' })
  await desks.credentials.add(id, 'device', { device_id: 'x', device_key: 'y' })
  const [fixed, made] = await desks.accounts.list()
  assert.deepEqual(
    fixed?.credentials.map(({ kind, id, settings }) => [kind, id, settings]),
    [
      ['device', 'd', { device_id: 'd', device_key: 'k', loud: false }],
      ['guest', 'ann', { name: 'ann' }],
    ],
  )
  assert.deepEqual([fixed?.source, fixed?.keys[0]?.accessKey], ['configuration', 'AKFIXED'])
  assert.deepEqual([made?.source, made?.attributes], ['metadata', { hook_url: 'u' }])
  const { createdAt, ...key } = made?.keys[0] ?? assert.fail()
  assert.deepEqual(key, { accessKey: 'AK', label: 'laptop', rights, disabledAt: null, expiresAt: 5e12 })
  assert.equal(typeof createdAt, 'number')
  assert.deepEqual(made?.credentials[0]?.settings, { device_id: 'x', device_key: 'y', loud: false })
})

test('what is disabled or at its end is not found, and is found again when that is taken back', async (t) => {
  const { node, clock } = await townOf(t)
  const { desks, live } = await node()
  const { id } = await desks.accounts.create({ name: 'New' })
  const { accessKey } = await desks.keys.add(id, { expiresAt: clock.timeMs + 1000 })
  await desks.keys.add(id, {}, { access_key: 'other' })
  const { credential } = await desks.credentials.add(id, 'device', { device_key: 'dk' })
  const isFound = () =>
    [live.byId(id), live.byAccessKey(accessKey), live.find(deviceKind, 'dk')].map((it) => it !== null)
  assert.deepEqual(isFound(), [true, true, true])
  await desks.accounts.update(id, { isDisabled: true })
  assert.deepEqual(isFound(), [false, false, false])
  await desks.accounts.update(id, { isDisabled: false })
  await desks.keys.update(id, accessKey, { isDisabled: true })
  await desks.credentials.update({ account: id, kind: 'device', id: credential.id }, { isDisabled: true })
  assert.deepEqual(isFound(), [true, false, false])
  await desks.keys.update(id, accessKey, { isDisabled: false })
  await desks.credentials.update({ account: id, kind: 'device', id: credential.id }, { isDisabled: false })
  assert.deepEqual(isFound(), [true, true, true])
  clock.timeMs += 1000
  await live.refresh()
  assert.deepEqual(isFound(), [true, false, true])
  assert.notEqual(live.byAccessKey('other'), null)
})

test('a change keeps what it does not name, and shows new secrets once', async (t) => {
  const { desks, live } = await (await townOf(t)).node()
  const { id } = await desks.accounts.create({ name: 'New', hook_url: 'u', hook_token: 't' })
  const { credential, secrets } = await desks.credentials.add(id, 'device', { device_key: 'dk' })
  const place = { account: id, kind: 'device', id: credential.id }
  const louder = await desks.credentials.update(place, { entry: { loud: true } })
  assert.deepEqual(louder.secrets, {})
  assert.deepEqual(live.find(deviceKind, 'dk')?.credential, {
    ...{ id: credential.id, key: 'dk', secret: secrets.secret, isLoud: true },
  })
  const renewed = await desks.credentials.update(place, { renewsSecrets: true })
  assert.notEqual(renewed.secrets.secret, secrets.secret)
  assert.equal(live.find(deviceKind, 'dk')?.credential.secret, renewed.secrets.secret)
  await desks.accounts.update(id, { name: 'Other', attributes: { hook_url: 'v' } })
  const account = live.byId(id) ?? assert.fail()
  assert.deepEqual([account.name, attributesOf(account, hookKind)], ['Other', { url: 'v', token: 't' }])
  await desks.accounts.update(id, { attributes: { hook_url: null, hook_token: null } })
  assert.deepEqual(attributesOf(live.byId(id) ?? assert.fail(), hookKind), { url: null, token: null })
})

test('passwords stay the same when something else changes', async (t) => {
  const { desks, live } = await (await townOf(t)).node()
  const { id } = await desks.accounts.create({ name: 'New' })
  await desks.credentials.add(id, 'guest', { name: 'bob', password: 'secret of bob' })
  const kept = () => live.find(guestKind, 'bob', live.byId(id)?.name)?.credential.password.text
  const before = kept()
  await desks.credentials.update({ account: id, kind: 'guest', id: 'bob' }, { entry: {} })
  await desks.accounts.update(id, { name: 'Other' })
  assert.equal(kept(), before)
  await desks.credentials.update(
    { account: id, kind: 'guest', id: 'bob' },
    { entry: { password: 'other of bob' } },
  )
  assert.notEqual(kept(), before)
})

test('wrong values are told as in files, and change nothing', async (t) => {
  const { node, metadata } = await townOf(t)
  const { desks } = await node()
  const { id } = await desks.accounts.create({ name: 'New' })
  const before = await metadata.accountsVersion({})
  const wrong: readonly [() => Promise<unknown>, RegExp][] = [
    [() => desks.accounts.create({ name: 'x', id: 'devices' }), /account\.id: is "devices"; accepted/],
    [() => desks.accounts.create({ name: 'x', other: 1 }), /account: unknown key "other"/],
    [() => desks.accounts.create({}), /account\.name: missing/],
    [() => desks.accounts.create({ name: 'x', hook_url: 'u' }), /go together/],
    [() => desks.accounts.update(id, { attributes: { hook_token: 't' } }), /go together/],
    [() => desks.keys.add(id, {}, { secret_key: '' }), /key\.secret_key: has a wrong value/],
    [() => desks.keys.add(id, {}, { secret_key: 'eleven char' }), /key\.secret_key: has a wrong value/],
    [() => desks.credentials.add(id, 'device', { secret: 'eleven char' }), /device\.secret: has a wrong/],
    [
      () => desks.credentials.add(id, 'guest', { name: 'eve', password: 'eleven char' }),
      /guest\.password: has a wrong value; accepted: a text of 12 to 256 characters/,
    ],
    [
      () => desks.credentials.add(id, 'device', { loud: 'very' }),
      /device\.loud: is "very"; accepted: true or false/,
    ],
    [() => desks.credentials.add(id, 'other', {}), /kind: is "other"; accepted: "device" or "guest"/],
  ]
  for (const [change, message] of wrong) {
    await assert.rejects(
      async () => change(),
      (error) => error instanceof ConfigError && message.test(error.message),
    )
  }
  const { credential } = await desks.credentials.add(id, 'device', {})
  const rename = { entry: { device_id: 'other' } }
  const place = { account: id, kind: 'device', id: credential.id }
  await assert.rejects(desks.credentials.update(place, rename), /cannot be called otherwise/)
  assert.equal(await metadata.accountsVersion({}), before + 1)
})

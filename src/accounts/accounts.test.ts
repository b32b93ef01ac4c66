import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { failsWith } from '../../test/contracts/metadata/store.ts'
import { openStores } from '../../test/support/stores.ts'
import { parseAccounts } from '../config/accounts.ts'
import { type Account, attributesOf, credentialsOf } from '../core/accounts.ts'
import { isPassword } from '../core/passwords.ts'
import type { AccountCommands } from '../core/ports/commands/accounts.ts'
import { defineAttributes, defineCredential } from '../settings/credentials.ts'
import type { DialectSettings } from '../settings/dialect.ts'
import { ConfigError } from '../settings/error.ts'
import { field, freshHex } from '../settings/fields.ts'
import { boolean, orNull, password, word } from '../settings/kinds.ts'
import { openAccounts } from './index.ts'

const deviceKind = defineCredential({
  name: 'device',
  table: 'devices',
  help: 'a device',
  fields: {
    id: field('device_id', word, 'what people call it', { fresh: freshHex(4) }),
    key: field('device_key', word, 'what it shows', { fresh: freshHex(4) }),
    secret: field('secret', word, 'what it signs with', { ...{ secrecy: 'signing', fresh: freshHex(8) } }),
    isLoud: field('loud', boolean, 'whether it is loud', { fallback: false }),
  },
  unique: ['id', 'key'],
  foundBy: 'key',
})
const guestKind = defineCredential({
  name: 'guest',
  table: 'guests',
  help: 'a guest of the account',
  fields: {
    name: field('name', word, 'what people call them'),
    password: field('password', password, 'what they type', { secrecy: 'password', fresh: freshHex(8) }),
  },
  unique: ['name'],
  foundBy: 'name',
  scope: 'account-name',
})
const hookKind = defineAttributes({
  name: 'hook',
  fields: {
    url: field('hook_url', orNull(word), 'where news go', { fallback: null }),
    token: field('hook_token', orNull(word), 'what they are signed with', {
      ...{ secrecy: 'signing', fallback: null },
    }),
  },
  check: ({ url, token }) =>
    (url === null) === (token === null) ? null : 'hook_url and hook_token go together',
})

const DIALECTS: readonly DialectSettings[] = [
  {
    ...{ name: 'test', options: {}, credentials: [deviceKind, guestKind], attributes: [hookKind] },
    ...{ reserved: { segments: ['devices'], prefixes: [], buckets: [] }, demoCredentials: [], hosts: [] },
  },
]

const CONFIGURED = parseAccounts(
  [
    {
      ...{ id: 'fixed', name: 'Fixed', access_key: 'AKFIXED', secret_key: 'secret of key' },
      devices: [{ device_id: 'd', device_key: 'k', secret: 'secret of device' }],
      guests: [{ name: 'ann', password: 'secret of ann' }],
    },
  ],
  DIALECTS,
)

type Opened = Awaited<ReturnType<typeof openAccounts>>

interface Town {
  readonly clock: { timeMs: number }
  readonly metadata: AccountCommands
  readonly problems: string[]
  /** One node; its faults are those of `metadata`. */
  node(configured?: readonly Account[], metadata?: AccountCommands): Promise<Opened>
}

async function townOf(t: TestContext): Promise<Town> {
  const { metadata, random, clock, blobsDir } = await openStores(t)
  const problems: string[] = []
  const node = async (configured: readonly Account[] = CONFIGURED, through: AccountCommands = metadata) => {
    const opened = await openAccounts({
      ...{ configured, metadata: through, dialects: DIALECTS, clock, random },
      ...{ secretKeyFile: join(blobsDir, 'secret.key'), onProblem: (problem) => problems.push(problem) },
    })
    t.after(() => opened.live.stop())
    return opened
  }
  return { clock, metadata, problems, node }
}

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

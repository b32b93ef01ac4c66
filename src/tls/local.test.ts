import assert from 'node:assert/strict'
import { randomBytes, X509Certificate } from 'node:crypto'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { temporaryFolder } from '../../test/support/folder.ts'
import type { Certificate } from '../http/tls.ts'
import { openAuthority } from './authority.ts'
import { openLocalIdentity } from './local.ts'
import { ownNames } from './names.ts'

const DAY_MS = 24 * 3600 * 1000
const START = Date.UTC(2026, 0, 1)

function setUp(t: TestContext) {
  const folder = temporaryFolder()
  t.after(() => rmSync(folder, { recursive: true }))
  const dataDir = join(folder, 'data')
  let nowMs = START
  const clock = { now: () => nowMs }
  const random = { bytes: (count: number) => randomBytes(count) }
  const names = {
    own: ownNames(['media.example.com', 'fd00::1'], []),
    vendors: [{ name: '*.vendor.example' }, { name: 'api.{region}.other.example' }],
  }
  const warned: string[] = []
  const log = { info: () => {}, warn: (line: string) => void warned.push(line) }
  const options = { dataDir, clock, random, names, log }
  const move = (ms: number) => {
    nowMs += ms
  }
  return { options, warned, move, file: join(dataDir, 'tls-authority.pem') }
}

const read = ({ chain }: Certificate) => new X509Certificate(chain)

test('the authority is made once, readable by its owner alone, and may only vouch for servers', async (t) => {
  const { options, file } = setUp(t)
  const first = await openAuthority(options)
  const kept = readFileSync(file, 'utf8')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.match(kept, /BEGIN PRIVATE KEY/)
  assert.ok(!first.certificate.chain.includes('PRIVATE'))
  assert.deepEqual(await openAuthority(options), first)
  assert.equal(readFileSync(file, 'utf8'), kept)
  const authority = read(first.certificate)
  assert.ok(authority.ca && authority.checkIssued(authority))
  assert.deepEqual(authority.keyUsage, ['1.3.6.1.5.5.7.3.1'])
  assert.ok(authority.validToDate.getTime() > START + 3650 * DAY_MS)
})

test('two authorities have different names', async (t) => {
  const [one, other] = [await openAuthority(setUp(t).options), await openAuthority(setUp(t).options)]
  assert.notEqual(read(one.certificate).subject, read(other.certificate).subject)
})

test('an authority whose file is of no use is refused, with its place', async (t) => {
  const { options, file } = setUp(t)
  const { certificate } = await openAuthority(options)
  const leaf = (await openLocalIdentity(options)).certificate
  for (const [text, problem] of [
    ['nothing', 'holds no certificate'],
    [certificate.chain, 'holds no private key'],
    [certificate.chain + leaf.key, 'holds no authority with its key'],
    [leaf.chain + leaf.key, 'holds no authority with its key'],
  ] as const) {
    writeFileSync(file, text)
    await assert.rejects(openAuthority(options), (error: Error) => {
      assert.ok(error.message.startsWith(`tls.auto: ${file} ${problem}; accepted: `), error.message)
      return true
    })
  }
})

test('the server has a certificate of the authority for its names and addresses', async (t) => {
  const { options } = setUp(t)
  const identity = await openLocalIdentity(options)
  const { certificate } = await openAuthority(options)
  const leaf = read(identity.certificate)
  assert.ok(leaf.checkIssued(read(certificate)) && leaf.verify(read(certificate).publicKey))
  for (const host of ['localhost', 'media.example.com']) assert.equal(leaf.checkHost(host), host)
  for (const ip of ['127.0.0.1', '::1', 'fd00::1']) assert.equal(leaf.checkIP(ip), ip)
  assert.equal(leaf.ca, false)
  assert.equal(leaf.checkHost('one.vendor.example'), undefined)
})

test('vendors’ names get certificates when they are asked for, once each', async (t) => {
  const { options } = setUp(t)
  const { certificateFor } = await openLocalIdentity(options)
  const authority = read((await openAuthority(options)).certificate)
  const names = [
    'one.vendor.example',
    'two.vendor.example',
    'deep.one.vendor.example',
    'api.north-1.other.example',
  ]
  const made = await Promise.all(names.map((name) => certificateFor(name)))
  for (const [at, name] of names.entries()) {
    const certificate = made[at]
    assert.ok(certificate)
    assert.ok(read(certificate).checkHost(name) !== undefined, name)
    assert.ok(read(certificate).verify(authority.publicKey))
    assert.equal(await certificateFor(name), certificate)
  }
  assert.equal(made[0], made[1])
  assert.equal(await certificateFor('localhost'), null)
  assert.equal(await certificateFor('elsewhere.example'), null)
})

test('of names that no list has, those that nobody asked for lately are forgotten first', async (t) => {
  const { options, move } = setUp(t)
  const { certificateFor } = await openLocalIdentity(options)
  const name = (at: number) => `api.r${at}.other.example`
  const common = await certificateFor('one.vendor.example')
  const [first, second] = [await certificateFor(name(0)), await certificateFor(name(1))]
  for (let at = 2; at < 256; at++) {
    move(100)
    assert.notEqual(await certificateFor(name(at)), null)
  }
  assert.equal(await certificateFor(name(0)), first)
  assert.notEqual(await certificateFor(name(256)), null)
  assert.equal(await certificateFor(name(0)), first)
  const again = await certificateFor(name(1))
  assert.ok(again !== null && again !== second)
  assert.equal(await certificateFor('one.vendor.example'), common)
})

test('names that no list has cost little, however many are asked for', async (t) => {
  const { options, move } = setUp(t)
  const { certificateFor } = await openLocalIdentity(options)
  const ask = (from: number, count: number) =>
    Promise.all(Array.from({ length: count }, (_, at) => certificateFor(`api.r${from + at}.other.example`)))
  const made = await ask(0, 210)
  assert.equal(made.filter((certificate) => certificate !== null).length, 200)
  assert.notEqual(await certificateFor('one.vendor.example'), null)
  move(1000)
  assert.equal((await ask(300, 20)).filter((certificate) => certificate !== null).length, 10)
})

test('certificates are renewed a month before they end, and the authority stays', async (t) => {
  const { options, move, warned } = setUp(t)
  const identity = await openLocalIdentity(options)
  const authority = await openAuthority(options)
  const [own, ofVendor] = [identity.certificate, await identity.certificateFor('one.vendor.example')]
  move(59 * DAY_MS)
  assert.equal(await identity.renew(), false)
  assert.equal(await identity.certificateFor('one.vendor.example'), ofVendor)
  move(2 * DAY_MS)
  assert.equal(await identity.renew(), true)
  assert.notEqual(identity.certificate, own)
  assert.ok(read(identity.certificate).validToDate.getTime() > START + 140 * DAY_MS)
  assert.equal(await identity.renew(), false)
  assert.notEqual(await identity.certificateFor('one.vendor.example'), ofVendor)
  assert.deepEqual(await openAuthority(options), authority)
  assert.deepEqual(warned, [])
})

test('an authority that ends soon, or has ended, is a warning', async (t) => {
  const { options, move, warned, file } = setUp(t)
  await openAuthority(options)
  move(3600 * DAY_MS)
  await openLocalIdentity(options)
  assert.match(
    String(warned.pop()),
    /^the authority in .* ends on 2036-01-.*; remove the file to have a new one made$/,
  )
  move(100 * DAY_MS)
  await openLocalIdentity(options)
  assert.ok(warned.pop()?.startsWith(`the authority in ${file} ended on 2036-01-`))
  assert.deepEqual(warned, [])
})

test('a clock that goes back by days has certificates made anew', async (t) => {
  const { options, move } = setUp(t)
  const identity = await openLocalIdentity(options)
  move(-DAY_MS / 2)
  assert.equal(await identity.renew(), false)
  move(-DAY_MS)
  assert.equal(await identity.renew(), true)
  assert.ok(read(identity.certificate).validFromDate.getTime() <= START - 2 * DAY_MS)
})

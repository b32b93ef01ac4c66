import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../../test/support/seeded.ts'
import { isCoreError } from './errors.ts'
import {
  hashedPassword,
  hashPassword,
  isPassword,
  type Password,
  passwordVersion,
  plainPassword,
} from './passwords.ts'

// node -e "crypto.scryptSync('secret', Buffer.alloc(16, 1), 32, { N: 1024, r: 4, p: 2 })"
const CHEAP = '$scrypt$ln=10,r=4,p=2$AQEBAQEBAQEBAQEBAQEBAQ$xolAhtAlIk7gtnEVs0AV3xXGIkR4RvCs4ZrkkFNKtEI'

const random = { bytes: (count: number) => new Uint8Array(count).fill(7) }

test('only the password itself is right, however it is kept', async () => {
  const text = await hashPassword('correct horse', random)
  const hashed = hashedPassword(text) ?? assert.fail(text)
  for (const password of [plainPassword('correct horse'), hashed]) {
    assert.equal(await isPassword(password, 'correct horse'), true)
    for (const wrong of ['', 'Correct horse', text]) {
      assert.equal(await isPassword(password, wrong), false)
    }
  }
})

test("nobody's password is never right, not even none", async () => {
  assert.equal(await isPassword(null, ''), false)
  assert.equal(await isPassword(null, 'anything'), false)
})

test('another password is another version', () => {
  assert.notEqual(passwordVersion(plainPassword('one')), passwordVersion(plainPassword('two')))
  assert.equal(passwordVersion(plainPassword('one')), passwordVersion(plainPassword('one')))
})

test('the hash has its parameters with it and nothing of the password; another salt is another hash', async (t) => {
  const random = seeded(t)
  const [one, two] = [
    await hashPassword('correct horse', random),
    await hashPassword('correct horse', random),
  ]
  assert.match(one, /^\$scrypt\$ln=15,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.notEqual(one, two)
  assert.equal(await isPassword(hashedPassword(two), 'correct horse'), true)
})

test('a hash that was made at another cost is checked at that cost', async () => {
  const password = hashedPassword(CHEAP) ?? assert.fail()
  assert.equal(await isPassword(password, 'secret'), true)
  assert.equal(await isPassword(password, 'Secret'), false)
})

test('text that is no hash, or one that would cost too much, is no hashed password', async () => {
  const [salt, hash] = ['A'.repeat(22), 'A'.repeat(43)]
  for (const text of [
    '',
    'secret',
    `$scrypt$ln=15,r=8,p=1$${salt}$`,
    `$scrypt$ln=15,r=8,p=1$$${hash}`,
    `$scrypt$ln=0,r=8,p=1$${salt}$${hash}`,
    `$scrypt$ln=19,r=8,p=1$${salt}$${hash}`,
    `$scrypt$ln=15,r=17,p=1$${salt}$${hash}`,
    `$scrypt$ln=15,r=8,p=17$${salt}$${hash}`,
  ]) {
    assert.equal(hashedPassword(text), null, text)
  }
  const broken: Password = { kept: 'scrypt', text: 'secret' }
  assert.equal(await isPassword(broken, 'secret'), false)
})

test('very many at once are told to come again; the others are checked in turn', async () => {
  const password = hashedPassword(CHEAP)
  const checks = Array.from({ length: 102 }, () => isPassword(password, 'wrong'))
  const outcomes = await Promise.allSettled(checks)
  const refused = outcomes.filter(({ status }) => status === 'rejected')
  assert.equal(refused.length, 1)
  assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled' && !outcome.value).length, 101)
  assert.ok(
    refused.every((outcome) => outcome.status === 'rejected' && isCoreError(outcome.reason, 'unavailable')),
  )
  assert.equal(await isPassword(password, 'secret'), true)
})

test('a password in plain, and one that was right before, gets in while very many others are tried', async () => {
  const hashed = hashedPassword(CHEAP) ?? assert.fail()
  assert.equal(await isPassword(hashed, 'secret'), true)
  let checked = 0
  const tries = Array.from({ length: 101 }, () => isPassword(hashed, 'wrong').then(() => (checked += 1)))
  await assert.rejects(isPassword(hashed, 'wrong'), { code: 'unavailable' })
  assert.equal(await isPassword(hashed, 'secret'), true)
  assert.equal(await isPassword(plainPassword('correct horse'), 'correct horse'), true)
  assert.equal(checked, 0)
  await Promise.all(tries)
})

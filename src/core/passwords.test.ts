import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPassword, passwordVersion, plainPassword } from './passwords.ts'

test('only the password itself is right', async () => {
  const password = plainPassword('correct horse')
  assert.equal(await isPassword(password, 'correct horse'), true)
  for (const wrong of ['', 'correct', 'correct horse ', 'Correct horse']) {
    assert.equal(await isPassword(password, wrong), false)
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

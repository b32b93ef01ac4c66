import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountOf } from '../../../../test/support/accounts.ts'
import { type Accounts, createAccounts } from '../../../core/accounts.ts'
import { parseObjectId } from '../../../core/ids.ts'
import { createDownloadTokens } from './download-tokens.ts'

const app = (name: string, apiSecret = `secret of ${name}`) => ({
  appId: name,
  apiKey: `key of ${name}`,
  apiSecret,
})

const accountsOf = (...apps: readonly ReturnType<typeof app>[]) =>
  createAccounts([accountOf('2100056056', { credentials: { app: apps } })])

const OBJECT = parseObjectId('0190a1b2c3d47e5f8091a2b3c4d5e6f7') ?? assert.fail()
const first = app('first')
const second = app('second')
const tokens = createDownloadTokens(accountsOf(first, second))
const token = tokens.tokenOf(first, OBJECT)

test('a token leads back to its app and object', () => {
  const opened = tokens.open(token)
  assert.equal(opened?.object, OBJECT)
  assert.equal(opened.caller.app.appId, 'first')
  assert.equal(opened.caller.account.id, '2100056056')
})

test('a token is 48 characters that a url takes as they are, the same each time', () => {
  assert.match(token, /^[A-Za-z0-9_-]{48}$/)
  assert.equal(createDownloadTokens(accountsOf(first)).tokenOf(first, OBJECT), token)
})

test('a token shows neither the app nor a secret', () => {
  const bytes = Buffer.from(token, 'base64url').toString('latin1')
  assert.ok(!bytes.includes('first'))
})

test('a token with any byte changed opens nothing', () => {
  for (let at = 0; at < 36; at += 1) {
    const bytes = Buffer.from(token, 'base64url')
    bytes[at] = (bytes[at] ?? 0) ^ 1
    assert.equal(tokens.open(bytes.toString('base64url')), null)
  }
})

test('text that is no token opens nothing', () => {
  for (const text of [
    '',
    'x',
    `${token}A`,
    token.slice(1),
    `${token.slice(0, 47)}=`,
    `${token.slice(0, 47)}+`,
  ]) {
    assert.equal(tokens.open(text), null)
  }
})

test('apps have different tokens for one object', () => {
  assert.notEqual(tokens.tokenOf(second, OBJECT), token)
})

test("a token ends with its app's secret, and with the app", () => {
  assert.equal(createDownloadTokens(accountsOf(app('first', 'another'))).open(token), null)
  assert.equal(createDownloadTokens(accountsOf(second)).open(token), null)
})

test('an app that comes later has tokens that open, and takes them along when it goes', () => {
  const accounts: { -readonly [Name in keyof Accounts]: Accounts[Name] } = { ...accountsOf(first) }
  const live = createDownloadTokens(accounts)
  assert.equal(live.open(live.tokenOf(second, OBJECT)), null)
  accounts.all = accountsOf(first, second).all
  assert.equal(live.open(live.tokenOf(second, OBJECT))?.caller.app.appId, 'second')
  accounts.all = accountsOf(second).all
  assert.equal(live.open(live.tokenOf(first, OBJECT)), null)
})

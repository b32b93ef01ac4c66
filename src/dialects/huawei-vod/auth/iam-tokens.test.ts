import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountOf } from '../../../../test/support/accounts.ts'
import { shows } from '../../../../test/support/shows.ts'
import { type AccountKey, type Accounts, createAccounts, type KeyPair } from '../../../core/accounts.ts'
import { ALL_RIGHTS } from '../../../core/model/accounts.ts'
import { plainPassword } from '../../../core/passwords.ts'
import type { Random } from '../../../core/random.ts'
import type { Project, User } from '../credentials.ts'
import { GatewayError } from '../errors.ts'
import { type IamToken, openToken, sealToken, TOKEN_TTL_MS } from './iam-tokens.ts'
import { createUserKeys } from './user-keys.ts'

const PROJECTS = [{ id: 'p1', name: 'cn-north-4' }]
const user = (name: string, password: string): User => ({ name, password: plainPassword(password) })
const USERS = [user('u', 'p'), user('用户', 'q')]
const keyOf = (id: string, secretKey = `SK${id}`) => ({ accessKey: `AK${id}`, secretKey })

interface Having {
  readonly keys?: readonly (KeyPair & Partial<AccountKey>)[]
  readonly projects?: readonly Project[]
  readonly users?: readonly User[]
}

const account = (id: string, { keys = [keyOf(id)], projects = PROJECTS, users = USERS }: Having = {}) =>
  accountOf(id, { keys, credentials: { project: projects, user: users } })

const first = account('1')
const second = account('2')
const accounts = createAccounts([first, second])
const SECRET = new Uint8Array(32).fill(1)
const zeros = { bytes: (count: number) => new Uint8Array(count) }
const nodeOf = (known: Accounts, secret = SECRET) => ({
  accounts: known,
  users: createUserKeys(secret, known),
})
const open = (text: string, known: Accounts, now: number) => openToken(text, nodeOf(known), now)
const seal = (sealed: IamToken, random: Random = zeros) =>
  sealToken(sealed, nodeOf(createAccounts([sealed.account])).users, random)
const token = (more: Partial<IamToken> = {}): IamToken => ({
  ...{ account: first, user: 'u', project: { id: 'p1', name: 'cn-north-4' } },
  ...{ issuedAt: 1000, expiresAt: 1000 + TOKEN_TTL_MS },
  ...more,
})

function refused(text: string, reason: string, known = accounts, now = 1000): void {
  assert.throws(
    () => open(text, known, now),
    (error) => {
      assert.ok(error instanceof GatewayError, String(error))
      assert.deepEqual([error.status, error.code], [401, '0301'])
      assert.equal(error.message, `Incorrect IAM authentication information: ${reason}`)
      return true
    },
  )
}

test('a token says again what was sealed in it', () => {
  for (const sealed of [token(), token({ project: null, user: '用户' })]) {
    assert.deepEqual(open(seal(sealed), accounts, 1000), sealed)
  }
})

test('tokens of the same login differ', () => {
  let count = 0
  const random = { bytes: (length: number) => new Uint8Array(length).fill(++count) }
  assert.notEqual(seal(token(), random), seal(token(), random))
})

test('a token lives 24 hours', () => {
  assert.equal(TOKEN_TTL_MS, 24 * 3600_000)
  const text = seal(token())
  open(text, accounts, 1000 + TOKEN_TTL_MS - 1)
  refused(text, 'token expires, expires_at: 1970-01-02T00:00:01.000Z', accounts, 1000 + TOKEN_TTL_MS)
})

test('no token is opened with any character of it changed', () => {
  const text = seal(token())
  for (let at = 0; at < text.length; at++) {
    const other = text[at] === 'A' ? 'B' : 'A'
    refused(`${text.slice(0, at)}${other}${text.slice(at + 1)}`, 'decrypt token fail')
  }
})

test('claims of another account, user or time do not fit the seal', () => {
  const [claims = '', mac = ''] = seal(token()).slice(3).split('.')
  const values: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString())
  assert.ok(Array.isArray(values))
  for (const [at, value] of [
    [0, '2'],
    [1, 'root'],
    [2, null],
    [4, Number.MAX_SAFE_INTEGER],
  ] as const) {
    const text = Buffer.from(JSON.stringify(values.with(at, value))).toString('base64url')
    refused(`MII${text}.${mac}`, 'decrypt token fail')
  }
})

test('a token ends with its account, and is none of another installation', () => {
  const text = seal(token())
  open(text, accounts, 1000)
  refused(text, 'decrypt token fail', createAccounts([second]))
  const elsewhere = nodeOf(accounts, new Uint8Array(32).fill(2))
  assert.throws(() => openToken(text, elsewhere, 1000), GatewayError)
  shows('huawei-vod', 'X-Auth-Token')
})

test('a token needs no key of the account, and outlives changes of its keys', () => {
  const limited = { ...keyOf('limited'), rights: { ...ALL_RIGHTS, buckets: ['vod-p1'] } }
  for (const keys of [[], [limited], [keyOf('1', 'another')]]) {
    const other = account('1', { keys })
    const known = createAccounts([other])
    open(seal(token()), known, 1000)
    open(seal(token({ account: other })), known, 1000)
  }
})

test('a token ends with its user, or with the password of it', () => {
  const text = seal(token())
  for (const users of [[], [user('u', 'another')], [user('v', 'p')]]) {
    refused(text, 'decrypt token fail', createAccounts([account('1', { users })]))
  }
  const joined = [...USERS, user('v', 'q')]
  open(text, createAccounts([account('1', { users: joined })]), 1000)
})

test('a token of a project that is gone is of no project', () => {
  const text = seal(token())
  assert.equal(open(text, createAccounts([account('1', { projects: [] })]), 1000).project, null)
})

test('what is no token at all is refused', () => {
  const seal = 'A'.repeat(43)
  const texts = [
    '',
    'MII',
    `MII.${seal}`,
    `MIIbnVsbA.${seal}`,
    `MIIe30.${seal}`,
    `MIIW10.${seal}`,
    'x'.repeat(5000),
  ]
  for (const text of texts) refused(text, 'decrypt token fail')
})

import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ACCOUNT, OTHER_ACCOUNT, startTestServer } from '../support/harness.ts'
import { type AdminRig, basic, startAdmin, TOKEN } from './rig.ts'

describe('who may call the admin API', () => {
  let rig: AdminRig
  before(async () => {
    rig = await startAdmin()
  })
  after(() => rig.stop())

  const own = basic(ACCOUNT.access_key, ACCOUNT.secret_key)

  test('nobody without a token or a key pair, and is told how', async () => {
    const { status, headers, json } = await rig.ask('GET', '/v1/accounts', { authorization: null })
    assert.equal(status, 401)
    assert.equal(headers.get('content-type'), 'application/problem+json')
    assert.match(headers.get('www-authenticate') ?? '', /^Bearer .*Basic /)
    assert.equal(json.code, 'unauthenticated')
    assert.equal(json.request_id, headers.get('x-request-id'))
    assert.ok(rig.server.logLines.some((line) => line.includes(String(json.request_id))))
  })

  test('nobody with another token, whatever its length', async () => {
    for (const token of ['', 'x', `${TOKEN}x`, TOKEN.slice(1), TOKEN.toUpperCase()]) {
      const { status } = await rig.ask('GET', '/v1/accounts', { authorization: `Bearer ${token}` })
      assert.equal(status, 401, token)
    }
  })

  test('the operator, for everything', async () => {
    assert.equal((await rig.ask('GET', '/v1/accounts')).status, 200)
    assert.equal((await rig.ask('GET', `/v1/accounts/${ACCOUNT.id}/buckets`)).status, 200)
  })

  test('an account by its key pair, for what is its own and nothing else', async () => {
    const paths = [`/v1/accounts/${ACCOUNT.id}`, `/v1/accounts/${ACCOUNT.id}/buckets`, '/v1/server']
    for (const path of paths) assert.equal((await rig.ask('GET', path, { authorization: own })).status, 200)
    const others = ['/v1/accounts', `/v1/accounts/${OTHER_ACCOUNT.id}`, '/v1/health', '/metrics']
    for (const path of others) {
      const { status, json } = await rig.ask('GET', path, { authorization: own })
      assert.deepEqual([status, json.code], [403, 'access-denied'], path)
    }
  })

  test('no account by another secret', async () => {
    const wrong = basic(ACCOUNT.access_key, OTHER_ACCOUNT.secret_key)
    assert.equal((await rig.ask('GET', '/v1/server', { authorization: wrong })).status, 401)
  })

  test('a key that may only read changes nothing', async () => {
    const { json: made } = await rig.ask('POST', '/v1/accounts', { body: { name: 'readers' } })
    const { json: key } = await rig.ask('POST', `/v1/accounts/${made.id}/keys`, {
      body: { rights: { may: ['read'] } },
    })
    const authorization = basic(String(key.access_key), String(key.secret_key))
    const path = `/v1/accounts/${made.id}/buckets`
    assert.equal((await rig.ask('GET', path, { authorization })).status, 200)
    const refused = await rig.ask('POST', path, { authorization, body: { name: 'photos' } })
    assert.deepEqual([refused.status, refused.json.code], [403, 'access-denied'])
  })

  test('who tries tokens out is slowed down', async () => {
    const guesses = await startAdmin()
    const wrong = { authorization: 'Bearer wrong-wrong-wrong' }
    const statuses: number[] = []
    for (let at = 0; at < 60; at++) statuses.push((await guesses.ask('GET', '/v1/accounts', wrong)).status)
    await guesses.stop()
    assert.equal(statuses[0], 401)
    assert.equal(statuses.at(-1), 429)
  })

  test('a first start makes a token for its owner alone, and later ones keep it', async () => {
    const { dataDir, stop, ownUrls } = await startTestServer({ settings: { 'admin.listen': '127.0.0.1:0' } })
    const file = join(dataDir, 'admin-token')
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.ok(ownUrls.get('admin')?.startsWith('http://127.0.0.1:'))
    await stop()
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startKit } from '../../test/support/http-kit.ts'
import { createCors } from './cors.ts'

const cors = createCors({ exposedHeaders: ['ETag', 'x-own-request-id'], methods: ['GET', 'PUT'] })
const handlers = {
  'OPTIONS /file': cors.preflight,
  'GET /file': () => cors.allow({ status: 200, headers: { vary: 'x' }, body: 'bytes' }),
}

test('a preflight is answered with what the script asked for', async (t) => {
  const kit = await startKit(t, handlers)
  const ask = (headers: string): string =>
    `OPTIONS /file HTTP/1.1\r\nHost: h\r\nOrigin: https://a.example\r\n${headers}\r\n`
  const answer = await kit.ask(ask('Access-Control-Request-Headers: authorization, x-own-acl\r\n'))
  assert.equal(answer.status, 204)
  assert.equal(answer.headers['access-control-allow-origin'], '*')
  assert.equal(answer.headers['access-control-allow-methods'], 'GET, PUT')
  assert.equal(answer.headers['access-control-allow-headers'], 'authorization, x-own-acl')
  assert.equal(answer.headers['access-control-max-age'], '86400')
  for (const headers of ['', 'Access-Control-Request-Headers: a b; c\r\n']) {
    assert.equal((await kit.ask(ask(headers))).headers['access-control-allow-headers'], '*')
  }
})

test('an answer can be read by scripts, its listed headers too', async (t) => {
  const kit = await startKit(t, handlers)
  const { headers, body } = await kit.ask(
    'GET /file HTTP/1.1\r\nHost: h\r\nOrigin: https://a.example\r\n\r\n',
  )
  assert.equal(headers['access-control-allow-origin'], '*')
  assert.equal(headers['access-control-expose-headers'], 'ETag, x-own-request-id')
  assert.deepEqual([headers.vary, body], ['x', 'bytes'])
})

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { startKit } from '../../test/support/http-kit.ts'
import { createFrontPage } from './front-page.ts'

const ask = (method: string, target: string, headers: readonly string[] = []): string =>
  [`${method} ${target} HTTP/1.1`, 'Host: h.example', ...headers, '', ''].join('\r\n')

test('a browser is told what this is; clients of an API at the same path are not', async (t) => {
  const kit = await startKit(t, { 'GET /': () => ({ status: 200, body: 'api' }) })
  kit.server.mount([createFrontPage({ bytes: (count) => randomBytes(count) })])
  const accept = 'Accept: text/html,application/xhtml+xml;q=0.9'
  const page = await kit.ask(ask('GET', '/', [accept]))
  assert.equal(page.status, 200)
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8')
  assert.match(page.body, /<h1>Stowage<\/h1>/)
  const head = await kit.ask(ask('HEAD', '/'), { isHead: true })
  assert.equal(head.headers['content-type'], 'text/html; charset=utf-8')
  for (const request of [
    ask('GET', '/'),
    ask('GET', '/', ['Accept: */*']),
    ask('GET', '/?Action=List', [accept]),
    ask('GET', '/', [accept, 'Authorization: HMAC-SHA256 Credential=a']),
  ])
    assert.equal((await kit.ask(request)).body, 'api', request)
})

import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { error, type Handlers, startKit, surfaceOf } from '../../test/support/http-kit.ts'
import type { Exchange, Reply } from './types.ts'

const tell = (exchange: Exchange): Reply => {
  const { rawPath, rawQuery, query, params, method, host } = exchange
  return { status: 200, body: JSON.stringify({ rawPath, rawQuery, query, params, method, host }) }
}

const HANDLERS: Handlers = {
  'GET /': tell,
  'POST /file/upload': tell,
  'GET /2100056056/*': tell,
  'PUT /2100056056/*': tell,
  'GET /api/:library/:space/*': tell,
}

const get = (target: string, method = 'GET'): string =>
  `${method} ${target} HTTP/1.1\r\nHost: h.example:80\r\n\r\n`

test('what a handler gets is what the client sent', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const { body } = await kit.ask(get('/2100056056/a%2Fb%25%20+?x=%41+b&x=2&&y'))
  assert.deepEqual(JSON.parse(body), {
    rawPath: '/2100056056/a%2Fb%25%20+',
    rawQuery: 'x=%41+b&x=2&&y',
    query: [
      ['x', 'A b'],
      ['x', '2'],
      ['y', ''],
    ],
    params: { '*': 'a/b% +' },
    method: 'GET',
    host: 'h.example:80',
  })
})

test('dots and double slashes stay as they are', async (t) => {
  const kit = await startKit(t, HANDLERS)
  for (const [path, rest] of [
    ['//', '/'],
    ['/../x', '../x'],
    ['/a/../../x', 'a/../../x'],
    ['/%2e%2e/x', '../x'],
    ['/./a//b/', './a//b/'],
    ['/', ''],
    ['/a;b=c', 'a;b=c'],
  ] as const) {
    const { status, body } = await kit.ask(get(`/2100056056${path}`))
    assert.equal(status, 200, path)
    assert.equal(JSON.parse(body).params['*'], rest, path)
    assert.equal(JSON.parse(body).rawPath, `/2100056056${path}`)
  }
  assert.deepEqual(JSON.parse((await kit.ask(get('/api/l/s/%E4%B8%AD'))).body).params, {
    library: 'l',
    space: 's',
    '*': '中',
  })
})

test('a path of no surface is a 404 of the kit', async (t) => {
  const kit = await startKit(t, HANDLERS)
  for (const path of [
    '/nothing',
    '/File/upload',
    '/file/upload/',
    '//file/upload',
    '/2100056056',
    '//healthz',
    '/%20',
  ]) {
    const answer = await kit.ask(get(path))
    assert.equal(answer.status, 404, path)
    assert.equal(answer.body, '{"message":"no such path"}')
    assert.equal(answer.headers['content-type'], 'application/json')
  }
})

test('a known path with another method is the surface’s fault to render', async (t) => {
  const kit = await startKit(t, HANDLERS)
  assert.equal(error(await kit.ask(get('/file/upload'))), 'method-not-allowed')
  assert.equal(error(await kit.ask(get('/2100056056/a', 'DELETE'))), 'method-not-allowed')
  assert.equal((await kit.ask(get('/file/upload', 'HEAD'), { isHead: true })).status, 400)
})

test('HEAD is served by the GET route, without a body', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const client = await kit.connect()
  client.send(get('/2100056056/a', 'HEAD'))
  client.send(get('/2100056056/b'))
  const head = await client.answer(true)
  assert.equal(head.status, 200)
  assert.equal(
    head.headers['content-length'],
    String(JSON.stringify({ ...JSON.parse((await client.answer()).body), method: 'HEAD' }).length),
  )
})

test('what cannot be decoded is a malformed request, of the surface where there is one', async (t) => {
  const kit = await startKit(t, HANDLERS)
  for (const target of [
    '/2100056056/%zz',
    '/2100056056/%',
    '/2100056056/%E4%B8',
    '/2100056056/a#b',
    '/?a=%zz',
    '/?%=1',
  ]) {
    const answer = await kit.ask(get(target))
    assert.equal(error(answer), 'malformed-request', target)
    assert.equal(answer.headers['x-request-id'] !== undefined, true)
  }
  for (const target of ['/%zz', '*', 'ftp://h/x']) {
    assert.equal((await kit.ask(get(target, target === '*' ? 'OPTIONS' : 'GET'))).status, 400, target)
  }
})

test('too many parameters are too complex', async (t) => {
  const kit = await startKit(t, HANDLERS)
  assert.equal(error(await kit.ask(get(`/?${'a&'.repeat(1001)}`))), 'too-complex')
})

test('a target with scheme and host is taken by its path, as it stands', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const { body } = await kit.ask(get('http://other.example/2100056056/../x?q=1'))
  assert.equal(JSON.parse(body).rawPath, '/2100056056/../x')
  assert.equal(JSON.parse(body).host, 'h.example:80')
  assert.equal(JSON.parse((await kit.ask(get('http://other.example?q=1'))).body).rawPath, '/')
})

test('two surfaces can share a path, but not a route', async (t) => {
  const kit = await startKit(t, HANDLERS)
  kit.server.mount([surfaceOf('second', { 'DELETE /file/upload': tell })])
  assert.equal((await kit.ask(get('/file/upload', 'DELETE'))).status, 200)
  assert.throws(() => kit.server.mount([surfaceOf('third', { 'POST /file/upload': tell })]), /two routes/)
})

test('surfaces can share a route where they tell apart whose request it is', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const only = (name: string, text: string) => {
    const surface = surfaceOf(name, {
      'POST /file/upload': () => ({ status: 200, body: name }),
      'PATCH /file/upload': () => ({ status: 200, body: name }),
    })
    const accepts = ({ url = '' }: IncomingMessage) => url.includes(text)
    return { ...surface, routes: surface.routes.map((route) => ({ ...route, accepts })) }
  }
  kit.server.mount([only('first', 'a=1'), only('second', 'b=1')])
  const post = async (query: string) => (await kit.ask(get(`/file/upload${query}`, 'POST'))).body
  assert.equal(await post('?a=1&b=1'), 'first')
  assert.equal(await post('?b=1'), 'second')
  assert.equal(JSON.parse(await post('?c=1')).method, 'POST')
  const patched = await kit.ask(get('/file/upload?c=1', 'PATCH'))
  assert.equal(error(patched), 'method-not-allowed')
})

test('what no route of a path takes goes to the surface that has a route for all', async (t) => {
  const kit = await startKit(t, {})
  const named = (name: string, handlers: Handlers) => ({
    ...surfaceOf(name, handlers),
    renderError: () => ({ status: 400, body: name }),
  })
  const picky = named('picky', { 'POST /a': tell, 'OPTIONS /a': tell })
  const routes = picky.routes.map((route) => ({ ...route, accepts: () => false }))
  kit.server.mount([{ ...picky, routes }])
  assert.equal((await kit.ask(get('/a', 'OPTIONS'))).body, 'picky')
  kit.server.mount([named('plain', { 'POST /a': tell })])
  for (const method of ['OPTIONS', 'PUT']) assert.equal((await kit.ask(get('/a', method))).body, 'plain')
})

test('paths that come and go are asked for where no pattern fits', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const known = new Set(['one', 'file'])
  const path = (decoded: string) => known.has(decoded.split('/', 2)[1] ?? '')
  const own = surfaceOf('own', { 'GET /': tell, 'PUT /': tell })
  kit.server.mount([{ ...own, routes: own.routes.map((route) => ({ ...route, path })) }])
  assert.equal((await kit.ask(get('/two/a'))).status, 404)
  known.add('two')
  for (const target of ['/two/a', '/two%2Fa', '/%74wo', '/file/other']) {
    assert.equal(JSON.parse((await kit.ask(get(target))).body).rawPath, target)
  }
  assert.equal((await kit.ask(get('/two/a', 'PUT'))).status, 200)
  assert.equal(error(await kit.ask(get('/two/a', 'DELETE'))), 'method-not-allowed')
  assert.equal(error(await kit.ask(get('/file/upload'))), 'method-not-allowed')
  known.delete('two')
  assert.equal((await kit.ask(get('/two/a'))).status, 404)
})

test('the health check answers for itself', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const answer = await kit.ask(get('/healthz'))
  assert.equal(answer.status, 200)
  assert.equal(answer.body, '{"status":"ok"}')
  assert.equal((await kit.ask(get('/healthz', 'HEAD'), { isHead: true })).status, 200)
  const refused = await kit.ask(get('/healthz', 'POST'))
  assert.equal(refused.status, 405)
  assert.equal(refused.headers['content-type'], 'application/json')
  assert.equal(refused.headers.allow, 'GET, HEAD')
})

test('encoded slashes count as slashes where a path leads nowhere as it stands', async (t) => {
  const kit = await startKit(t, HANDLERS)
  for (const [target, rest] of [
    ['/2100056056%2Fa%2fb', 'a/b'],
    ['/2100056056/a%2Fb', 'a/b'],
    ['/2100056056%2Fa%252Fb', 'a%2Fb'],
  ] as const) {
    const { body } = await kit.ask(get(target))
    assert.equal(JSON.parse(body).params['*'], rest, target)
    assert.equal(JSON.parse(body).rawPath, target)
  }
  assert.equal(JSON.parse((await kit.ask(get('/file%2Fupload', 'POST'))).body).method, 'POST')
  const { params } = JSON.parse((await kit.ask(get('/api/l%2Fx/s/c'))).body)
  assert.deepEqual(params, { library: 'l/x', space: 's', '*': 'c' })
})

test('TRACE is a method of no path', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const secret = 'TRACE / HTTP/1.1\r\nHost: h\r\nX-Secret: abc\r\n\r\n'
  const known = await kit.ask(secret)
  assert.deepEqual([known.status, error(known)], [400, 'method-not-allowed'])
  const unknown = await kit.ask(secret.replace('/', '/nothing'))
  assert.equal(unknown.status, 404)
  for (const { body } of [known, unknown]) assert.doesNotMatch(body, /abc/)
})

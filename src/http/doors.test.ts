import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { describe, type TestContext, test } from 'node:test'
import { startKit, surfaceOf } from '../../test/support/http-kit.ts'
import { RequestFault } from './faults.ts'
import type { Surface } from './types.ts'

/** Answers with its name. */
const named = (name: string, handlers: readonly string[]): Surface => {
  const tellName = () => ({ status: 200, body: name })
  const surface = surfaceOf(name, Object.fromEntries(handlers.map((at) => [at, tellName])))
  return {
    ...surface,
    renderError: (fault) => ({
      status: 400,
      body: `${name}: ${fault instanceof RequestFault ? fault.code : 'bug'}`,
    }),
  }
}

const getFrom = (host: string, path: string): string => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`

describe('requests by host names', () => {
  const mounted = async (t: TestContext) => {
    const kit = await startKit(t, {})
    kit.server.mount([named('api', ['GET /a']), named('files', ['GET /f'])], (host) =>
      host.endsWith('.one.example'),
    )
    const ownsPath = (path: string, host: string) => path.startsWith('/b/') || host === 'b.two.example'
    kit.server.mount([named('main', ['GET /x']), { ...named('beside', ['GET /b']), ownsPath }], (host) =>
      host.endsWith('.two.example'),
    )
    return async (host: string, path: string) => (await kit.ask(getFrom(host, path))).body
  }

  test('of one vendor reach its surfaces alone', async (t) => {
    const from = await mounted(t)
    assert.equal(await from('h.one.example', '/a'), 'api')
    assert.equal(await from('H.ONE.example:8440', '/f'), 'files')
    assert.equal(await from('h.one.example', '/x'), 'api: not-found')
    assert.equal(await from('h.two.example', '/a'), 'main: not-found')
    assert.equal(await from('one.example', '/x'), 'main')
  })

  test('of nobody reach all surfaces', async (t) => {
    const from = await mounted(t)
    for (const [path, name] of [
      ['/a', 'api'],
      ['/f', 'files'],
      ['/x', 'main'],
    ] as const)
      assert.equal(await from('other.example', path), name)
  })

  test('an unknown path is refused by the surface that owns it or its host, and else by nobody', async (t) => {
    const from = await mounted(t)
    assert.equal(await from('other.example', '/b/unknown'), 'beside: not-found')
    assert.equal(await from('other.example', '/b%2Funknown'), 'beside: not-found')
    assert.equal(await from('b.two.example', '/unknown'), 'beside: not-found')
    assert.equal(await from('other.example', '/unknown'), '{"message":"no such path"}')
  })

  test('a path with routes for some requests alone is, for all others, of the surface that owns the host', async (t) => {
    const kit = await startKit(t, {})
    const plane = named('plane', ['GET /', 'PUT /p'])
    const accepts = ({ headers }: IncomingMessage) => headers.authorization === 'signed'
    const routes = plane.routes.map((route) => (route.path === '/' ? { ...route, accepts } : route))
    const surfaces = [named('api', ['GET /a']), { ...plane, routes }]
    kit.server.mount(surfaces, (host) => host === 'one.example')
    const of = async (host: string, path: string, header = '') =>
      (await kit.ask(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${header}\r\n`)).body
    assert.equal(await of('one.example', '/', 'Authorization: signed\r\n'), 'plane')
    assert.equal(await of('one.example', '/'), 'api: not-found')
    assert.equal(await of('one.example', '/p'), 'plane: method-not-allowed')
    assert.equal(await of('other.example', '/'), 'plane: method-not-allowed')
  })

  test('a surface has hosts of its own, whatever the path', async (t) => {
    const kit = await startKit(t, { 'GET /a': () => ({ status: 200, body: 'a' }) })
    const takes = ({ headers }: IncomingMessage) => headers.host?.startsWith('bucket.') === true
    const { routes } = named('bucket', ['GET /*', 'PUT /'])
    kit.server.mount([{ ...named('plane', ['GET /p']), hosted: { takes, routes } }])
    const from = async (host: string, path: string) => (await kit.ask(getFrom(host, path))).body
    assert.equal(await from('bucket.example', '/a'), 'bucket')
    assert.equal(await from('bucket.example', '/p'), 'bucket')
    assert.equal(await from('bucket.example', '/'), 'plane: method-not-allowed')
    assert.equal(await from('other.example', '/p'), 'plane')
  })
})

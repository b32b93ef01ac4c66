import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startKit } from '../../test/support/http-kit.ts'
import { type InlineActiveTypes, makeSafe } from './safe-headers.ts'

/** The headers of an answer about stored bytes, as a surface gives them and as they go out. */
function stored(
  contentType: string,
  given: Readonly<Record<string, string>> = {},
  inlineActiveTypes: InlineActiveTypes = false,
): ReadonlyMap<string, unknown> {
  const headers = new Map<string, unknown>(Object.entries(given))
  makeSafe(headers, { contentType }, { status: 200, inlineActiveTypes })
  return headers
}

const DISPOSITION = 'content-disposition'

describe('bytes that somebody stored', () => {
  test('are kept, not opened, where their type can run', () => {
    for (const type of [
      'text/html',
      'image/svg+xml',
      'application/pdf',
      'text/xml',
      'x/y',
      'image/png,text/html',
    ])
      assert.equal(stored(type).get(DISPOSITION), 'attachment', type)
    for (const type of ['image/png', 'video/mp4', 'text/plain; charset=utf-8'])
      assert.equal(stored(type).get(DISPOSITION), undefined, type)
  })

  test('have the type that is answered, whichever was stored', () => {
    assert.equal(stored('image/png', { 'content-type': 'text/html' }).get(DISPOSITION), 'attachment')
    assert.equal(stored('text/html', { 'content-type': 'image/png' }).get(DISPOSITION), undefined)
    assert.equal(stored('image/png', { 'content-type': ' ' }).get(DISPOSITION), 'attachment')
  })

  test('keep the name that was asked for, and nothing else of how to show them', () => {
    for (const [given, expected] of [
      ['inline; filename="a.html"', 'attachment; filename="a.html"'],
      ["INLINE ;filename*=UTF-8''a", "attachment;filename*=UTF-8''a"],
      ['attachment; filename=a', 'attachment; filename=a'],
      ['whatever; filename=a', 'attachment; filename=a'],
      ['inline', 'attachment'],
      ['', 'attachment'],
      ['; filename=a', 'attachment; filename=a'],
      ['filename=a.html', 'attachment'],
      ['inline, attachment; filename=a', 'attachment; filename=a'],
      ['inline; filename="a', 'attachment'],
      ['inline; filename=a; filename=b', 'attachment'],
    ] as const)
      assert.equal(stored('text/html', { [DISPOSITION]: given }).get(DISPOSITION), expected, given)
    assert.equal(stored('image/png', { [DISPOSITION]: 'inline; x' }).get(DISPOSITION), 'inline; x')
  })

  test('are shown where the operator allows the type and the link asks for it, and still have no origin', () => {
    const asked = { [DISPOSITION]: 'inline; filename="a.pdf"' }
    for (const allowed of [true, ['application/pdf']] as const) {
      const headers = stored('Application/PDF; x=y', asked, allowed)
      assert.equal(headers.get(DISPOSITION), asked[DISPOSITION])
      assert.equal(stored('application/pdf', {}, allowed).get(DISPOSITION), 'attachment')
    }
    assert.equal(
      stored('text/html', asked, ['application/pdf']).get(DISPOSITION),
      'attachment; filename="a.pdf"',
    )
    assert.equal(stored('text/html,image/png', asked, true).get(DISPOSITION), 'attachment; filename="a.pdf"')
    assert.match(String(stored('text/html', asked, true).get('content-security-policy')), /^sandbox;/)
  })

  test('say so whatever the surface said before', () => {
    const headers = stored('text/html', {
      'x-content-type-options': 'none',
      'content-security-policy': "script-src 'unsafe-inline'",
      'cross-origin-resource-policy': 'same-site',
      'cache-control': 'public',
    })
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.match(String(headers.get('content-security-policy')), /^sandbox; default-src 'none';/)
    assert.equal(headers.get('cross-origin-resource-policy'), 'cross-origin')
    assert.equal(headers.get('cache-control'), 'public')
  })
})

describe('any other answer', () => {
  const bug = () => {
    throw new Error('bug')
  }

  test('is kept by nobody, sniffed by nobody and runs nothing', async (t) => {
    const kit = await startKit(t, {
      'GET /token': () => ({
        status: 200,
        headers: { 'Cache-Control': 'public, max-age=9' },
        body: 'secret',
      }),
      'GET /page': () => ({ status: 200, headers: { 'content-security-policy': 'own' }, body: '' }),
      'GET /bug': bug,
    })
    for (const path of ['/token', '/bug', '/nothing', '/healthz', '/page']) {
      const { headers } = await kit.ask(`GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`)
      assert.equal(headers['cache-control'], 'no-store', path)
      assert.equal(headers['x-content-type-options'], 'nosniff', path)
      assert.equal(headers['referrer-policy'], 'no-referrer', path)
      const policy =
        path === '/page' ? 'own' : "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
      assert.equal(headers['content-security-policy'], policy, path)
    }
  })

  test('that leads to stored bytes may be embedded as they are', async (t) => {
    const kit = await startKit(t, {
      'GET /away': () => ({ status: 302, headers: { location: 'http://h/x' }, body: '' }),
      'GET /here': () => ({ status: 200, headers: { location: 'http://h/x' }, body: '' }),
    })
    const policyOf = async (path: string) =>
      (await kit.ask(`GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`)).headers['cross-origin-resource-policy']
    assert.deepEqual([await policyOf('/away'), await policyOf('/here')], ['cross-origin', undefined])
  })
})

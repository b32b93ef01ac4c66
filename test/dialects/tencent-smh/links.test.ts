import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { assertCosFailure, LIBRARIES, type Params, type Rig, startRig } from './rig.ts'
import { type Tree, treeOf } from './tree.ts'

let rig: Rig
let tree: Tree
before(async () => {
  rig = await startRig()
  tree = await treeOf(rig)
})
after(() => rig.stop())

const BYTES = Buffer.from('The quick brown fox jumps over the lazy dog')
const write = (path: string, bytes: Uint8Array) =>
  rig.upload(path, bytes, { query: { conflict_resolution_strategy: 'overwrite' } })
/** The link that an info gives. */
const linkOf = async (path: string, query: Params = {}, of = tree) =>
  String((await of.file(200, 'GET', path, { info: null, ...query })).cosUrl)
const get = (url: string, headers = {}, method = 'GET') => sendWire(url, { method, headers })
/** Tests move the clock; a token that lives is made anew. */
const later = async (ms: number) => {
  rig.clock.advance(ms)
  tree = await treeOf(rig)
}

test('a link leads to the bytes, whole or in ranges, at the host of public_url', async () => {
  await write('ranges.txt', BYTES)
  const url = await linkOf('ranges.txt')
  assert.equal(new URL(url).origin, rig.url)
  const whole = await get(url)
  assert.deepEqual([whole.status, whole.bytes], [200, BYTES])
  assert.equal(whole.headers['content-type'], 'text/plain')
  assert.equal(whole.headers['accept-ranges'], 'bytes')
  assert.equal(whole.headers.etag, '"9e107d9d372bb6826bd81d3542a419d6"')
  assert.match(String(whole.headers['x-cos-hash-crc64ecma']), /^\d+$/)
  const part = await get(url, { range: 'bytes=4-8' })
  assert.deepEqual([part.status, part.bytes.toString()], [206, 'quick'])
  assert.equal(part.headers['content-range'], `bytes 4-8/${BYTES.byteLength}`)
  shows('tencent-smh', 'GET signed URL')
  assertCosFailure(await get(url, { range: 'bytes=100-' }), 416, 'InvalidRange')
})

test('scripts in browsers may read what links lead to', async () => {
  await write('cors.txt', BYTES)
  const url = await linkOf('cors.txt')
  const origin = 'https://app.example.com'
  const { headers } = await get(url, { origin })
  assert.ok(['*', origin].includes(String(headers['access-control-allow-origin'])))
  assert.match(String(headers['access-control-expose-headers']), /etag/i)
  const asked = { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'range' }
  const preflight = await get(url, asked, 'OPTIONS')
  assert.ok(preflight.status === 200 || preflight.status === 204)
  assert.match(String(preflight.headers['access-control-allow-headers']), /range|\*/i)
})

test('a link ends with its time', async () => {
  await write('time.txt', BYTES)
  const [short, long] = [await linkOf('time.txt', { period: 60 }), await linkOf('time.txt')]
  await later(59_000)
  assert.equal((await get(short)).status, 200)
  await later(3000)
  const expired = await get(short)
  assertCosFailure(expired, 403, 'AccessDenied')
  assert.match(expired.bytes.toString(), /<Message>Request has expired<\/Message>/)
  assert.equal((await get(long)).status, 200)
  await later(7200_000)
  assertCosFailure(await get(long), 403, 'AccessDenied')
  shows('tencent-smh', 'life of a link')
})

test('a link is good for reading one file as it was signed', async () => {
  await write('signed.txt', BYTES)
  await write('other.txt', BYTES)
  const url = new URL(await linkOf('signed.txt', { content_disposition: 'attachment' }))
  const other = new URL(await linkOf('other.txt'))
  const changed = (change: (copy: URL) => void): string => {
    const copy = new URL(url)
    change(copy)
    return copy.href
  }
  const attempts = [
    changed((copy) => {
      copy.pathname = other.pathname
    }),
    changed((copy) => copy.searchParams.set('response-content-disposition', 'inline')),
    changed((copy) => copy.searchParams.set('q-signature', '0'.repeat(40))),
    changed((copy) => copy.searchParams.delete('x-cos-security-token')),
    changed((copy) => copy.searchParams.set('q-key-time', '0;9999999999')),
    `${url.origin}${url.pathname}`,
  ]
  for (const attempt of attempts) assert.equal((await get(attempt)).status, 403, attempt)
  for (const method of ['PUT', 'DELETE']) assert.ok((await get(url.href, {}, method)).status >= 400, method)
  shows('tencent-smh', 'a link and its signature')
  assert.deepEqual((await get(url.href)).bytes, BYTES)
})

test('a link goes on leading to its file when that is moved or in the bin, and ends when it is deleted for good', async () => {
  await tree.makeDirectory('lives')
  await write('lives/a.txt', BYTES)
  const url = await linkOf('lives/a.txt')
  await tree.file(200, 'PUT', 'lives/b.txt', {}, { from: 'lives/a.txt' })
  assert.equal((await get(url)).status, 200)
  const { recycledItemId } = await tree.file(200, 'DELETE', 'lives/b.txt')
  assert.equal((await get(url)).status, 200)
  const access_token = tree.token
  await rig.expect(204, 'DELETE', `recycled/${tree.base}/${recycledItemId}`, { access_token })
  assertCosFailure(await get(url), 404, 'NoSuchKey')
  await write('lives/c.txt', BYTES)
  const gone = await linkOf('lives/c.txt')
  await tree.file(204, 'DELETE', 'lives/c.txt', { permanent: 1 })
  assertCosFailure(await get(gone), 404, 'NoSuchKey')
  shows('tencent-smh', 'a link and the bin')
})

test('the link of a file in a directory that is deleted for good ends with it', async () => {
  await tree.makeDirectory('doomed/inner')
  await write('doomed/inner/a.txt', BYTES)
  const url = await linkOf('doomed/inner/a.txt')
  await tree.directory(204, 'DELETE', 'doomed', { permanent: 1 })
  assertCosFailure(await get(url), 404, 'NoSuchKey')
  shows('tencent-smh', 'a link ends with its file')
})

test('a link never leads to other bytes than those it was made for', async () => {
  await write('over.txt', BYTES)
  const before = await linkOf('over.txt')
  await write('over.txt', Buffer.from('new'))
  assertCosFailure(await get(before), 404, 'NoSuchKey')
  assertCosFailure(await get(before, { range: 'bytes=0-1' }), 404, 'NoSuchKey')
  assert.equal((await get(await linkOf('over.txt'))).bytes.toString(), 'new')
  shows('tencent-smh', 'a link and overwriting')
})

test('content_disposition stands in the answer with the name in UTF-8', async () => {
  await write('报告 "1".txt'.replaceAll('"', "'"), BYTES)
  const path = encodeURIComponent("报告 '1'.txt")
  for (const content_disposition of ['inline', 'attachment']) {
    const { headers } = await get(await linkOf(path, { content_disposition }))
    assert.equal(
      headers['content-disposition'],
      `${content_disposition}; filename="__ '1'.txt"; filename*=UTF-8''%E6%8A%A5%E5%91%8A%20%271%27.txt`,
    )
  }
  for (const purpose of ['download', 'preview']) {
    assert.equal((await get(await linkOf(path, { purpose }))).headers['content-disposition'], undefined)
  }
  shows('tencent-smh', 'content_disposition, purpose')
})

test('what can run is saved, not shown, unless the link and the operator say so', async () => {
  const allowing = await startRig({ settings: { inline_active_types: 'application/pdf' } })
  try {
    for (const [server, its, pdf] of [
      [rig, tree, 'attachment'],
      [allowing, await treeOf(allowing), 'inline'],
    ] as const)
      for (const [name, how, asked] of [
        ['a.pdf', pdf, { content_disposition: 'inline' }],
        ['a.pdf', 'attachment', {}],
        ['a.svg', 'attachment', { content_disposition: 'inline' }],
        ['a.html', 'attachment', { purpose: 'preview' }],
        ['a.png', 'inline', { content_disposition: 'inline' }],
      ] as const) {
        await server.upload(name, BYTES, { query: { conflict_resolution_strategy: 'overwrite' } })
        const { headers } = await get(await linkOf(name, asked, its))
        const named = 'content_disposition' in asked ? `; filename="${name}"; filename*=UTF-8''${name}` : ''
        assert.equal(headers['content-disposition'], how + named, name)
        assert.match(String(headers['content-security-policy']), /^sandbox; default-src 'none';/)
      }
    shows('tencent-smh', 'content_disposition=inline of what can run')
  } finally {
    await allowing.stop()
  }
})

test('the redirect of a download leads to the same bytes as the link of an info', async () => {
  await write('redirect.txt', BYTES)
  const query = { access_token: tree.token, content_disposition: 'attachment' }
  const { status, headers } = await rig.call('GET', `file/${tree.base}/redirect.txt`, query)
  assert.equal(status, 302)
  const answer = await get(String(headers.location))
  assert.deepEqual([answer.status, answer.bytes], [200, BYTES])
  assert.match(String(answer.headers['content-disposition']), /^attachment; filename="redirect.txt"/)
})

test('traffic_limit stands signed in the link', async () => {
  await write('slow.txt', BYTES)
  const url = new URL(await linkOf('slow.txt', { traffic_limit: 102400 }))
  assert.equal(url.searchParams.get('x-cos-traffic-limit'), '102400')
  shows('tencent-smh', 'traffic_limit')
  assert.equal((await get(url.href)).status, 200)
  url.searchParams.set('x-cos-traffic-limit', '104857600')
  assert.equal((await get(url.href)).status, 403)
  assert.equal(new URL(await linkOf('slow.txt')).searchParams.get('x-cos-traffic-limit'), null)
})

test("the lower of the call's limit and the space's download limit stands in the link", async () => {
  const { id } = LIBRARIES.spaces
  const access_token = await rig.token('admin', { library: 'spaces' })
  await rig.expect(201, 'POST', `space/${id}`, { access_token, space_id: 'slow' })
  const json = { downloadTrafficLimit: 1_000_000 }
  await rig.expect(204, 'POST', `space/${id}/slow/traffic-limit`, { access_token }, { json })
  await rig.upload('a.txt', BYTES, { library: 'spaces', space: 'slow' })
  const space = await treeOf(rig, 'spaces', { space: 'slow', token: access_token })
  const limitOf = async (query: Params) =>
    new URL(await linkOf('a.txt', query, space)).searchParams.get('x-cos-traffic-limit')
  assert.equal(await limitOf({}), '1000000')
  assert.equal(await limitOf({ traffic_limit: 500_000 }), '500000')
  assert.equal(await limitOf({ traffic_limit: 2_000_000 }), '1000000')
  shows('tencent-smh', 'downloadTrafficLimit of a space')
  const none = { downloadTrafficLimit: -1 }
  await rig.expect(204, 'POST', `space/${id}/slow/traffic-limit`, { access_token }, { json: none })
  assert.equal(await limitOf({}), null)
})

test('an empty file has a link to no bytes', async () => {
  await write('empty', Buffer.alloc(0))
  const { status, bytes } = await get(await linkOf('empty'))
  assert.deepEqual([status, bytes.byteLength], [200, 0])
})

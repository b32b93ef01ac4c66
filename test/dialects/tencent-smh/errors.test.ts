import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CoreError } from '../../../src/core/errors.ts'
import { RawClient } from '../../support/http-kit.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { assertFailure, type Body, LIBRARIES, type Params, type Rig, startRig } from './rig.ts'
import { type Tree, treeOf } from './tree.ts'
import { filesOf } from './upload-calls.ts'

/** Failures that no single call of the API is about. The others stand with their calls. */
describe('tencent-smh: failures', () => {
  let rig: Rig
  let tree: Tree
  let albums: Tree
  const files = filesOf()
  before(async () => {
    rig = await startRig({ settings: { body_idle_timeout_s: '1' } })
    tree = await treeOf(rig)
    albums = await treeOf(rig, 'media')
  })
  after(() => rig.stop())

  const jsonOf = (text: string) => JSON.parse(text) as Body
  /** A call with a body of which more is announced than comes. */
  const cut = async (text: string, announced: number): Promise<RawClient> => {
    const client = await RawClient.connect(rig.server.port, true)
    const path = `/api/v1/${files}/cut.bin?access_token=${tree.token}`
    client.send(`PUT ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${announced}\r\n\r\n${text}`)
    return client
  }

  test('FileTypeNotMatched: an image of a media library stays an image', async () => {
    await albums.makeDirectory('types')
    await rig.upload('types/a.jpg', Buffer.from('a'), { library: 'media' })
    for (const json of [{ from: 'types/a.jpg' }, { copyFrom: 'types/a.jpg' }]) {
      assert.equal((await albums.file(400, 'PUT', 'types/b.mp4', {}, json)).code, 'FileTypeNotMatched')
    }
    const batch = { method: 'POST', path: `batch/${albums.base}` }
    const items = [{ from: 'types/a.jpg', to: 'types/b.mp4' }]
    const query = { move: null, access_token: albums.token }
    const { result } = await rig.expect(207, batch.method, batch.path, query, { json: items })
    const [failed] = result as readonly Body[]
    assert.deepEqual([failed?.status, failed?.code], [400, 'FileTypeNotMatched'])
    await albums.file(200, 'PUT', 'types/b.png', {}, { from: 'types/a.jpg' })
    await tree.makeVirtual('report.jpg')
    await tree.file(200, 'PUT', 'report.mp4', {}, { from: 'report.jpg' })
    shows('tencent-smh', 'FileTypeNotMatched')
  })

  test('CoverNotSupportedInFileLibrary and CoverNotSupportedInRootDirectory: albums of media libraries have covers', async () => {
    await albums.makeDirectory('summer')
    const cover = (of: Tree, path: string, query: Params = {}) =>
      rig.call('GET', `album/${of.base}/cover${path}`, { access_token: of.token, ...query })
    assertFailure(await cover(tree, ''), 400, 'CoverNotSupportedInFileLibrary')
    assertFailure(await cover(tree, '/summer'), 400, 'CoverNotSupportedInFileLibrary')
    assertFailure(await cover(albums, ''), 400, 'CoverNotSupportedInRootDirectory')
    assertFailure(await cover(albums, '/summer', { size: 100 }), 400, 'FunctionNotEnabled')
    shows(
      'tencent-smh',
      'GET /album/{L}/{S}/cover, …/cover/{AlbumName}',
      'CoverNotSupportedInFileLibrary, CoverNotSupportedInRootDirectory',
    )
  })

  test('RenameTooManyTimes: no number is left for a name', async () => {
    await tree.makeDirectory('numbered')
    const numbers = [
      ...Array.from({ length: 64 }, (_, at) => at + 1),
      ...Array.from({ length: 14 }, (_, at) => 64 * 2 ** (at + 1)),
    ]
    for (const name of ['n.txt', ...numbers.map((number) => `n (${number}).txt`)]) {
      await tree.makeVirtual(`numbered/${encodeURIComponent(name)}`)
    }
    const refused = await tree.file(409, 'PUT', 'numbered/n.txt', { virtual_file: null }, {})
    assert.equal(refused.code, 'RenameTooManyTimes')
    shows('tencent-smh', 'RenameTooManyTimes')
  })

  test('PathConflict: an entry that changes between being read and being written', async () => {
    await tree.makeVirtual('both.txt')
    const { trees } = rig.server.engine.core
    const { findEntry } = trees
    const path = `directory/${tree.base}/both.txt`
    const query = { update: null, access_token: tree.token }
    const update = (label: string) => rig.call('POST', path, query, { json: { labels: [label] } })
    Object.assign(trees, {
      findEntry: async (...given: Parameters<typeof findEntry>) => {
        const found = await findEntry(...given)
        Object.assign(trees, { findEntry })
        assert.equal((await update('other')).status, 204)
        return found
      },
    })
    assertFailure(await update('own'), 409, 'PathConflict')
    assert.deepEqual((await tree.info('both.txt')).labels, ['other'])
    shows('tencent-smh', 'PathConflict')
  })

  test('RequestEntityTooLarge: a JSON body over 256 KiB, announced or not', async () => {
    const raw = `{"labels":["${'x'.repeat(256 * 1024)}"]}`
    const url = `${rig.url}/api/v1/${files}/large.bin?access_token=${tree.token}`
    for (const headers of [{ 'content-length': String(raw.length) }, { 'transfer-encoding': 'chunked' }]) {
      const { status, bytes } = await sendWire(url, { method: 'PUT', headers, body: raw })
      assert.deepEqual([status, jsonOf(bytes.toString()).code], [413, 'RequestEntityTooLarge'])
    }
    const most = `{}${' '.repeat(256 * 1024 - 2)}`
    const headers = { 'content-length': String(most.length) }
    assert.equal((await sendWire(url, { method: 'PUT', headers, body: most })).status, 201)
    shows('tencent-smh', 'RequestEntityTooLarge')
  })

  test('IncompleteBody: a body that ends before its announced length', async () => {
    const client = await cut('{"size":1', 100)
    client.socket.end()
    const { status, body } = await client.answer()
    assert.deepEqual([status, jsonOf(body).code], [400, 'IncompleteBody'])
    client.destroy()
    shows('tencent-smh', 'IncompleteBody')
  })

  test('ReadRequestTimeout: a body that falls silent', async () => {
    const client = await cut('{"size":1', 100)
    const { status, body } = await client.answer()
    assert.deepEqual([status, jsonOf(body).code], [408, 'ReadRequestTimeout'])
    client.destroy()
    shows('tencent-smh', 'ReadRequestTimeout')
  })

  test('InternalServerError: trouble of the server’s own tells nothing of itself and goes to the log', async () => {
    const { trees } = rig.server.engine.core
    const { findEntry } = trees
    for (const error of [new CoreError('metadata-failed', 'secret detail'), new TypeError('secret detail')]) {
      Object.assign(trees, { findEntry: () => Promise.reject(error) })
      const answer = await rig.call('GET', `${files}/any.bin`, { info: null, access_token: tree.token })
      Object.assign(trees, { findEntry })
      assertFailure(answer, 500, 'InternalServerError')
      assert.doesNotMatch(answer.bytes.toString(), /secret/)
      assert.ok(rig.server.logLines.some((line) => line.includes(String(answer.body?.requestId))))
    }
    shows('tencent-smh', 'InternalServerError')
  })

  test('ServerOverloaded: the store cannot be reached, or the server is going down', async () => {
    const closed = await startRig()
    const access_token = await closed.token()
    await closed.server.engine.close()
    assertFailure(await closed.call('GET', `${files}/x`, { access_token }), 503, 'ServerOverloaded')
    await closed.stop()

    const going = await startRig()
    const task = await going.expect(201, 'PUT', `${files}/slow.bin`, { access_token: await going.token() })
    const [busy, waiting] = [
      await RawClient.connect(going.server.port),
      await RawClient.connect(going.server.port),
    ]
    const head = Object.entries(task.headers).map(([name, value]) => `${name}: ${value}\r\n`)
    busy.send(
      `PUT ${task.path} HTTP/1.1\r\nhost: ${task.domain}\r\n${head.join('')}content-length: 10\r\nexpect: 100-continue\r\n\r\n`,
    )
    assert.equal(await busy.interim(), 100)
    const stopped = going.stop()
    waiting.send(`GET /api/v1/token?library_id=${LIBRARIES.file.id} HTTP/1.1\r\nhost: x\r\n\r\n`)
    const { status, body } = await waiting.answer()
    assert.deepEqual([status, jsonOf(body).code], [503, 'ServerOverloaded'])
    busy.destroy()
    await stopped
    shows('tencent-smh', 'ServerOverloaded')
  })

  test('a HEAD that fails has its status and no body', async () => {
    const answer = await rig.call('HEAD', `${files}/none.bin`, { access_token: tree.token })
    assert.deepEqual([answer.status, answer.bytes.length], [404, 0])
    assert.match(String(answer.headers['x-request-id']), /^[0-9a-f]{32}$/)
    shows('tencent-smh', 'HEAD')
  })

  test('a URL or headers that are too long are refused before any call, and the server stays up', async () => {
    const long = await rig.call('GET', `${files}/${'x'.repeat(20_000)}`, { access_token: tree.token })
    assert.deepEqual([long.status, long.body?.code], [414, undefined])
    const headers = { 'x-smh-meta-long': 'x'.repeat(100_000) }
    const wide = await rig.call('PUT', `${files}/a`, { access_token: tree.token }, { headers })
    assert.deepEqual([wide.status, wide.body?.code], [431, undefined])
    assert.equal((await rig.call('HEAD', `${files}/none.bin`, { access_token: tree.token })).status, 404)
    shows('tencent-smh', '414, 431')
  })
})

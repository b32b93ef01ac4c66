import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { sendWire, type WireAnswer } from '../../support/volcengine.ts'
import { type Body, type CallOptions, LIBRARIES, type Params, type Rig, startRig } from './rig.ts'
import { bytesOf, crc64Of, filesOf, MIB, stringsOf } from './upload-calls.ts'

/** Both keep the slashes of paths. */
describe('tencent-smh: Java and Go clients', () => {
  let rig: Rig
  let access_token: string
  const files = filesOf()
  before(async () => {
    rig = await startRig()
    access_token = await rig.token()
    await rig.expect(201, 'PUT', `directory/${LIBRARIES.file.id}/-/a/b`, { access_token })
  })
  after(() => rig.stop())

  /** Without a Content-Length. */
  const putChunked = (task: Body, query: string, bytes: Uint8Array): Promise<WireAnswer> =>
    sendWire(`http://${task.domain}${task.path}${query}`, {
      method: 'PUT',
      headers: { ...stringsOf(task.headers), 'transfer-encoding': 'chunked' },
      body: bytes,
    })

  test('the Java client sends parts without their length, and calls without a body', async () => {
    const bytes = bytesOf(2 * MIB + 9, 1)
    const debug: CallOptions = { headers: { 'x-smh-sdk-log-debug': 'true' } }
    const query: Params = { multipart: null, access_token, conflict_resolution_strategy: 'overwrite' }
    const task = await rig.expect(201, 'POST', `${files}/a/b/java%20film.mp4`, query, debug)
    const renewed = await rig.expect(
      200,
      'POST',
      `${files}/${task.confirmKey}`,
      { renew: null, access_token },
      debug,
    )
    for (const [number, terms] of [
      [1, task],
      [2, renewed],
      [3, renewed],
    ] as const) {
      const part = bytes.subarray((number - 1) * MIB, number * MIB)
      const sent = await putChunked(terms, `?partNumber=${number}&uploadId=${task.uploadId}`, part)
      assert.deepEqual([sent.status, sent.headers['x-cos-hash-crc64ecma']], [200, crc64Of(part)])
    }
    const record = await rig.expect(
      200,
      'POST',
      `${files}/${task.confirmKey}`,
      { confirm: null, access_token },
      debug,
    )
    assert.deepEqual([record.path, record.crc64], [['a', 'b', 'java film.mp4'], crc64Of(bytes)])
    shows('tencent-smh', 'Java: parts')
  })

  test('the Java client sends a whole file without its length', async () => {
    const bytes = bytesOf(200_000, 5)
    const query = { access_token, conflict_resolution_strategy: 'overwrite' }
    const task = await rig.expect(201, 'PUT', `${files}/a/b/java.bin`, query)
    const sent = await putChunked(task, '', bytes)
    assert.deepEqual([sent.status, sent.headers['x-cos-hash-crc64ecma']], [200, crc64Of(bytes)])
    await rig.expect(200, 'POST', `${files}/${task.confirmKey}`, { confirm: null, access_token })
    assert.ok((await rig.download('a/b/java.bin'))?.equals(bytes))
    shows('tencent-smh', 'Java: whole files')
  })

  test('the Java client reads JSON and XML failures, and follows the redirect of a download itself', async () => {
    const bytes = bytesOf(1000, 2)
    await rig.upload('a/b/read.bin', bytes)
    const answer = await fetch(`${rig.url}/api/v1/${files}/a/b/read.bin?access_token=${access_token}`)
    assert.equal(answer.redirected, true)
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(bytes))
    const missing = await rig.call('GET', `${files}/a/b/none.bin`, { access_token })
    assert.deepEqual([missing.status, missing.body?.code], [404, 'FileNotFound'])
    const gone = await sendWire(answer.url.replace(/[0-9a-f]{32}\?/, `${'0'.repeat(32)}?`), { method: 'GET' })
    assert.match(gone.bytes.toString(), /<Error>\s*<Code>/)
    shows('tencent-smh', 'Java: downloads')
  })

  test('the Java client reads ids of bins, quotas and tasks as numbers of 32 bits', async () => {
    await rig.upload('a/b/binned.bin', bytesOf(10))
    const deleted = await rig.expect(200, 'DELETE', `${files}/a/b/binned.bin`, { access_token })
    const json = { capacity: '1000000000' }
    const { quotaId } = await rig.expect(
      201,
      'POST',
      `quota/${LIBRARIES.file.id}`,
      { access_token },
      { json },
    )
    const many = Array.from({ length: 101 }, (_, at) => ({ path: `none-${at}`, permanent: false }))
    const batch = `batch/${LIBRARIES.file.id}/-`
    const { taskId } = await rig.expect(202, 'POST', batch, { delete: null, access_token }, { json: many })
    for (const id of [deleted.recycledItemId, quotaId, taskId]) {
      assert.ok(typeof id === 'number' && Number.isInteger(id) && id > 0 && id < 2 ** 31, String(id))
    }
    shows('tencent-smh', 'Java: ids')
  })

  test('the Go client keeps slashes, a leading one too, and ends flags with an equals sign', async () => {
    const path = `/api/v1/${files}//a/b/go.bin?multipart=&access_token=${access_token}`
    const begun = await sendWire(`${rig.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      body: JSON.stringify({ size: 2 * MIB + 3, partNumberRange: [1, 2] }),
    })
    assert.equal(begun.status, 201, begun.bytes.toString())
    const task = JSON.parse(begun.bytes.toString()) as Body
    assert.deepEqual(Object.keys(task.parts), ['1', '2'])
    for (const number of [1, 2]) {
      assert.equal((await rig.putPart(task, number, bytesOf(MIB, number))).status, 200)
    }
    const at = `${files}/${task.confirmKey}`
    const json = { partNumberRange: [3] }
    const renewed = await rig.expect(200, 'POST', at, { renew: '', access_token }, { json })
    assert.deepEqual(Object.keys(renewed.parts), ['3'])
    assert.equal((await rig.putPart(renewed, 3, bytesOf(3))).status, 200)
    const status = await rig.expect(200, 'GET', at, { upload: '', access_token })
    assert.equal((status.parts as unknown as readonly unknown[]).length, 3)
    const record = await rig.expect(200, 'POST', at, { confirm: '', access_token })
    assert.deepEqual(record.path, ['a', 'b', 'go.bin'])
    const info = await rig.expect(200, 'GET', `${files}/a/b/go.bin`, { info: '', access_token })
    assert.equal(info.size, String(2 * MIB + 3))
    shows('tencent-smh', 'Go (jdisk)')
  })
})

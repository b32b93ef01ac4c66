import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { sendWire } from '../../support/volcengine.ts'
import { assertCosFailure, type Body, LIBRARIES, type Rig, startRig } from './rig.ts'
import { bytesOf, crc64Of, filesOf, MIB, stringsOf } from './upload-calls.ts'

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const slices = (bytes: Buffer, size: number): readonly Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  )

/** What each of the vendor's clients sends, step by step: reference §10 and §10.1. */
describe('tencent-smh: what known clients do', () => {
  let rig: Rig
  let access_token: string
  before(async () => {
    rig = await startRig()
    access_token = await rig.token('admin', { query: { period: 365 * 86_400 } })
    const path = `directory/${LIBRARIES.file.id}/-/dcim%2Fcamera`
    await rig.expect(201, 'PUT', path, { access_token }, { json: {} })
  })
  after(() => rig.stop())

  const files = filesOf()
  const key = (task: Body) => `${files}/${task.confirmKey}`

  it('the Android client uploads a small file by the task that its hash round gave', async () => {
    const bytes = bytesOf(MIB + 100, 1)
    const query = { access_token, conflict_resolution_strategy: 'rename', filesize: bytes.length }
    const options = {
      headers: { 'x-smh-meta-creation-date': '1612167718', 'x-smh-meta-local': 'a b' },
      json: { size: String(bytes.length), beginningHash: sha256(bytes.subarray(0, MIB)) },
    }
    const path = `${files}/dcim%2Fcamera%2Fsmall.jpg`
    const task = await rig.expect(201, 'PUT', path, query, options)
    const sent = await sendWire(`http://${task.domain}${task.path}`, {
      method: 'PUT',
      headers: { ...stringsOf(task.headers), Host: task.domain, 'content-length': bytes.length },
      body: bytes,
    })
    assert.equal(sent.status, 200, sent.bytes.toString())
    const record = await rig.expect(
      200,
      'POST',
      key(task),
      { confirm: null, access_token },
      {
        json: { crc64: crc64Of(bytes) },
      },
    )
    assert.deepEqual(record.path, ['dcim', 'camera', 'small.jpg'])
    assert.deepEqual(record.metaData, options.headers)
    const again = await rig.call('PUT', path, query, options)
    assert.equal(again.status, 202)
    const last = await rig.call('PUT', path, query, {
      json: { ...options.json, fullHash: chainOf(bytes) },
    })
    assert.deepEqual([last.status, last.body?.name], [200, 'small (1).jpg'])
  })

  it('the Android client sends parts of 1 MiB, renews before each and resumes by the ETags of parts', async () => {
    const bytes = bytesOf(5 * MIB + 7, 2)
    const parts = slices(bytes, MIB)
    const path = `${files}/dcim%2Fcamera%2Flarge.mp4`
    let task = await rig.expect(201, 'POST', path, { multipart: null, access_token, filesize: bytes.length })
    for (const number of [1, 2, 4]) {
      assert.equal((await rig.putPart(task, number, parts[number - 1] ?? Buffer.alloc(0))).status, 200)
    }
    rig.clock.advance(3 * 3600_000)
    const late = await rig.putPart(task, 3, parts[2] ?? Buffer.alloc(0))
    assertCosFailure(late, 403, 'AccessDenied')
    assert.match(late.bytes.toString(), /Request has expired/)

    const status = await rig.expect(200, 'GET', key(task), { upload: null, access_token })
    assert.equal(status.confirmed, false)
    const listed = status.parts as unknown as readonly { PartNumber: number; ETag: string }[]
    const kept = listed.filter(
      ({ PartNumber, ETag }, at) =>
        PartNumber === at + 1 && ETag === `"${md5(parts[at] ?? Buffer.alloc(0))}"`,
    )
    assert.equal(kept.length, 2)
    for (let number = kept.length + 1; number <= parts.length; number++) {
      const renewKey = `${files}/${status.uploadPartInfo.confirmKey}`
      task = await rig.expect(200, 'POST', renewKey, { renew: null, access_token })
      assert.ok(Date.parse(task.expiration) - rig.clock.now() > 300_000)
      assert.equal((await rig.putPart(task, number, parts[number - 1] ?? Buffer.alloc(0))).status, 200)
    }
    const crc64 = crc64Of(bytes)
    const record = await rig.expect(
      200,
      'POST',
      key(task),
      { confirm: null, access_token },
      { json: { crc64 } },
    )
    assert.equal(record.crc64, crc64)
    const confirmed = await rig.expect(200, 'GET', key(task), { upload: null, access_token })
    assert.equal(confirmed.confirmed, true)
    const repeated = await rig.expect(
      200,
      'POST',
      key(task),
      { confirm: null, access_token },
      { json: { crc64 } },
    )
    assert.deepEqual(repeated, record)
  })

  it('the Android client of a private deployment asks for the headers of parts in ranges', async () => {
    const bytes = bytesOf(3 * MIB, 3)
    const parts = slices(bytes, MIB)
    const path = `${files}/private.bin`
    const task = await rig.expect(
      201,
      'POST',
      path,
      { multipart: null, access_token },
      {
        json: { partNumberRange: '1-2' },
      },
    )
    for (const number of [1, 2]) await rig.putPart(task, number, parts[number - 1] ?? Buffer.alloc(0))
    const query = { upload: null, access_token, no_upload_part_info: 1 }
    const status = await rig.expect(200, 'GET', key(task), query)
    assert.equal('uploadPartInfo' in status, false)
    const more = await rig.expect(
      200,
      'POST',
      key(task),
      { renew: null, access_token },
      {
        json: { partNumberRange: '3-4' },
      },
    )
    assert.equal((await rig.putPart(more, 3, parts[2] ?? Buffer.alloc(0))).status, 200)
    await rig.expect(200, 'POST', key(task), { confirm: null, access_token }, { json: {} })
    assert.ok((await rig.download('private.bin'))?.equals(bytes))
  })

  it('the Android client gives up an upload with DELETE', async () => {
    const task = await rig.expect(201, 'POST', `${files}/given-up.bin`, { multipart: null, access_token })
    await rig.putPart(task, 1, bytesOf(10))
    await rig.expect(204, 'DELETE', key(task), { upload: null, access_token })
    assertCosFailure(await rig.putPart(task, 2, bytesOf(10)), 404, 'NoSuchUpload')
  })

  it('the JavaScript client encodes whole paths and sends an empty object and a version', async () => {
    const bytes = bytesOf(12 * MIB + 5, 4)
    const parts = slices(bytes, 5 * MIB)
    const options = { json: {}, headers: { 'Client-Version': '1.0.16', origin: 'http://page.example' } }
    const path = `${files}/${encodeURIComponent('/dcim/camera/js file (é).bin')}`
    const begun = await rig.call('POST', path, { multipart: 1, access_token }, options)
    assert.equal(begun.status, 201, begun.bytes.toString())
    assert.equal(begun.headers['access-control-allow-origin'], '*')
    const task = begun.body
    assert.ok(task !== null)
    const preflight = await sendWire(`http://${task.domain}${task.path}`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://page.example',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': Object.keys(task.headers).join(',').toLowerCase(),
      },
    })
    assert.ok(preflight.status < 300)
    const renewed = await rig.expect(200, 'POST', key(task), { renew: 1, access_token }, options)
    await Promise.all(
      [task, renewed].map(async (credentials, lane) => {
        for (let at = lane; at < parts.length; at += 2) {
          const sent = await rig.putPart(credentials, at + 1, parts[at] ?? Buffer.alloc(0))
          assert.equal(sent.status, 200)
          assert.match(String(sent.headers['access-control-expose-headers']), /ETag/)
        }
      }),
    )
    const crc64 = crc64Of(bytes)
    await rig.expect(200, 'POST', key(task), { confirm: 1, access_token }, { ...options, json: { crc64 } })
    const info = await rig.expect(200, 'GET', path, { info: 1, access_token }, { headers: options.headers })
    assert.deepEqual([info.crc64, info.size], [crc64, String(bytes.length)])
    const got = await sendWire(String(info.cosUrl), {
      method: 'GET',
      headers: { range: `bytes=${5 * MIB}-${10 * MIB - 1}` },
    })
    assert.equal(got.status, 206)
    assert.ok(got.bytes.equals(bytes.subarray(5 * MIB, 10 * MIB)))
  })

  it('the Java client sends chunked bytes, raw slashes and no bodies', async () => {
    const bytes = bytesOf(200_000, 5)
    const headers = { 'x-smh-sdk-log-debug': '1' }
    const query = { access_token, conflict_resolution_strategy: 'overwrite' }
    const task = await rig.expect(201, 'PUT', `${files}/dcim/camera/java.bin`, query, { headers })
    const sent = await sendWire(`http://${task.domain}${task.path}`, {
      method: 'PUT',
      headers: { ...stringsOf(task.headers), 'transfer-encoding': 'chunked' },
      body: bytes,
    })
    assert.equal(sent.status, 200, sent.bytes.toString())
    assert.equal(sent.headers.etag, `"${md5(bytes)}"`)
    await rig.expect(200, 'POST', key(task), { confirm: null, access_token })
    assert.ok((await rig.download('dcim/camera/java.bin'))?.equals(bytes))
  })

  it('a Go client names parts in an array and gives its flags empty values', async () => {
    const task = await rig.expect(
      201,
      'POST',
      `${files}/go.bin`,
      { multipart: '', access_token },
      {
        json: { partNumberRange: [1, 2, 3] },
      },
    )
    for (const number of [1, 2]) await rig.putPart(task, number, bytesOf(MIB, number))
    const renewed = await rig.expect(
      200,
      'POST',
      key(task),
      { renew: '', access_token },
      {
        json: { partNumberRange: [3] },
      },
    )
    await rig.putPart(renewed, 3, bytesOf(3, 3))
    const record = await rig.expect(200, 'POST', key(task), { confirm: '', access_token })
    assert.equal(record.size, String(2 * MIB + 3))
  })
})

function chainOf(bytes: Buffer): string {
  let last = Buffer.alloc(0)
  for (const block of slices(bytes, MIB)) {
    last = createHash('sha256')
      .update(Buffer.concat([last, block]))
      .digest()
  }
  return last.toString('hex')
}

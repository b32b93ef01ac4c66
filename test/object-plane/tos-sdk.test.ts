import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { TosClient, TosServerError } from '@volcengine/tos-sdk'
import { shows } from '../support/shows.ts'
import { BUCKET, OWNER, type Rig, startRig } from './rig.ts'

const BODY = Buffer.from('RIFF....WAVEfmt 0123456789')
const LARGE = randomBytes(1_500_000)
/** Crosses every spelling the client has: slash, blanks, its raw characters, non-ASCII. */
const NAME = "dir/a b*('!)~+中.wav"

describe('@volcengine/tos-sdk, the client of the vendor', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.close())

  const client = (options: { accessKeySecret?: string; enableCRC?: boolean } = {}) =>
    new TosClient({
      accessKeyId: OWNER.keys.accessKey,
      accessKeySecret: OWNER.keys.secretKey,
      region: 'cn-beijing',
      endpoint: rig.host,
      bucket: BUCKET,
      secure: false,
      maxRetryCount: 0,
      ...options,
    })
  const key = (name: string) => `${OWNER.id}/${name}`

  test('puts, heads and gets with its headers signed and its CRC check on', async () => {
    for (const body of [BODY, LARGE]) {
      const tos = client({ enableCRC: true })
      const put = await tos.putObject({ key: key(NAME), body, contentType: 'audio/wav' })
      assert.equal(put.statusCode, 200)
      assert.equal(put.headers.etag, `"${createHash('md5').update(body).digest('hex')}"`)
      assert.match(put.requestId, /^[0-9a-f]{32}$/)
      await rig.commit(NAME)
      const head = await tos.headObject(key(NAME))
      assert.equal(head.data['content-length'], String(body.byteLength))
      const got = await tos.getObjectV2({ key: key(NAME), dataType: 'buffer' })
      assert.deepEqual(got.data.content, body)
    }
  })

  test('puts a stream of unknown length', async () => {
    const put = await client().putObject({ key: key('stream.wav'), body: Readable.from([BODY, LARGE]) })
    assert.equal(put.statusCode, 200)
    await rig.commit('stream.wav')
    const got = await client().getObjectV2({ key: key('stream.wav'), dataType: 'stream' })
    assert.deepEqual(await buffer(got.data.content), Buffer.concat([BODY, LARGE]))
  })

  test('gets a range', async () => {
    await rig.publish('range.wav', BODY)
    const got = await client().getObjectV2({
      key: key('range.wav'),
      dataType: 'buffer',
      rangeStart: 4,
      rangeEnd: 7,
    })
    assert.equal(got.statusCode, 206)
    assert.equal(got.data.content.toString(), '....')
  })

  test('presigns a PUT and a GET for the bare endpoint', async () => {
    const options = { key: key(NAME), expires: 600, isCustomDomain: true }
    const upload = client().getPreSignedUrl({ ...options, method: 'PUT' })
    assert.equal((await fetch(upload, { method: 'PUT', body: BODY })).status, 200)
    await rig.commit(NAME)
    const response = { contentType: 'text/plain', contentDisposition: 'attachment; filename="x.txt"' }
    const download = await fetch(client().getPreSignedUrl({ ...options, method: 'GET', response }))
    assert.equal(download.status, 200)
    assert.equal(download.headers.get('content-type'), 'text/plain')
    assert.equal(download.headers.get('content-disposition'), 'attachment; filename="x.txt"')
    assert.deepEqual(Buffer.from(await download.arrayBuffer()), BODY)
  })

  test('cannot have bytes run in a browser, whatever type its link names', async () => {
    await rig.publish('page.wav', BODY)
    const options = { key: key('page.wav'), expires: 600, isCustomDomain: true, method: 'GET' as const }
    for (const contentType of [
      'text/html',
      'image/svg+xml; x=y',
      'TEXT/XML',
      'application/pdf',
      'x',
      'audio/wav, text/html',
    ]) {
      const response = { contentType, contentDisposition: 'inline; filename="a.html"' }
      const { headers } = await fetch(client().getPreSignedUrl({ ...options, response }))
      assert.equal(headers.get('content-type'), contentType)
      assert.equal(headers.get('content-disposition'), 'attachment; filename="a.html"', contentType)
      assert.match(headers.get('content-security-policy') ?? '', /^sandbox; default-src 'none';/)
    }
    const shown = { contentType: 'text/plain', contentDisposition: 'inline' }
    const { headers } = await fetch(client().getPreSignedUrl({ ...options, response: shown }))
    assert.equal(headers.get('content-disposition'), 'inline')
  })

  test('cannot smuggle headers into an answer', async () => {
    await rig.publish('plain.wav', BODY)
    for (const contentType of ['text/plain\r\nx-evil: 1', 'text/plain\u0100', '\u0000']) {
      const url = client().getPreSignedUrl({
        key: key('plain.wav'),
        isCustomDomain: true,
        response: { contentType },
      })
      assert.equal((await fetch(url)).status, 400)
    }
  })

  test('recognises the errors', async () => {
    const put = client({ accessKeySecret: 'wrong' }).putObject({ key: key('a.wav'), body: BODY })
    await assert.rejects(put, isServerError(403, 'SignatureDoesNotMatch', '0002-00000024'))
    const get = client().getObjectV2({ key: key('none.wav'), dataType: 'buffer' })
    // Asked for a buffer, the client leaves the error's body unread too.
    await assert.rejects(get, isServerError(404))
    await assert.rejects(client().headObject(key('none.wav')), isServerError(404))
    const digest = client().putObject({
      key: key('a.wav'),
      body: BODY,
      contentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==',
    })
    await assert.rejects(digest, isServerError(400, 'BadDigest'))
    const parts = client().createMultipartUpload({ key: key('a.wav') })
    await assert.rejects(parts, isServerError(405, 'MethodNotAllowed'))
    const acl = client().getObjectAcl(key('a.wav'))
    await assert.rejects(acl, isServerError(501, 'UnImplemented'))
    const copy = client().copyObject({ key: key('a.wav'), srcBucket: BUCKET, srcKey: key('b.wav') })
    await assert.rejects(copy, isServerError(501, 'UnImplemented'))
    shows('volcengine-vms', 'TOS errors')
  })

  const isServerError =
    (status: number, code?: string, ec?: string) =>
    (error: unknown): boolean => {
      assert.ok(error instanceof TosServerError, String(error))
      assert.equal(error.statusCode, status)
      if (code !== undefined) assert.equal(error.code, code)
      assert.equal(error.ec, ec)
      assert.match(error.requestId, /^[0-9a-f]{32}$/)
      return true
    }
})

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { type ObsClient, type ObsResult, openObsClient } from '../support/esdk-obs.ts'
import { BUCKET, type ObsRig, PART_SIZE_MIN, startObsRig } from './obs-rig.ts'
import { OWNER } from './rig.ts'

const BODY = Buffer.from('ftypmp42 0123456789')
const LARGE = randomBytes(1_500_000)
/** Crosses every spelling the client has: slash, blanks, its raw characters, non-ASCII, what XML escapes. */
const KEY = "dir/a b*('!)~+&<>中.mp4"

const md5 = (bytes: Uint8Array, encoding: 'hex' | 'base64' = 'hex') =>
  createHash('md5').update(bytes).digest(encoding)

/** The client takes text and streams; of bytes it would make text. */
const bodyOf = (bytes: Uint8Array) => ({ Body: Readable.from([bytes]), ContentLength: bytes.byteLength })

const read = ({ Content: stream }: Readonly<Record<string, unknown>>) => buffer(stream as Readable)

/** Tells bytes apart without showing them. */
const same = (actual: Uint8Array, expected: Uint8Array): void => assert.equal(md5(actual), md5(expected))

/** What the client made of a success. */
function succeeded({ CommonMsg: common, InterfaceResult: result }: ObsResult, status = 200) {
  assert.equal(common.Status, status, `${common.Code}: ${common.Message}`)
  return result ?? {}
}

function failed({ CommonMsg: common }: ObsResult, status: number, code: string): void {
  assert.deepEqual([common.Status, common.Code], [status, code])
  assert.match(common.RequestId, /^[0-9A-F]{32}$/)
}

describe('esdk-obs-nodejs, the client of the vendor', () => {
  let rig: ObsRig
  let obs: ObsClient
  const keys = { access_key_id: OWNER.keys.accessKey, secret_access_key: OWNER.keys.secretKey }
  const opened: ObsClient[] = []
  const open = async (options: Partial<Parameters<typeof openObsClient>[0]> = {}) => {
    const client = await openObsClient({ ...keys, server: rig.url, ...options })
    opened.push(client)
    return client
  }
  before(async () => {
    rig = await startObsRig()
    obs = await open()
  })
  after(async () => {
    for (const client of opened) client.close()
    await rig.close()
  })

  const at = { Bucket: BUCKET, Key: KEY }

  test('gets what can run as something to keep, by its type when stored and by that of its link', async () => {
    for (const [stored, QueryParams, expected] of [
      ['text/html', {}, ['text/html', 'attachment']],
      ['video/mp4', { 'response-content-type': 'image/svg+xml' }, ['image/svg+xml', 'attachment']],
      [
        'text/html',
        { 'response-content-disposition': 'inline;filename=a' },
        ['text/html', 'attachment;filename=a'],
      ],
      ['text/html', { 'response-content-type': 'image/png' }, ['image/png', null]],
    ] as const) {
      const put = rig.presigned(KEY, { type: 'put' }, { contentType: stored })
      const sent = await rig.send('PUT', put, { headers: { 'content-type': stored }, body: BODY })
      assert.equal(sent.status, 200)
      const { SignedUrl: url } = obs.createSignedUrlSync({ Method: 'GET', ...at, QueryParams })
      const { status, headers } = await rig.send('GET', url)
      assert.equal(status, 200)
      assert.deepEqual([headers['content-type'], headers['content-disposition'] ?? null], expected)
    }
  })
  const content = async () => {
    return read(succeeded(await obs.getObject({ ...at, SaveAsStream: true })))
  }

  test('puts, heads and gets', async () => {
    for (const bytes of [BODY, LARGE]) {
      const types = { ContentType: 'video/mp4', ContentMD5: md5(bytes, 'base64') }
      const put = succeeded(await obs.putObject({ ...at, ...bodyOf(bytes), ...types }))
      assert.equal(put.ETag, `"${md5(bytes)}"`)
      assert.match(String(put.RequestId), /^[0-9A-F]{32}$/)
      const head = succeeded(await obs.getObjectMetadata(at))
      assert.equal(head.ContentLength, String(bytes.byteLength))
      same(await content(), bytes)
    }
    const range = await obs.getObject({ ...at, Range: 'bytes=10-19', SaveAsStream: true })
    same(await read(succeeded(range, 206)), LARGE.subarray(10, 20))
  })

  test('puts streams of unknown length, and text', async () => {
    succeeded(await obs.putObject({ ...at, Body: Readable.from([BODY, LARGE]) }))
    same(await content(), Buffer.concat([BODY, LARGE]))
    succeeded(await obs.putObject({ ...at, Body: 'text', ContentType: 'video/mp4' }))
    assert.equal((await content()).toString(), 'text')
  })

  test('uploads parts, lists and completes them', async () => {
    const begun = succeeded(await obs.initiateMultipartUpload({ ...at, ContentType: 'video/mp4' }))
    assert.deepEqual([begun.Bucket, begun.Key], [BUCKET, KEY])
    const { UploadId } = begun
    const pieces = [LARGE.subarray(0, 1_000_000), LARGE.subarray(1_000_000)]
    const Parts: { PartNumber: number; ETag: unknown }[] = []
    for (const [index, piece] of pieces.entries()) {
      const PartNumber = index + 1
      const body = {
        Body: Readable.from([piece]),
        PartSize: piece.byteLength,
        ContentMD5: md5(piece, 'base64'),
      }
      const { ETag } = succeeded(await obs.uploadPart({ ...at, UploadId, PartNumber, ...body }))
      assert.equal(ETag, `"${md5(piece)}"`)
      Parts.push({ PartNumber, ETag })
    }
    succeeded(await obs.uploadPart({ ...at, UploadId, PartNumber: 9, ...bodyOf(BODY) }))
    const first = succeeded(await obs.listParts({ ...at, UploadId, MaxParts: 2 }))
    assert.deepEqual([first.IsTruncated, first.NextPartNumberMarker, first.MaxParts], ['true', '2', '2'])
    const { NextPartNumberMarker: PartNumberMarker } = first
    const rest = succeeded(await obs.listParts({ ...at, UploadId, PartNumberMarker, EncodingType: 'url' }))
    assert.equal(rest.Key, KEY)
    assert.deepEqual(
      [...(first.Parts as Record<string, string>[]), ...(rest.Parts as Record<string, string>[])].map(
        ({ PartNumber, ETag, Size }) => [PartNumber, ETag, Size],
      ),
      [
        ['1', `"${md5(LARGE.subarray(0, 1_000_000))}"`, '1000000'],
        ['2', `"${md5(LARGE.subarray(1_000_000))}"`, '500000'],
        ['9', `"${md5(BODY)}"`, String(BODY.byteLength)],
      ],
    )
    const done = succeeded(await obs.completeMultipartUpload({ ...at, UploadId, Parts }))
    assert.match(String(done.ETag), /^"[0-9a-f]{32}-2"$/)
    assert.deepEqual([done.Bucket, done.Key], [BUCKET, KEY])
    same(await content(), LARGE)
    const head = succeeded(await obs.getObjectMetadata(at))
    assert.deepEqual([head.ETag, head.ContentType], [done.ETag, 'video/mp4'])
  })

  test('aborts, and hears why parts cannot be completed', async () => {
    const { UploadId } = succeeded(await obs.initiateMultipartUpload(at))
    const { ETag } = succeeded(await obs.uploadPart({ ...at, UploadId, PartNumber: 1, ...bodyOf(BODY) }))
    const complete = (Parts: readonly object[]) => obs.completeMultipartUpload({ ...at, UploadId, Parts })
    failed(await complete([{ PartNumber: 2, ETag }]), 400, 'InvalidPart')
    failed(await complete([{ PartNumber: 1, ETag: `"${md5(LARGE)}"` }]), 400, 'InvalidPart')
    succeeded(await obs.uploadPart({ ...at, UploadId, PartNumber: 2, ...bodyOf(BODY) }))
    assert.ok(BODY.byteLength < PART_SIZE_MIN)
    const both = [1, 2].map((PartNumber) => ({ PartNumber, ETag }))
    failed(await complete(both), 400, 'EntityTooSmall')
    succeeded(await obs.abortMultipartUpload({ ...at, UploadId }), 204)
    failed(await obs.abortMultipartUpload({ ...at, UploadId }), 404, 'NoSuchUpload')
  })

  test('hears of refusals in the vendor’s words', async () => {
    failed(await obs.getObject({ ...at, Key: 'none.mp4' }), 404, 'NoSuchKey')
    const wrong = await open({ secret_access_key: 'wrong' })
    failed(await wrong.putObject({ ...at, ...bodyOf(BODY) }), 403, 'SignatureDoesNotMatch')
    const unknown = await open({ access_key_id: 'UNKNOWN' })
    failed(await unknown.putObject({ ...at, ...bodyOf(BODY) }), 403, 'InvalidAccessKeyId')
    failed(
      await obs.putObject({ ...at, ...bodyOf(BODY), ContentMD5: md5(LARGE, 'base64') }),
      400,
      'BadDigest',
    )
    rig.clock.advance(15 * 60_000 + 5000)
    failed(await obs.putObject({ ...at, ...bodyOf(BODY) }), 403, 'RequestTimeTooSkewed')
    rig.clock.advance(-(15 * 60_000 + 5000))
  })

  test('makes URLs of both kinds that work', async () => {
    const headers = { 'Content-Type': 'video/mp4', 'Content-MD5': md5(BODY, 'base64') }
    for (const [signature, server] of [
      ['v2', rig.url] as const,
      ['obs', 'http://obs.example.com'] as const,
    ]) {
      const client = await open({ signature, server, security_token: 'token' })
      const made = client.createSignedUrlSync({ Method: 'PUT', ...at, Expires: 600, Headers: headers })
      const path = made.SignedUrl.replace(/^http:\/\/[^/]*/, '')
      const url = rig.url + (signature === 'v2' ? path : `/${BUCKET}${path}`)
      assert.match(url, signature === 'v2' ? /[?&]AWSAccessKeyId=/ : /[?&]AccessKeyId=/)
      const answer = await rig.send('PUT', url, { headers, body: BODY })
      assert.equal(answer.status, 200, answer.body.toString())
      const other = { ...headers, 'Content-Type': 'video/quicktime' }
      assert.equal((await rig.send('PUT', url, { headers: other, body: BODY })).status, 403)
      const list = client.createSignedUrlSync({ Method: 'POST', ...at, SpecialParam: 'uploads' }).SignedUrl
      const begun = list.replace(/^http:\/\/[^/]*/, signature === 'v2' ? rig.url : `${rig.url}/${BUCKET}`)
      assert.equal((await rig.send('POST', begun)).status, 200)
    }
  })
})

import assert from 'node:assert/strict'
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { compactUtc } from '../../src/http/canonical.ts'
import { shows } from '../support/shows.ts'
import { BUCKET, type ObsRig, SIZE_MAX, startObsRig } from './obs-rig.ts'
import { type Answer, OWNER } from './rig.ts'

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const STREAMED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
const CHUNK = 8192

describe('bodies of OBS in chunks that are signed by version 4', () => {
  let rig: ObsRig
  before(async () => {
    rig = await startObsRig()
  })
  after(() => rig.close())

  interface Sent {
    readonly payload?: string
    readonly length?: string | null
    /** Changes the framed body. */
    frame?(body: Buffer): Buffer
  }

  /** As clients of version 4 send a body whose digest they do not know beforehand. */
  function put(
    key: string,
    bytes: Buffer,
    { payload = STREAMED, length, frame }: Sent = {},
  ): Promise<Answer> {
    const timestamp = compactUtc(rig.clock.now())
    const scope = [timestamp.slice(0, 8), 'cn-north-4', 's3', 'aws4_request']
    const own = {
      ...{ host: rig.host, 'x-amz-content-sha256': payload, 'x-amz-date': timestamp },
      ...(length === null ? {} : { 'x-amz-decoded-content-length': length ?? String(bytes.length) }),
    }
    const names = Object.keys(own).toSorted()
    const lines = names.map((name) => `${name}:${Object.entries(own).find(([each]) => each === name)?.[1]}`)
    const path = `/${BUCKET}/${key}`
    const canonical = ['PUT', path, '', ...lines, '', names.join(';'), payload].join('\n')
    const derived = scope.reduce<string | Buffer>(hmac, `AWS4${OWNER.keys.secretKey}`)
    const sign = (text: readonly string[]) => hmac(Buffer.from(derived), text.join('\n')).toString('hex')
    const signature = sign(['AWS4-HMAC-SHA256', timestamp, scope.join('/'), sha256(canonical)])
    let last = signature
    const pieces = Array.from({ length: Math.ceil(bytes.length / CHUNK) + 1 }, (_, at) =>
      bytes.subarray(at * CHUNK, (at + 1) * CHUNK),
    )
    const framed = pieces.flatMap((piece) => {
      const text = ['AWS4-HMAC-SHA256-PAYLOAD', timestamp, scope.join('/'), last, sha256(''), sha256(piece)]
      last = sign(text)
      return [`${piece.length.toString(16)};chunk-signature=${last}\r\n`, piece, '\r\n'].map(Buffer.from)
    })
    const whole = Buffer.concat(framed)
    const credential = `Credential=${[OWNER.keys.accessKey, ...scope].join('/')}`
    const authorization = `AWS4-HMAC-SHA256 ${credential},SignedHeaders=${names.join(';')},Signature=${signature}`
    const headers = { ...own, authorization, 'content-encoding': 'aws-chunked' }
    return rig.send('PUT', rig.url + path, { headers, body: frame?.(whole) ?? whole })
  }
  const read = (key: string) => rig.send('GET', rig.presigned(key, { type: 'get' }))
  const refused = (answer: Answer, status: number, code: string) =>
    assert.deepEqual([answer.status, /<Code>(\w+)/.exec(answer.body.toString())?.[1]], [status, code])

  test('are kept without what is around them', async () => {
    for (const size of [0, 1, CHUNK, 100_000]) {
      const bytes = randomBytes(size)
      const sent = await put(`chunks-${size}`, bytes)
      assert.equal(sent.status, 200, sent.body.toString())
      assert.equal(sent.headers.etag, `"${createHash('md5').update(bytes).digest('hex')}"`)
      assert.ok((await read(`chunks-${size}`)).body.equals(bytes))
    }
    shows('huawei-vod', 'OBS version 4, chunks')
  })

  test('are refused where a chunk is not what was signed, or not framed so, and leave nothing', async () => {
    const bytes = randomBytes(20_000)
    const changed = (body: Buffer) => {
      const copy = Buffer.from(body)
      copy[9000] = (copy[9000] ?? 0) ^ 1
      return copy
    }
    refused(await put('bad', bytes, { frame: changed }), 403, 'SignatureDoesNotMatch')
    refused(await put('bad', bytes, { frame: (body) => body.subarray(0, 12_000) }), 400, 'IncompleteBody')
    refused(await put('bad', bytes, { frame: () => bytes }), 400, 'IncompleteBody')
    refused(await put('bad', bytes, { length: String(bytes.length + 1) }), 400, 'IncompleteBody')
    refused(await put('bad', bytes, { length: null }), 411, 'MissingContentLength')
    refused(await put('bad', bytes, { length: 'x' }), 400, 'InvalidArgument')
    refused(await put('bad', bytes, { length: String(SIZE_MAX + 1) }), 400, 'EntityTooLarge')
    for (const payload of [`${STREAMED}-TRAILER`, 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'])
      refused(await put('bad', bytes, { payload }), 501, 'NotImplemented')
    assert.equal((await read('bad')).status, 404)
    shows('huawei-vod', 'OBS version 4, chunks refused')
  })
})

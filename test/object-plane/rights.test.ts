import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { TosClient, TosServerError } from '@volcengine/tos-sdk'
import COS from 'cos-nodejs-sdk-v5'
import type { AccountKey } from '../../src/core/accounts.ts'
import { ALL_RIGHTS } from '../../src/core/model/accounts.ts'
import { signPolicy } from '../../src/object-plane/cos/signing.ts'
import { OPERATIONS, type PlaneOperation } from '../../src/object-plane/operations.ts'
import { openObsClient } from '../support/esdk-obs.ts'
import { ALL_BUT, bucketKey, ONLY, PREFIXED } from '../support/limited-keys.ts'
import { type CosRig, startCosRig } from './cos-rig.ts'
import { BUCKET, type ObsRig, startObsRig } from './obs-rig.ts'
import { type Answer, OWNER, type Rig, startRig, BUCKET as TOS_BUCKET } from './rig.ts'

const BODY = Buffer.from('ftypmp42 0123456789')
const UPLOAD = 'A'.repeat(32)
const PARTS = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${'a'.repeat(32)}</ETag></Part></CompleteMultipartUpload>`

describe('keys that may do less than all', () => {
  let obs: ObsRig
  let cos: CosRig
  let tos: Rig
  before(async () => {
    obs = await startObsRig([bucketKey(BUCKET), bucketKey('another')])
    cos = await startCosRig()
    tos = await startRig()
  })
  after(() => Promise.all([obs, cos, tos].map((rig) => rig.close())))

  const signer = (keys: AccountKey) => ({ id: OWNER.id, keys })
  const obsUrl = (keys: AccountKey, operation: Parameters<ObsRig['presigned']>[1], key = 'in-a.mp4') =>
    obs.presigned(key, operation, { signer: signer(keys) })
  const form = async (keys: AccountKey, name = 'in-a.mp4') => {
    const fields = new FormData()
    for (const [field, value] of Object.entries(formFields(cos, keys, name))) fields.append(field, value)
    fields.append('file', new Blob([BODY]), 'a.mp4')
    const sent = new Response(fields)
    const headers = { 'content-type': sent.headers.get('content-type') ?? '' }
    return cos.send('POST', `${cos.url}/`, { headers, body: await sent.bytes() })
  }

  /** One request for each operation. Deletions have test/dialects/s3/rights.test.ts. */
  const ASK: Readonly<Record<Exclude<PlaneOperation, 'delete'>, (keys: AccountKey) => Promise<Answer>>> = {
    get: (keys) => obs.send('GET', obsUrl(keys, { type: 'get' })),
    put: (keys) => obs.send('PUT', obsUrl(keys, { type: 'put' }), { body: BODY }),
    post: (keys) => form(keys),
    initiate: (keys) => obs.send('POST', obsUrl(keys, { type: 'initiate' })),
    'list-parts': (keys) => obs.send('GET', obsUrl(keys, { type: 'list-parts', uploadId: UPLOAD })),
    complete: (keys) =>
      obs.send('POST', obsUrl(keys, { type: 'complete', uploadId: UPLOAD }), { body: Buffer.from(PARTS) }),
    abort: (keys) => obs.send('DELETE', obsUrl(keys, { type: 'abort', uploadId: UPLOAD })),
  }

  for (const [operation, ask] of Object.entries(ASK)) {
    const needs = OPERATIONS[operation as PlaneOperation]
    test(`${operation} needs the right to ${needs}, and no other`, async () => {
      const refusal = await ask(ALL_BUT[needs])
      assert.equal(refusal.status, 403)
      assert.match(
        refusal.body.toString(),
        /<Code>AccessDenied<\/Code>\s*<Message>Access Denied\.?<\/Message>/,
      )
      const others = ALL_RIGHTS.may.filter((right) => right !== needs)
      for (const right of others) assert.equal((await ask(ONLY[right])).status, 403, right)
      const passed = await ask(ONLY[needs])
      assert.doesNotMatch(passed.body.toString(), /AccessDenied/)
    })
  }

  test('what shows something needs the right to read, what removes something to delete, all else to write', () => {
    const others = Object.entries(OPERATIONS).filter(([, needs]) => needs !== 'write')
    assert.deepEqual(Object.fromEntries(others), { get: 'read', 'list-parts': 'read', delete: 'delete' })
  })

  test('the parts of an upload are written by who may write', async () => {
    const part = { type: 'part', uploadId: UPLOAD, partNumber: 1 } as const
    const put = (keys: AccountKey) => obs.send('PUT', obsUrl(keys, part), { body: BODY })
    assert.equal((await put(ALL_BUT.write)).status, 403)
    assert.equal((await put(ONLY.write)).status, 404)
  })

  test('a refusal costs the client no byte of its body', async () => {
    const headers = { expect: '100-continue', 'content-length': BODY.byteLength }
    const answer = await obs.send('PUT', obsUrl(ALL_BUT.write, { type: 'put' }), { headers, body: BODY })
    assert.deepEqual([answer.status, answer.continued], [403, false])
  })

  test('a key with a prefix reaches the keys below it, by request and by form, and no others', async () => {
    const put = (key: string) => obs.send('PUT', obsUrl(PREFIXED, { type: 'put' }, key), { body: BODY })
    for (const key of ['in-b.mp4', 'in-/c.mp4']) assert.equal((await put(key)).status, 200)
    for (const key of ['out.mp4', 'i', 'x/in-b.mp4', 'In-b.mp4']) assert.equal((await put(key)).status, 403)
    assert.equal((await form(PREFIXED, 'in-d.mp4')).status, 204)
    assert.equal((await form(PREFIXED, 'out.mp4')).status, 403)
  })

  test('a key with a list of buckets reaches those alone', async () => {
    const put = (keys: AccountKey) => obs.send('PUT', obsUrl(keys, { type: 'put' }), { body: BODY })
    assert.equal((await put(bucketKey(BUCKET))).status, 200)
    assert.equal((await put(bucketKey('another'))).status, 403)
  })

  test('a link of one operation is none of another, whatever its key may do', async () => {
    const link = obsUrl(ONLY.write, { type: 'put' })
    assert.equal((await obs.send('GET', link)).status, 403)
    assert.equal((await obs.send('PUT', link, { body: BODY })).status, 200)
  })

  test('the vendors’ clients tell their users that access is denied', async () => {
    const { accessKey, secretKey } = ALL_BUT.write
    const client = await openObsClient({
      ...{ access_key_id: accessKey, secret_access_key: secretKey, server: obs.url },
    })
    const put = await client.putObject({ Bucket: BUCKET, Key: 'a.mp4', Body: 'text' })
    client.close()
    assert.deepEqual([put.CommonMsg.Status, put.CommonMsg.Code], [403, 'AccessDenied'])

    const tosClient = new TosClient({
      ...{ accessKeyId: accessKey, accessKeySecret: secretKey, region: 'cn-beijing', endpoint: tos.host },
      ...{ bucket: TOS_BUCKET, secure: false, maxRetryCount: 0 },
    })
    await assert.rejects(tosClient.putObject({ key: `${OWNER.id}/a.wav`, body: BODY }), (error) => {
      assert.ok(error instanceof TosServerError)
      assert.deepEqual([error.statusCode, error.code], [403, 'AccessDenied'])
      return true
    })

    const cosClient = new COS({
      ...{ SecretId: accessKey, SecretKey: secretKey, Domain: cos.host, Protocol: 'http:' },
    })
    const at = { Bucket: 'examplebucket-1250000000', Region: 'ap-beijing', Key: cos.path('a.mp4').slice(1) }
    await assert.rejects(cosClient.putObject({ ...at, Body: BODY }), {
      statusCode: 403,
      code: 'AccessDenied',
    })
  })
})

/** A form that the account's own key has signed. */
function formFields(rig: CosRig, { accessKey, secretKey }: AccountKey, name: string): Record<string, string> {
  const now = Math.floor(rig.clock.now() / 1000)
  const keyTime = `${now};${now + 600}`
  const policy = JSON.stringify({
    expiration: new Date((now + 600) * 1000).toISOString(),
    conditions: [{ 'q-sign-algorithm': 'sha1', 'q-ak': accessKey, 'q-sign-time': keyTime }],
  })
  return {
    ...{ key: rig.path(name).slice(1), policy: Buffer.from(policy).toString('base64') },
    ...{ 'q-sign-algorithm': 'sha1', 'q-ak': accessKey, 'q-key-time': keyTime },
    'q-signature': signPolicy(secretKey, keyTime, policy),
  }
}

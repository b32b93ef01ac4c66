import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { compactUtc, deriveKey, hmacSha256 } from '../../../src/http/canonical.ts'
import { ACCOUNT } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { bytesOf, type S3Rig, startS3 } from './rig.ts'

const Bucket = 'forms'

describe('forms to a bucket', () => {
  let rig: S3Rig
  let s3: S3Client
  before(async () => {
    rig = await startS3({ bucket: Bucket })
    s3 = rig.client()
  })
  after(() => rig.stop())

  /** A form as the clients of the vendor sign it. `more` are fields, `conditions` come beside those of the fields. */
  function formOf(more: Record<string, string>, conditions: readonly unknown[] = [], expiresMs = 60_000) {
    const now = Date.now()
    const time = compactUtc(now)
    const scope = [time.slice(0, 8), 'us-east-1', 's3', 'aws4_request']
    const signed = {
      ...more,
      'x-amz-algorithm': 'AWS4-HMAC-SHA256',
      'x-amz-credential': [ACCOUNT.access_key, ...scope].join('/'),
      'x-amz-date': time,
    }
    const each = Object.entries(signed).map(([name, value]) =>
      name === 'key' ? ['starts-with', '$key', value.slice(0, 2)] : { [name]: value },
    )
    const policy = Buffer.from(
      JSON.stringify({
        expiration: new Date(now + expiresMs).toISOString(),
        conditions: [{ bucket: Bucket }, ...each, ...conditions],
      }),
    ).toString('base64')
    const key = deriveKey(`AWS4${ACCOUNT.secret_key}`, scope)
    const fields = { ...signed, policy, 'x-amz-signature': hmacSha256(key, policy).toString('hex') }
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    return form
  }

  async function post(form: FormData, bytes = 'hello', init: RequestInit = {}) {
    form.set('file', new Blob([bytes]), 'name of it.txt')
    return fetch(`${rig.url}/${Bucket}`, { method: 'POST', body: form, ...init })
  }

  test('s3: a signed form keeps its file as its policy allows', async () => {
    const meta = { 'x-amz-meta-colour': 'red', 'content-type': 'text/x-form' }
    const key = 'a/${' + 'filename}'
    const answer = await post(formOf({ key, ...meta, success_action_status: '201' }))
    const text = await answer.text()
    assert.equal(answer.status, 201, text)
    assert.match(text, /<PostResponse><Location>.*<Key>a\/name of it.txt<\/Key>/)
    const Key = 'a/name of it.txt'
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
    assert.deepEqual([head.ContentType, head.Metadata], ['text/x-form', { colour: 'red' }])
    assert.equal(head.ChecksumCRC64NVME, 'M3eFcAZSQlc=')
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
    assert.equal((await bytesOf(Body)).toString(), 'hello')
    assert.equal((await post(formOf({ key: 'b' }))).status, 204)
    const page = 'https://page.example/done?x=1'
    const sent = await post(formOf({ key: 'c', success_action_redirect: page }), 'hi', { redirect: 'manual' })
    assert.equal(sent.status, 303)
    assert.match(
      sent.headers.get('location') ?? '',
      /^https:\/\/page\.example\/done\?x=1&bucket=forms&key=c&etag=/,
    )
    shows('s3', 'PostObject')
  })

  test('s3: a form that its policy does not allow is refused, and keeps nothing', async () => {
    const refused = async (form: FormData, status: number, said: string, bytes = 'hello') => {
      const answer = await post(form, bytes)
      const text = await answer.text()
      assert.equal(answer.status, status, text)
      assert.ok(text.includes(said), text)
    }
    const other = formOf({ key: 'key' })
    other.set('key', 'other')
    await refused(
      other,
      403,
      'Policy Condition failed: [&quot;starts-with&quot;,&quot;$key&quot;,&quot;ke&quot;]',
    )
    const extra = formOf({ key: 'key' })
    extra.set('x-amz-meta-more', 'x')
    await refused(extra, 403, 'Extra input fields: x-amz-meta-more')
    const changed = formOf({ key: 'key' })
    changed.set('x-amz-signature', '0'.repeat(64))
    await refused(changed, 403, '<Code>SignatureDoesNotMatch</Code>')
    await refused(formOf({ key: 'key' }, [], -1000), 403, 'Policy expired.')
    const range = ['content-length-range', 2, 4]
    await refused(formOf({ key: 'key' }, [range]), 400, '<Code>EntityTooLarge</Code>')
    await refused(formOf({ key: 'key' }, [range]), 400, '<Code>EntityTooSmall</Code>', 'x')
    const unsigned = new FormData()
    unsigned.set('key', 'key')
    await refused(unsigned, 403, '<Code>AccessDenied</Code>')
    await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: 'key' })), { name: 'NoSuchKey' })
    shows('s3', 'POST policy')
  })
})

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { OTHER_ACCOUNT } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { type S3Rig, startS3 } from './rig.ts'

const Bucket = 'public'
const ARN = `arn:aws:s3:::${Bucket}`

const policyOf = (...statements: readonly object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((each) => ({ Effect: 'Allow', Principal: '*', ...each })),
  })
const READS = policyOf({ Action: 's3:GetObject', Resource: `${ARN}/shown/*` })

describe('what a bucket lets everybody read', () => {
  let rig: S3Rig
  let s3: S3Client
  before(async () => {
    rig = await startS3({ bucket: Bucket })
    s3 = rig.client()
    for (const Key of ['shown/a.txt', 'hidden.txt']) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
    }
  })
  after(() => rig.stop())

  const statusOf = async (path: string, init?: RequestInit) =>
    (await fetch(`${rig.url}/${path}`, init)).status

  test('s3: who does not sign reads what the policy of a bucket shows, and nothing else', async () => {
    assert.equal(await statusOf(`${Bucket}/shown/a.txt`), 403)
    await assert.rejects(s3.send(new GetBucketPolicyCommand({ Bucket })), { name: 'NoSuchBucketPolicy' })
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: READS }))
    assert.equal((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy, READS)
    const { PolicyStatus } = await s3.send(new GetBucketPolicyStatusCommand({ Bucket }))
    assert.equal(PolicyStatus?.IsPublic, true)
    assert.equal(await (await fetch(`${rig.url}/${Bucket}/shown/a.txt`)).text(), 'shown/a.txt')
    assert.equal(await statusOf(`${Bucket}/shown/none.txt`), 404)
    assert.equal(await statusOf(`${Bucket}/shown/a.txt?response-content-type=text/html`), 400)
    for (const path of [`${Bucket}/hidden.txt`, Bucket, '', `${Bucket}/shown/a.txt?tagging`, 'other/x'])
      assert.equal(await statusOf(path), 403, path)
    for (const method of ['PUT', 'DELETE'])
      assert.equal(await statusOf(`${Bucket}/shown/a.txt`, { method }), 403, method)
    const lists = policyOf({ Action: ['s3:ListBucket'], Resource: [ARN] })
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: lists }))
    assert.match(await (await fetch(`${rig.url}/${Bucket}?list-type=2`)).text(), /<Key>hidden.txt<\/Key>/)
    assert.equal(await statusOf(`${Bucket}/shown/a.txt`), 403)
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }))
    assert.equal(await statusOf(Bucket), 403)
    shows('s3', 'PutBucketPolicy, GetBucketPolicy, GetBucketPolicyStatus')
    shows('s3', 'anonymous')
  })

  test('s3: a policy that says more than reading by all is refused', async () => {
    const put = (Policy: string) => s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    const malformed = { name: 'MalformedPolicy' }
    await assert.rejects(put('{'), malformed)
    await assert.rejects(
      put(policyOf({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::other/*' })),
      malformed,
    )
    const principal = { AWS: 'arn:aws:iam::1:user/a' }
    const one = { Principal: principal, Action: 's3:GetObject', Resource: `${ARN}/*` }
    await assert.rejects(put(policyOf(one)), malformed)
    const missing = { name: 'NotImplemented' }
    await assert.rejects(put(policyOf({ Action: 's3:PutObject', Resource: `${ARN}/*` })), missing)
    await assert.rejects(
      put(policyOf({ Effect: 'Deny', Action: 's3:GetObject', Resource: `${ARN}/*` })),
      missing,
    )
    shows('s3', 'MalformedPolicy')
  })

  test('s3: one account alone has a public bucket of a name', async () => {
    const { access_key, secret_key } = OTHER_ACCOUNT
    const other = rig.client({ credentials: { accessKeyId: access_key, secretAccessKey: secret_key } })
    await other.send(new CreateBucketCommand({ Bucket }))
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: READS }))
    const taken = other.send(new PutBucketPolicyCommand({ Bucket, Policy: READS }))
    await assert.rejects(taken, { name: 'AccessDenied' })
    assert.equal(await statusOf(`${Bucket}/shown/a.txt`), 200)
  })
})

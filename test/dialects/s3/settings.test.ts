import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CreateBucketCommand,
  DeleteBucketCorsCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  ListObjectVersionsCommand,
  PutBucketCorsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { shows } from '../../support/shows.ts'
import { type S3Rig, startS3 } from './rig.ts'

const Bucket = 'settings'

describe('what a bucket has beside its objects', () => {
  let rig: S3Rig
  let s3: S3Client
  before(async () => {
    rig = await startS3({ bucket: Bucket })
    s3 = rig.client()
  })
  after(() => rig.stop())

  test('s3: bucket settings are kept as documents', async () => {
    await assert.rejects(s3.send(new GetBucketTaggingCommand({ Bucket })), { name: 'NoSuchTagSet' })
    const TagSet = [{ Key: 'team', Value: 'one + two' }]
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
    assert.deepEqual((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, TagSet)
    const CORSRules = [{ AllowedOrigins: ['https://a.example'], AllowedMethods: ['GET'], MaxAgeSeconds: 5 }]
    await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
    assert.deepEqual((await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules, CORSRules)
    await s3.send(new DeleteBucketCorsCommand({ Bucket }))
    await assert.rejects(s3.send(new GetBucketCorsCommand({ Bucket })), { name: 'NoSuchCORSConfiguration' })
    assert.deepEqual((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, TagSet)
    shows('s3', 'PutBucketTagging, PutBucketCors')
    assert.equal((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint, undefined)
    assert.equal((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status, undefined)
    const { Grants } = await s3.send(new GetBucketAclCommand({ Bucket }))
    assert.equal(Grants?.[0]?.Permission, 'FULL_CONTROL')
    shows('s3', 'GetBucketLocation, GetBucketVersioning, GetBucketAcl')
  })

  test('s3: what is not served is refused', async () => {
    const missing = { name: 'NotImplemented' }
    await assert.rejects(s3.send(new ListObjectVersionsCommand({ Bucket })), missing)
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await assert.rejects(
      s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration })),
      missing,
    )
    const lock = new CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true })
    await assert.rejects(s3.send(lock), missing)
    shows('s3', 'NotImplemented')
  })
})

test('s3: a demo account is not made for a listener that other machines reach', async () => {
  const settings = { 's3.listen': '0.0.0.0:0' }
  await assert.rejects(
    startS3({ accounts: 'demo', settings }),
    /demo_account: none is made, because s3\.listen/,
  )
})

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { DialectDriver } from '../../contracts/dialect.ts'
import { ACCOUNT, OTHER_ACCOUNT } from '../../support/harness.ts'
import { keyEntry, prefixKey } from '../../support/limited-keys.ts'
import { shows } from '../../support/shows.ts'

import { drivers } from '../drivers.ts'
import { bytesOf, type S3Rig, startS3 } from './rig.ts'

const LIMITED = prefixKey('f')

describe('what every dialect stored, seen by S3', () => {
  let rig: S3Rig
  let s3: S3Client
  before(async () => {
    rig = await startS3({ accounts: [{ ...ACCOUNT, keys: [keyEntry(LIMITED)] }, OTHER_ACCOUNT] })
    s3 = rig.client()
  })
  after(() => rig.stop())

  test('s3: what every dialect stored is listed and read, and overwritten where its own calls would', async () => {
    for (const driver of drivers) await seenByS3(driver)
    shows('s3', 'buckets of dialects')
  })

  async function seenByS3(driver: DialectDriver): Promise<void> {
    const bytes = driver.sample(7)
    const upload = await driver.upload(rig.server.url, `house-${driver.name}.wav`, bytes)
    await upload.complete(rig.server.url)
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}))
    const found: { Bucket: string; Key: string }[] = []
    for (const { Name: Bucket = '' } of Buckets) {
      await s3.send(new HeadBucketCommand({ Bucket }))
      await s3.send(new GetBucketLocationCommand({ Bucket }))
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }))
      for (const { Key = '', Size } of Contents) if (Size === bytes.byteLength) found.push({ Bucket, Key })
    }
    let hasBytes = false
    for (const each of found) {
      const { Body } = await s3.send(new GetObjectCommand(each))
      hasBytes ||= bytes.equals(await bytesOf(Body))
      const denied = { name: 'AccessDenied' }
      if (driver.name !== 'tencent-smh') {
        await assert.rejects(s3.send(new PutObjectCommand({ ...each, Body: 'other' })), denied)
        await assert.rejects(s3.send(new CreateMultipartUploadCommand(each)), denied)
        const CopySource = `${each.Bucket}/${each.Key}`
        await assert.rejects(s3.send(new CopyObjectCommand({ ...each, Key: 'other', CopySource })), denied)
      }
      if (driver.name === 'iflytek-ost') await assert.rejects(s3.send(new DeleteObjectCommand(each)), denied)
      const credentials = { accessKeyId: LIMITED.accessKey, secretAccessKey: LIMITED.secretKey }
      const limited = rig.client({ credentials })
      await assert.rejects(limited.send(new GetObjectCommand(each)), denied)
      const list = new ListObjectsV2Command({ Bucket: each.Bucket, Prefix: 'f' })
      await assert.rejects(limited.send(list), denied)
    }
    assert.ok(hasBytes, `what ${driver.name} stored is not there`)
  }

  test('s3: another account sees nothing of it', async () => {
    const { access_key, secret_key } = OTHER_ACCOUNT
    const other = rig.client({ credentials: { accessKeyId: access_key, secretAccessKey: secret_key } })
    const { Buckets = [] } = await other.send(new ListBucketsCommand({}))
    assert.deepEqual(Buckets, [])
    await assert.rejects(other.send(new ListObjectsV2Command({ Bucket: 'vms' })), { name: 'NoSuchBucket' })
    shows('s3', 'account')
  })
})

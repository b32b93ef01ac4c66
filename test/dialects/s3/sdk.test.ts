import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { shows } from '../../support/shows.ts'
import { bytesOf, type S3Rig, startS3 } from './rig.ts'

describe('@aws-sdk/client-s3, the client of the vendor', () => {
  let rig: S3Rig
  let s3: S3Client
  before(async () => {
    rig = await startS3()
    s3 = rig.client()
  })
  after(() => rig.stop())

  test('s3: makes, finds, lists and removes a bucket', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'first-bucket' }))
    await s3.send(new HeadBucketCommand({ Bucket: 'first-bucket' }))
    const { Buckets = [], Owner } = await s3.send(new ListBucketsCommand({}))
    assert.deepEqual(
      Buckets.map(({ Name }) => Name),
      ['first-bucket'],
    )
    assert.equal(Owner?.ID, '2100056056')
    await assert.rejects(s3.send(new CreateBucketCommand({ Bucket: 'first-bucket' })), {
      name: 'BucketAlreadyOwnedByYou',
    })
    await s3.send(new DeleteBucketCommand({ Bucket: 'first-bucket' }))
    await assert.rejects(s3.send(new HeadBucketCommand({ Bucket: 'first-bucket' })), { name: 'NotFound' })
    shows('s3', 'CreateBucket')
    shows('s3', 'HeadBucket')
    shows('s3', 'ListBuckets')
    shows('s3', 'DeleteBucket')
    shows('s3', 'BucketAlreadyOwnedByYou')
  })

  test('s3: puts, heads, gets and deletes an object, with what belongs to it', async () => {
    const Bucket = 'objects'
    await s3.send(new CreateBucketCommand({ Bucket }))
    const Body = randomBytes(300_000)
    const Key = 'a folder/ä&<b>.bin'
    const put = await s3.send(
      new PutObjectCommand({
        ...{ Bucket, Key, Body, ContentType: 'text/x-own', CacheControl: 'max-age=7' },
        Metadata: { colour: 'blue' },
      }),
    )
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key }))
    assert.equal(head.ETag, put.ETag)
    assert.deepEqual(
      [head.ContentLength, head.ContentType, head.CacheControl, head.Metadata],
      [Body.byteLength, 'text/x-own', 'max-age=7', { colour: 'blue' }],
    )
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }))
    assert.ok(Body.equals(await bytesOf(got.Body)))
    const part = await s3.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=10-19' }))
    assert.ok(Body.subarray(10, 20).equals(await bytesOf(part.Body)))
    await s3.send(new DeleteObjectCommand({ Bucket, Key }))
    await s3.send(new DeleteObjectCommand({ Bucket, Key }))
    await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key })), { name: 'NoSuchKey' })
    shows('s3', 'PutObject')
    shows('s3', 'HeadObject')
    shows('s3', 'GetObject')
    shows('s3', 'DeleteObject')
    shows('s3', 'NoSuchKey')
    shows('s3', 'x-amz-meta-*')
    shows('s3', 'Range')
    shows('s3', 'AWS4-HMAC-SHA256 in the header')
  })

  test('s3: puts a stream in chunks, with a checksum behind it', async () => {
    const Bucket = 'streams'
    await s3.send(new CreateBucketCommand({ Bucket }))
    const bytes = randomBytes(1_000_000)
    for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const) {
      const Body = Readable.from([bytes.subarray(0, 7), bytes.subarray(7)])
      const Key = ChecksumAlgorithm
      await s3.send(
        new PutObjectCommand({ Bucket, Key, Body, ContentLength: bytes.byteLength, ChecksumAlgorithm }),
      )
      const got = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
      assert.ok(bytes.equals(await bytesOf(got.Body)), Key)
      assert.ok(got[`Checksum${ChecksumAlgorithm}`], Key)
    }
    shows('s3', 'aws-chunked')
    shows('s3', 'x-amz-checksum-*')
  })

  test('s3: lists keys by prefix, delimiter and marker in both forms, and deletes many', async () => {
    const Bucket = 'lists'
    await s3.send(new CreateBucketCommand({ Bucket }))
    const keys = ['a/1', 'a/2', 'b', 'c/1', 'd & <e>']
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
    const all = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 2 }))
    assert.deepEqual([all.KeyCount, all.IsTruncated], [2, true])
    const rest = await s3.send(
      new ListObjectsV2Command({ Bucket, ContinuationToken: all.NextContinuationToken }),
    )
    const found = [...(all.Contents ?? []), ...(rest.Contents ?? [])].map(({ Key }) => Key)
    assert.deepEqual(found, keys)
    const top = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: '/', Marker: 'a/' }))
    assert.deepEqual(
      [top.CommonPrefixes?.map(({ Prefix }) => Prefix), top.Contents?.map(({ Key }) => Key)],
      [['c/'], ['b', 'd & <e>']],
    )
    const deleted = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
    )
    assert.deepEqual(
      deleted.Deleted?.map(({ Key }) => Key),
      keys,
    )
    assert.equal((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0)
    shows('s3', 'ListObjects')
    shows('s3', 'ListObjectsV2')
    shows('s3', 'DeleteObjects')
  })
})

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { digestOf } from '../../../src/core/bytes/digests.ts'
import { shows } from '../../support/shows.ts'
import { type S3Rig, startS3 } from './rig.ts'

const Bucket = 'checksums'
const PARTS = [randomBytes(5 * 1024 ** 2), randomBytes(999)]
const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')

describe('checksums of uploads, and their list', () => {
  let rig: S3Rig
  let s3: S3Client
  before(async () => {
    rig = await startS3({ bucket: Bucket })
    s3 = rig.client()
  })
  after(() => rig.stop())

  async function begin(
    Key: string,
    more: { ChecksumAlgorithm?: ChecksumAlgorithm; ChecksumType?: 'FULL_OBJECT' },
  ) {
    const { UploadId, ...begun } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))
    const parts = []
    for (const [index, Body] of PARTS.entries()) {
      const PartNumber = index + 1
      const { ChecksumAlgorithm } = more
      const part = {
        Bucket,
        Key,
        UploadId,
        PartNumber,
        Body,
        ...(ChecksumAlgorithm ? { ChecksumAlgorithm } : {}),
      }
      const { $metadata: _, ...told } = await s3.send(new UploadPartCommand(part))
      parts.push({
        PartNumber,
        ETag: told.ETag,
        ...(more.ChecksumAlgorithm === 'SHA256' ? { ChecksumSHA256: told.ChecksumSHA256 } : {}),
      })
    }
    return { begun, upload: { Bucket, Key, UploadId }, MultipartUpload: { Parts: parts } }
  }

  test('s3: an upload keeps the checksums of its parts, and one of them all', async () => {
    const { begun, upload, MultipartUpload } = await begin('composite', { ChecksumAlgorithm: 'SHA256' })
    assert.deepEqual([begun.ChecksumAlgorithm, begun.ChecksumType], ['SHA256', 'COMPOSITE'])
    const sums = PARTS.map((bytes) => createHash('sha256').update(bytes).digest())
    const listed = await s3.send(new ListPartsCommand(upload))
    assert.deepEqual(
      [listed.ChecksumAlgorithm, ...(listed.Parts ?? []).map(({ ChecksumSHA256 }) => ChecksumSHA256)],
      ['SHA256', ...sums.map((sum) => sum.toString('base64'))],
    )
    const wrong = structuredClone(MultipartUpload)
    if (wrong.Parts[0]) wrong.Parts[0].ChecksumSHA256 = sums[1]?.toString('base64')
    await assert.rejects(s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: wrong })), {
      name: 'InvalidPart',
    })
    const whole = createHash('sha256').update(Buffer.concat(sums)).digest('base64')
    const completed = await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }))
    assert.deepEqual([completed.ChecksumSHA256, completed.ChecksumType], [`${whole}-2`, 'COMPOSITE'])
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'composite', ChecksumMode: 'ENABLED' }))
    assert.equal(head.ChecksumSHA256, `${whole}-2`)
    shows('s3', 'x-amz-checksum-type')
  })

  test('s3: a checksum of the whole is put together from those of the parts', async () => {
    const { upload, MultipartUpload } = await begin('whole', {
      ...{ ChecksumAlgorithm: 'CRC32C', ChecksumType: 'FULL_OBJECT' },
    })
    const own = base64(digestOf('crc32c', Buffer.concat(PARTS)))
    const refused = { ...upload, MultipartUpload, ChecksumCRC32C: 'AAAAAA==' }
    await assert.rejects(s3.send(new CompleteMultipartUploadCommand(refused)), { name: 'BadDigest' })
    const completed = await s3.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload, ChecksumCRC32C: own }),
    )
    assert.deepEqual([completed.ChecksumCRC32C, completed.ChecksumType], [own, 'FULL_OBJECT'])
    shows('s3', 'BadDigest')
  })

  test('s3: unfinished uploads are listed, and go with their bucket', async () => {
    const at = { Bucket: 'unfinished' }
    await s3.send(new CreateBucketCommand(at))
    for (const Key of ['a/1', 'a/2', 'b', 'b'])
      await s3.send(new CreateMultipartUploadCommand({ ...at, Key, ChecksumAlgorithm: 'CRC32' }))
    const list = async (more: object) => s3.send(new ListMultipartUploadsCommand({ ...at, ...more }))
    const keysOf = ({ Uploads = [] }: Awaited<ReturnType<typeof list>>) => Uploads.map(({ Key }) => Key)
    const all = await list({})
    assert.deepEqual(keysOf(all), ['a/1', 'a/2', 'b', 'b'])
    assert.deepEqual(all.Uploads?.[0]?.ChecksumAlgorithm, 'CRC32')
    assert.deepEqual(keysOf(await list({ Prefix: 'a/' })), ['a/1', 'a/2'])
    const top = await list({ Delimiter: '/' })
    assert.deepEqual([top.CommonPrefixes, keysOf(top)], [[{ Prefix: 'a/' }], ['b', 'b']])
    const first = await list({ MaxUploads: 3 })
    assert.deepEqual([first.IsTruncated, first.NextKeyMarker], [true, 'b'])
    const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = first
    assert.deepEqual(keysOf(await list({ KeyMarker, UploadIdMarker })), ['b'])
    assert.deepEqual(keysOf(await list({ KeyMarker })), [])
    await s3.send(new DeleteBucketCommand(at))
    await assert.rejects(list({}), { name: 'NoSuchBucket' })
    shows('s3', 'ListMultipartUploads')
  })
})

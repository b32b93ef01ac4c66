import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { shows } from '../../support/shows.ts'
import { bytesOf, type S3Rig, startS3 } from './rig.ts'

const PART = 5 * 1024 ** 2
const Bucket = 'parts'

describe('parts, copies and conditions by the client of the vendor', () => {
  let rig: S3Rig
  let s3: S3Client
  before(async () => {
    rig = await startS3({ bucket: Bucket })
    s3 = rig.client()
  })
  after(() => rig.stop())

  const put = (Key: string, Body: Uint8Array | string, more = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))
  const get = async (Key: string, more = {}) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }))
    return bytesOf(Body)
  }

  test('s3: an upload of parts is listed, completed, completed again, and read by part', async () => {
    const Key = 'in-parts.bin'
    const bytes = [randomBytes(PART), randomBytes(1000)]
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key, Metadata: { colour: 'red' } }),
    )
    const parts: { PartNumber: number; ETag: string | undefined }[] = []
    for (const [index, Body] of bytes.entries()) {
      const PartNumber = index + 1
      const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }))
      parts.push({ PartNumber, ETag })
    }
    const listed = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }))
    assert.deepEqual(
      listed.Parts?.map(({ PartNumber, Size, ETag }) => [PartNumber, Size, ETag]),
      bytes.map(({ byteLength }, index) => [index + 1, byteLength, parts[index]?.ETag]),
    )
    const complete = () =>
      s3.send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts: parts } }),
      )
    const first = await complete()
    assert.match(first.ETag ?? '', /^"[0-9a-f]{32}-2"$/)
    assert.equal((await complete()).ETag, first.ETag)
    assert.ok(Buffer.concat(bytes).equals(await get(Key)))
    assert.ok(bytes[1]?.equals(await get(Key, { PartNumber: 2 })))
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key, PartNumber: 1 }))
    assert.deepEqual([head.PartsCount, head.ContentLength, head.Metadata], [2, PART, { colour: 'red' }])
    const { ObjectParts, ObjectSize } = await s3.send(
      new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['ObjectParts', 'ObjectSize'] }),
    )
    assert.deepEqual([ObjectParts?.TotalPartsCount, ObjectSize], [2, PART + 1000])
    shows('s3', 'CreateMultipartUpload')
    shows('s3', 'UploadPart')
    shows('s3', 'ListParts')
    shows('s3', 'CompleteMultipartUpload')
    shows('s3', 'partNumber')
    shows('s3', 'GetObjectAttributes')
  })

  test('s3: an upload that was aborted is gone', async () => {
    const Key = 'aborted.bin'
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
    await assert.rejects(s3.send(new ListPartsCommand({ Bucket, Key, UploadId })), { name: 'NoSuchUpload' })
    await assert.rejects(get(Key), { name: 'NoSuchKey' })
    shows('s3', 'AbortMultipartUpload')
    shows('s3', 'NoSuchUpload')
  })

  test('s3: a copy has the bytes and what belongs to them, and stays when its source goes', async () => {
    const bytes = randomBytes(200_000)
    await put('source', bytes, { Metadata: { colour: 'green' }, ContentType: 'text/x-source' })
    const CopySource = `${Bucket}/source`
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }))
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'source' }))
    assert.ok(bytes.equals(await get('copy')))
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'copy' }))
    assert.deepEqual([head.Metadata, head.ContentType], [{ colour: 'green' }, 'text/x-source'])
    await assert.rejects(s3.send(new CopyObjectCommand({ Bucket, Key: 'late', CopySource })), {
      name: 'NoSuchKey',
    })
    const Key = 'of-a-part'
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    const { CopyPartResult } = await s3.send(
      new UploadPartCopyCommand({
        ...{ Bucket, Key, UploadId, PartNumber: 1 },
        ...{ CopySource: `${Bucket}/copy`, CopySourceRange: 'bytes=10-99' },
      }),
    )
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: CopyPartResult?.ETag }] }
    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }))
    assert.ok(bytes.subarray(10, 100).equals(await get(Key)))
    shows('s3', 'CopyObject')
    shows('s3', 'UploadPartCopy')
  })

  test('s3: writes and deletes keep to the conditions of the client', async () => {
    const Key = 'conditions'
    const { ETag } = await put(Key, 'first', { IfNoneMatch: '*' })
    const failed = { name: 'PreconditionFailed' }
    await assert.rejects(put(Key, 'second', { IfNoneMatch: '*' }), failed)
    await assert.rejects(put(Key, 'second', { IfMatch: '"other"' }), failed)
    await assert.rejects(put('none', 'second', { IfMatch: ETag }), { name: 'NoSuchKey' })
    const second = await put(Key, 'second', { IfMatch: ETag })
    await assert.rejects(s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch: ETag })), failed)
    assert.equal((await get(Key)).toString(), 'second')
    await s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch: second.ETag }))
    await assert.rejects(get(Key), { name: 'NoSuchKey' })
    shows('s3', 'If-Match, If-None-Match')
    shows('s3', 'PreconditionFailed')
  })

  test('s3: tags are kept, and a URL that was signed is enough to read and write', async () => {
    const Key = 'tagged & signed'
    const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key }), { expiresIn: 60 })
    assert.equal((await fetch(url, { method: 'PUT', body: 'by URL' })).status, 200)
    const read = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60 })
    assert.equal(await (await fetch(read)).text(), 'by URL')
    assert.equal((await fetch(`${read}0`)).status, 403)
    const TagSet = [{ Key: 'a', Value: 'b + c' }]
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } }))
    assert.deepEqual((await s3.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet, TagSet)
    shows('s3', 'PutObjectTagging')
    shows('s3', 'GetObjectTagging')
    shows('s3', 'AWS4-HMAC-SHA256 in the query')
  })
})

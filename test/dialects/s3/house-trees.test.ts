import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  type ObjectAttributes,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { LIBRARIES } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { clientOf, type SmhClient } from '../tencent-smh/rig.ts'
import { bytesOf, type S3Rig, startS3 } from './rig.ts'

const Bucket = `smh-${LIBRARIES.file.id}`
const FILES = `file/${LIBRARIES.file.id}/-`

describe('files of trees by S3', () => {
  let rig: S3Rig
  let s3: S3Client
  let smh: SmhClient
  before(async () => {
    rig = await startS3()
    s3 = rig.client()
    smh = clientOf(rig.server.url)
  })
  after(() => rig.stop())

  const put = (Key: string, Body: string | Buffer, more: object = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))
  const get = async (Key: string) => bytesOf((await s3.send(new GetObjectCommand({ Bucket, Key }))).Body)
  const keysOf = async (Prefix: string, Delimiter?: string) => {
    const more = Delimiter === undefined ? {} : { Delimiter }
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ...more }))
    const { Contents = [], CommonPrefixes = [] } = page
    return [...CommonPrefixes.map((each) => each.Prefix), ...Contents.map(({ Key }) => Key)]
  }

  test('s3: files of a tree are written, listed and deleted by the rules of their library', async () => {
    const bytes = randomBytes(200_000)
    const { ETag } = await put('a/b/one.bin', bytes, { Metadata: { mtime: '1700000000.5', Name: 'one' } })
    assert.equal(ETag, `"${createHash('md5').update(bytes).digest('hex')}"`)
    const listed = await s3.send(new ListObjectsV2Command({ Bucket }))
    assert.equal(listed.Contents?.[0]?.ETag, ETag)
    assert.deepEqual(await smh.download('a/b/one.bin'), bytes)
    const info = await smh.expect(200, 'GET', `${FILES}/a/b/one.bin`, {
      ...{ info: null, access_token: await smh.token() },
    })
    assert.equal(info.size, '200000')
    assert.match(String(info.crc64), /^\d+$/)
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a/b/one.bin' }))
    assert.deepEqual(
      { etag: head.ETag, size: head.ContentLength, mtime: head.Metadata?.mtime, name: head.Metadata?.name },
      { etag: ETag, size: 200_000, mtime: '1700000000.5', name: 'one' },
    )
    await put('a/b.txt', 'text')
    assert.deepEqual(await keysOf(''), ['a/b.txt', 'a/b/one.bin'])
    assert.deepEqual(await keysOf('a/', '/'), ['a/b/', 'a/b.txt'])
    await put('a/b/one.bin', 'other')
    assert.equal((await smh.download('a/b/one.bin'))?.toString(), 'other')
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a/b/one.bin' }))
    assert.equal(await smh.download('a/b/one.bin'), null)
    const bin = await smh.expect(200, 'GET', `recycled/${LIBRARIES.file.id}/-`, {
      access_token: await smh.token(),
    })
    assert.ok(JSON.stringify(bin).includes('one.bin'), 'it is not in the bin')
    shows('s3', 'smh-<library>[-<space>]')
  })

  test('a key that ends in a slash is a directory, which goes only while nothing is in it', async () => {
    await put('folders/empty/', '')
    assert.deepEqual(await keysOf('folders/'), ['folders/empty/'])
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'folders/empty/' }))
    assert.deepEqual([head.ContentLength, head.ContentType], [0, 'application/x-directory'])
    assert.equal((await get('folders/empty/')).byteLength, 0)
    await put('folders/full/', '')
    await put('folders/full/', '')
    await put('folders/full/file', 'x')
    for (const Key of ['folders/full/', 'folders/empty/', 'folders/none/'])
      await s3.send(new DeleteObjectCommand({ Bucket, Key }))
    assert.deepEqual(await keysOf('folders/'), ['folders/full/file'])
    await assert.rejects(put('folders/full/', 'bytes'), { name: 'InvalidArgument' })
    await assert.rejects(put('folders/full', 'bytes'), { name: 'OperationAborted' })
    await assert.rejects(put('folders/full/file/below', 'bytes'), { name: 'OperationAborted' })
    assert.equal((await get('folders/full/file')).toString(), 'x')
  })

  test('names that the library does not allow are refused, and nothing is left of them', async () => {
    for (const Key of ['/front', 'two//slashes', 'a:b', 'back\\slash', `${'n'.repeat(256)}`, 'x/../y'])
      await assert.rejects(put(Key, 'bytes'), { name: 'InvalidArgument' }, Key)
    assert.deepEqual(await keysOf('two'), [])
    const media = { Bucket: `smh-${LIBRARIES.media.id}`, Body: 'x' }
    for (const Key of ['root.jpg', 'album/file.exe', 'album/deeper/a.jpg'])
      await assert.rejects(s3.send(new PutObjectCommand({ ...media, Key })), { name: 'InvalidArgument' }, Key)
    await s3.send(new PutObjectCommand({ ...media, Key: 'album/a.jpg' }))
  })

  test('an upload of parts becomes a file, and a repeated complete is answered as the first one', async () => {
    const Key = 'parts/large.mp4'
    const [one, two] = [randomBytes(5 * 1024 ** 2), randomBytes(70_000)]
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key, Metadata: { colour: 'blue' } }),
    )
    const Parts: { PartNumber: number; ETag: string | undefined }[] = []
    for (const [index, Body] of [one, two].entries()) {
      const part = { Bucket, Key, UploadId, PartNumber: index + 1, Body }
      Parts.push({ PartNumber: index + 1, ETag: (await s3.send(new UploadPartCommand(part))).ETag })
    }
    const listed = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }))
    assert.deepEqual(
      listed.Parts?.map(({ Size }) => Size),
      [one.byteLength, two.byteLength],
    )
    const complete = { Bucket, Key, UploadId, MultipartUpload: { Parts } }
    const { ETag } = await s3.send(new CompleteMultipartUploadCommand(complete))
    assert.match(String(ETag), /^"[0-9a-f]{32}-2"$/)
    assert.equal((await s3.send(new CompleteMultipartUploadCommand(complete))).ETag, ETag)
    assert.deepEqual(await smh.download(Key), Buffer.concat([one, two]))
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key }))
    assert.deepEqual([head.ETag, head.Metadata?.colour, head.ContentType], [ETag, 'blue', 'video/mp4'])
    const tags = await s3.send(new GetObjectTaggingCommand({ Bucket, Key }))
    assert.deepEqual(tags.TagSet, [])
    const ObjectAttributes: ObjectAttributes[] = ['ObjectSize', 'ETag', 'ObjectParts']
    const told = await s3.send(new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes }))
    assert.deepEqual([told.ObjectSize, told.ObjectParts?.TotalPartsCount], [5 * 1024 ** 2 + 70_000, 2])
    const tagging = { TagSet: [{ Key: 'a', Value: 'b' }] }
    await assert.rejects(s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: tagging })), {
      name: 'AccessDenied',
    })
    const gone = new ListPartsCommand({ Bucket, Key: 'parts/other', UploadId })
    await assert.rejects(s3.send(gone), { name: 'NoSuchUpload' })
  })

  test('conditions are those of the file that is there', async () => {
    const Key = 'conditions.txt'
    const { ETag } = await put(Key, 'first', { IfNoneMatch: '*' })
    await assert.rejects(put(Key, 'x', { IfNoneMatch: '*' }), { name: 'PreconditionFailed' })
    await assert.rejects(put(Key, 'x', { IfMatch: '"other"' }), { name: 'PreconditionFailed' })
    await assert.rejects(put('nothing', 'x', { IfMatch: ETag }), { name: 'NoSuchKey' })
    await put(Key, 'second', { IfMatch: ETag })
    const remove = new DeleteObjectCommand({ Bucket, Key, IfMatch: ETag })
    await assert.rejects(s3.send(remove), { name: 'PreconditionFailed' })
    assert.equal((await get(Key)).toString(), 'second')
  })

  test('copies go from trees and into them', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'own' }))
    const bytes = randomBytes(100_000)
    await put('copies/source.bin', bytes, { Metadata: { mtime: '5' } })
    const CopySource = `${Bucket}/copies/source.bin`
    await s3.send(new CopyObjectCommand({ Bucket: 'own', Key: 'copied', CopySource }))
    const own = await s3.send(new GetObjectCommand({ Bucket: 'own', Key: 'copied' }))
    assert.deepEqual([await bytesOf(own.Body), own.Metadata?.mtime], [bytes, '5'])
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'copies/back.bin', CopySource: 'own/copied' }))
    assert.deepEqual(await get('copies/back.bin'), bytes)
    const again = { Bucket, Key: 'copies/source.bin', CopySource }
    await assert.rejects(s3.send(new CopyObjectCommand(again)), { name: 'InvalidRequest' })
    const replace = { ...again, MetadataDirective: 'REPLACE' as const, Metadata: { mtime: '6' } }
    await s3.send(new CopyObjectCommand(replace))
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'copies/source.bin' }))
    assert.deepEqual([head.Metadata, head.ContentLength], [{ mtime: '6' }, 100_000])
  })

  test('quotas hold, and nothing stays of what they refuse', async () => {
    const library = LIBRARIES.plain
    const token = await smh.token('admin', { library: 'plain' })
    await smh.expect(
      201,
      'POST',
      `quota/${library.id}`,
      { access_token: token },
      {
        json: { capacity: '1000', removeWhenExceed: false, spaces: ['-'] },
      },
    )
    const at = { Bucket: `smh-${library.id}`, Key: 'dir/file' }
    await s3.send(new PutObjectCommand({ ...at, Body: randomBytes(900) }))
    await s3.send(new PutObjectCommand({ ...at, Body: randomBytes(1000) }))
    await assert.rejects(s3.send(new PutObjectCommand({ ...at, Body: randomBytes(1001) })), {
      name: 'QuotaExceeded',
    })
    const other = new PutObjectCommand({ ...at, Key: 'other', Body: 'x' })
    await assert.rejects(s3.send(other), { name: 'QuotaExceeded' })
    await s3.send(new DeleteObjectCommand(at))
    await s3.send(other)
  })

  test('links and virtual files, which have no bytes, are not listed', async () => {
    const access_token = await smh.token()
    await put('others/real', 'x')
    const link = { json: { linkTo: 'others/real' } }
    await smh.expect(200, 'PUT', `${FILES}/others/link`, { access_token }, link)
    assert.deepEqual(await keysOf('others/'), ['others/real'])
    await assert.rejects(get('others/link'), { name: 'NoSuchKey' })
  })

  test('another space is another bucket', async () => {
    const token = await smh.token('admin', { library: 'spaces' })
    const { spaceId } = await smh.expect(
      201,
      'POST',
      `space/${LIBRARIES.spaces.id}`,
      { access_token: token },
      {
        json: {},
      },
    )
    const at = { Bucket: `smh-${LIBRARIES.spaces.id}-${spaceId}`, Key: 'f' }
    await s3.send(new PutObjectCommand({ ...at, Body: 'in a space' }))
    const { Body } = await s3.send(new GetObjectCommand(at))
    assert.equal((await bytesOf(Body)).toString(), 'in a space')
    const none = { Bucket: `smh-${LIBRARIES.spaces.id}`, Key: 'f', Body: 'x' }
    await assert.rejects(s3.send(new PutObjectCommand(none)), { name: 'NoSuchBucket' })
  })
})

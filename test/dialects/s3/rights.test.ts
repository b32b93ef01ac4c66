import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { AccountKey } from '../../../src/core/accounts.ts'
import { ALL_RIGHTS, type Right } from '../../../src/core/model/accounts.ts'
import { ACCOUNT, OTHER_ACCOUNT } from '../../support/harness.ts'
import { ALL_BUT, bucketKey, keyEntry, LIMITED_KEYS, ONLY, PREFIXED } from '../../support/limited-keys.ts'
import { shows } from '../../support/shows.ts'
import { bytesOf, type S3Rig, startS3 } from './rig.ts'

const Bucket = 'rights'
const [IN_ONE, IN_OTHER] = [bucketKey(Bucket), bucketKey('another')]
const at = { Bucket, Key: 'in-a.txt' }
const upload = { ...at, UploadId: 'A'.repeat(32) }
const TagSet = [{ Key: 'a', Value: 'b' }]
const CopySource = `${Bucket}/in-source.txt`

/** One request for each operation, with the right that it needs. */
const ASKED: readonly (readonly [string, Right, (client: S3Client) => Promise<unknown>])[] = [
  ['ListBuckets', 'read', (s3) => s3.send(new ListBucketsCommand({}))],
  ['HeadBucket', 'read', (s3) => s3.send(new HeadBucketCommand({ Bucket }))],
  ['CreateBucket', 'admin', (s3) => s3.send(new CreateBucketCommand({ Bucket }))],
  ['DeleteBucket', 'admin', (s3) => s3.send(new DeleteBucketCommand({ Bucket }))],
  ['ListObjects', 'read', (s3) => s3.send(new ListObjectsCommand({ Bucket }))],
  ['ListObjectsV2', 'read', (s3) => s3.send(new ListObjectsV2Command({ Bucket }))],
  ['GetBucketLocation', 'read', (s3) => s3.send(new GetBucketLocationCommand({ Bucket }))],
  ['GetBucketAcl', 'read', (s3) => s3.send(new GetBucketAclCommand({ Bucket }))],
  ['GetBucketTagging', 'read', (s3) => s3.send(new GetBucketTaggingCommand({ Bucket }))],
  ['GetBucketCors', 'read', (s3) => s3.send(new GetBucketCorsCommand({ Bucket }))],
  [
    'PutBucketTagging',
    'admin',
    (s3) => s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } })),
  ],
  ['GetObject', 'read', (s3) => s3.send(new GetObjectCommand(at))],
  ['HeadObject', 'read', (s3) => s3.send(new HeadObjectCommand(at))],
  [
    'GetObjectAttributes',
    'read',
    (s3) => s3.send(new GetObjectAttributesCommand({ ...at, ObjectAttributes: ['ETag'] })),
  ],
  ['GetObjectTagging', 'read', (s3) => s3.send(new GetObjectTaggingCommand(at))],
  ['PutObjectTagging', 'write', (s3) => s3.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet } }))],
  ['DeleteObjectTagging', 'write', (s3) => s3.send(new DeleteObjectTaggingCommand(at))],
  ['PutObject', 'write', (s3) => s3.send(new PutObjectCommand({ ...at, Body: 'text' }))],
  ['DeleteObject', 'delete', (s3) => s3.send(new DeleteObjectCommand(at))],
  [
    'DeleteObjects',
    'delete',
    (s3) => s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: at.Key }] } })),
  ],
  ['CreateMultipartUpload', 'write', (s3) => s3.send(new CreateMultipartUploadCommand(at))],
  ['UploadPart', 'write', (s3) => s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'text' }))],
  ['ListParts', 'read', (s3) => s3.send(new ListPartsCommand(upload))],
  [
    'CompleteMultipartUpload',
    'write',
    (s3) =>
      s3.send(
        new CompleteMultipartUploadCommand({
          ...{ ...upload, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: 'a'.repeat(32) }] } },
        }),
      ),
  ],
  ['AbortMultipartUpload', 'write', (s3) => s3.send(new AbortMultipartUploadCommand(upload))],
]

const isDenied = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403

describe('keys of S3 that may do less than all', () => {
  let rig: S3Rig
  let s3: S3Client
  before(async () => {
    const keys = [...LIMITED_KEYS, IN_ONE, IN_OTHER].map(keyEntry)
    rig = await startS3({ accounts: [{ ...ACCOUNT, keys }, OTHER_ACCOUNT] })
    s3 = rig.client()
    for (const name of [Bucket, 'another']) await s3.send(new CreateBucketCommand({ Bucket: name }))
    for (const Key of ['in-source.txt', 'out-source.txt'])
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
  })
  after(() => rig.stop())

  const clientOf = ({ accessKey, secretKey }: AccountKey) =>
    rig.client({ credentials: { accessKeyId: accessKey, secretAccessKey: secretKey } })

  /** Whether the key was refused for what it may do. Any other answer comes from behind that. */
  const isRefused = async (keys: AccountKey, ask: (client: S3Client) => Promise<unknown>) => {
    try {
      await ask(clientOf(keys))
      return false
    } catch (error) {
      if (isDenied(error)) return true
      assert.ok(error instanceof S3ServiceException, String(error))
      return false
    }
  }

  for (const [name, needs, ask] of ASKED)
    test(`${name} needs the right to ${needs}, and no other`, async () => {
      assert.equal(await isRefused(ALL_BUT[needs], ask), true, 'without it')
      for (const right of ALL_RIGHTS.may)
        assert.equal(await isRefused(ONLY[right], ask), right !== needs, right)
      // A bucket that the last of them removed is there again for the next ones.
      await s3.send(new CreateBucketCommand({ Bucket })).catch(() => {})
    })

  test('s3: what a key may not do is AccessDenied in the envelope of S3', async () => {
    const url = await getSignedUrl(clientOf(ALL_BUT.read), new GetObjectCommand(at), { expiresIn: 60 })
    const answer = await fetch(url)
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [403, 'application/xml'])
    const id = answer.headers.get('x-amz-request-id') ?? ''
    assert.match(id, /^[0-9A-F]{16}$/)
    const text = await answer.text()
    assert.match(text, /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>AccessDenied<\/Code>/)
    assert.ok(
      text.includes(`<Message>Access Denied.</Message><Resource>/${Bucket}/in-a.txt</Resource>`),
      text,
    )
    assert.ok(text.includes(`<RequestId>${id}</RequestId><HostId>`), text)
    shows('s3', 'AccessDenied')
  })

  test('a copy needs the right to read its source and to write its target', async () => {
    const copy = (client: S3Client) => client.send(new CopyObjectCommand({ ...at, CopySource }))
    for (const right of ALL_RIGHTS.may) assert.equal(await isRefused(ONLY[right], copy), true, right)
    for (const right of ['read', 'write'] as const)
      assert.equal(await isRefused(ALL_BUT[right], copy), true, right)
    for (const right of ['delete', 'admin'] as const)
      assert.equal(await isRefused(ALL_BUT[right], copy), false, right)
    const part = { ...upload, PartNumber: 1, CopySource }
    const copyPart = (client: S3Client) => client.send(new UploadPartCopyCommand(part))
    assert.deepEqual(
      [await isRefused(ONLY.read, copyPart), await isRefused(ONLY.write, copyPart)],
      [true, true],
    )
  })

  test('a key with a prefix reaches the keys and lists below it, and no others', async () => {
    const limited = clientOf(PREFIXED)
    const denied = { name: 'AccessDenied' }
    const put = (Key: string) => limited.send(new PutObjectCommand({ Bucket, Key, Body: 'text' }))
    for (const Key of ['in-b', 'in-/c', 'in-']) await put(Key)
    for (const Key of ['out', 'i', 'x/in-b', 'In-b']) await assert.rejects(put(Key), denied, Key)
    const { Contents = [] } = await limited.send(new ListObjectsV2Command({ Bucket, Prefix: 'in-s' }))
    assert.deepEqual(
      Contents.map(({ Key }) => Key),
      ['in-source.txt'],
    )
    for (const Prefix of [undefined, '', 'i', 'out'])
      await assert.rejects(limited.send(new ListObjectsV2Command({ Bucket, Prefix })), denied, Prefix)
    const source = `${Bucket}/out-source.txt`
    await assert.rejects(limited.send(new CopyObjectCommand({ ...at, CopySource: source })), denied)
    await assert.rejects(limited.send(new DeleteBucketCommand({ Bucket: 'another' })), denied)
  })

  test('of many keys, those that a key may not delete are told and stay', async () => {
    const Objects = [{ Key: 'in-gone.txt' }, { Key: 'out-source.txt' }]
    const { Deleted, Errors } = await clientOf(PREFIXED).send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects } }),
    )
    assert.deepEqual(
      [Deleted?.map(({ Key }) => Key), Errors?.map(({ Key, Code }) => [Key, Code])],
      [['in-gone.txt'], [['out-source.txt', 'AccessDenied']]],
    )
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'out-source.txt' }))
    assert.equal((await bytesOf(Body)).toString(), 'out-source.txt')
  })

  test('a key with a list of buckets sees, reads and writes these alone', async () => {
    const seen = async (keys: AccountKey) =>
      (await clientOf(keys).send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)
    assert.deepEqual([await seen(IN_ONE), await seen(IN_OTHER)], [[Bucket], ['another']])
    const put = (client: S3Client) => client.send(new PutObjectCommand({ ...at, Body: 'text' }))
    const list = (client: S3Client) => client.send(new ListObjectsV2Command({ Bucket }))
    for (const ask of [put, list])
      assert.deepEqual([await isRefused(IN_ONE, ask), await isRefused(IN_OTHER, ask)], [false, true])
    const copy = (client: S3Client) =>
      client.send(new CopyObjectCommand({ Bucket: 'another', Key: 'copied', CopySource }))
    assert.equal(await isRefused(IN_OTHER, copy), true)
  })

  test('a URL of one operation is none of another', async () => {
    const url = await getSignedUrl(clientOf(ONLY.write), new PutObjectCommand(at), { expiresIn: 60 })
    assert.equal((await fetch(url)).status, 403)
    assert.equal((await fetch(url, { method: 'PUT', body: 'text' })).status, 200)
  })

  test('an upload of parts is begun in no bucket that is not the client’s own', async () => {
    const begin = (name: string) => s3.send(new CreateMultipartUploadCommand({ Bucket: name, Key: 'a' }))
    for (const name of ['nowhere', 'vms']) await assert.rejects(begin(name), { name: 'NoSuchBucket' }, name)
  })
})

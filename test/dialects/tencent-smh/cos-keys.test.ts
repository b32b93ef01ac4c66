import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import COS from 'cos-nodejs-sdk-v5'
import type { AccountKey } from '../../../src/core/accounts.ts'
import { ALL_BUT, bucketKey, keyEntry, LIMITED_KEYS, ONLY, PREFIXED } from '../../support/limited-keys.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { ACCOUNT, LIBRARIES, OTHER_ACCOUNT, type Rig, startRig } from './rig.ts'
import { bytesOf, callsOf } from './upload-calls.ts'

const BYTES = bytesOf(2000)
const Bucket = 'examplebucket-1250000000'
const WHERE = { Bucket, Region: 'ap-beijing' }
const FILES = `cos/${LIBRARIES.file.id}/-/`
const OF_FILES = bucketKey(`smh-${LIBRARIES.file.id}`)
const ELSEWHERE = bucketKey('vms')
const OWN = { accessKey: ACCOUNT.access_key, secretKey: ACCOUNT.secret_key }
const NAMES = ['docs/a b.txt', 'docs/deep/c.bin', 'in-d.bin', 'z+中.bin']

describe('tencent-smh: files as keys of COS, for keys of the account', () => {
  let rig: Rig
  before(async () => {
    const accounts = [
      { ...ACCOUNT, keys: [...LIMITED_KEYS, OF_FILES, ELSEWHERE].map(keyEntry) },
      OTHER_ACCOUNT,
    ]
    rig = await startRig({ accounts })
    const access_token = await rig.token('admin')
    await rig.expect(201, 'PUT', `directory/${LIBRARIES.file.id}/-/docs/deep`, { access_token })
    for (const name of NAMES) await rig.upload(name, BYTES)
  })
  after(() => rig.stop())

  const client = ({ accessKey, secretKey }: Pick<AccountKey, 'accessKey' | 'secretKey'> = OWN) =>
    new COS({
      ...{ SecretId: accessKey, SecretKey: secretKey, Domain: new URL(rig.url).host, Protocol: 'http:' },
    })
  const at = (name: string) => ({ ...WHERE, Key: FILES + name })
  const isError = (status: number, code: string) => (error: unknown) => {
    const { statusCode, code: told } = error as { readonly statusCode: number; readonly code: string }
    assert.deepEqual([statusCode, told], [status, code])
    return true
  }
  const denied = isError(403, 'AccessDenied')
  const source = (name: string) => `${Bucket}.cos.ap-beijing.myqcloud.com/${encodeURI(FILES + name)}`
  const list = (more: object = {}, by = client()) => by.getBucket({ ...WHERE, Prefix: FILES, ...more })
  const names = ({ Contents }: COS.GetBucketResult) => Contents.map(({ Key }) => Key)
  const prefixes = ({ CommonPrefixes }: COS.GetBucketResult) => CommonPrefixes.map(({ Prefix }) => Prefix)

  test('keys of COS are listed by cos-nodejs-sdk-v5, and read by their paths', async () => {
    const found = await list()
    assert.deepEqual(
      names(found),
      NAMES.map((name) => FILES + name),
    )
    assert.equal(found.IsTruncated, 'false')
    const got = await client().getObject(at('docs/a b.txt'))
    assert.ok(got.Body.equals(BYTES))
    const [first] = found.Contents
    assert.deepEqual([first?.ETag, first?.Size], [got.ETag, String(BYTES.length)])
    await assert.rejects(client().getObject(at('docs')), isError(404, 'NoSuchKey'))
    shows('tencent-smh', 'COS: list')
  })

  test('keys of COS are listed in pages, by prefix, delimiter and marker', async () => {
    assert.deepEqual(prefixes(await list({ Prefix: '', Delimiter: '/' })), ['cos/'])
    const libraries = prefixes(await list({ Prefix: 'cos/', Delimiter: '/' }))
    assert.ok(libraries.includes(`cos/${LIBRARIES.file.id}/`))
    const flat = await list({ Delimiter: '/' })
    assert.deepEqual(prefixes(flat), [`${FILES}docs/`])
    assert.deepEqual(
      names(flat),
      ['in-d.bin', 'z+中.bin'].map((name) => FILES + name),
    )
    const found: string[] = []
    for (let Marker: string | undefined = ''; Marker !== undefined; ) {
      const page: COS.GetBucketResult = await list({ MaxKeys: 1, Marker })
      found.push(...names(page))
      Marker = page.IsTruncated === 'true' ? page.NextMarker : undefined
    }
    assert.equal(found.length, NAMES.length)
    const encoded = await list({ Prefix: `${FILES}z`, EncodingType: 'url' })
    assert.deepEqual(names(encoded), [`${FILES}z%2B%E4%B8%AD.bin`])
    assert.deepEqual(names(await list({ Prefix: `cos/${LIBRARIES.file.id}/none/` })), [])
    await assert.rejects(list({ EncodingType: 'x' }), isError(400, 'InvalidArgument'))
    shows('tencent-smh', 'COS: prefix, delimiter, marker and the like')
  })

  test('keys of COS are copied as SMH copies them, over what is there, in directories that are made', async () => {
    const copy = (more: object = {}) =>
      client().putObjectCopy({ ...at('made/copy.bin'), CopySource: source('docs/a b.txt'), ...more })
    const { ETag } = await client().headObject(at('docs/a b.txt'))
    await assert.rejects(copy({ CopySourceIfMatch: '"0"' }), isError(412, 'PreconditionFailed'))
    await assert.rejects(copy({ CopySourceIfNoneMatch: ETag }), isError(412, 'PreconditionFailed'))
    await assert.rejects(copy({ CopySource: source('none') }), isError(404, 'NoSuchKey'))
    assert.equal((await copy({ CopySourceIfMatch: ETag })).ETag, ETag)
    assert.equal((await copy()).ETag, ETag)
    assert.ok((await rig.download('made/copy.bin'))?.equals(BYTES))
    await client().deleteObject(at('made/copy.bin'))
    shows('tencent-smh', 'COS: copy')
  })

  test('keys of COS are copied to an upload that waits for its confirm', async () => {
    const calls = callsOf(rig, await rig.token())
    const task = await calls.begin('simple', 'confirmed.bin')
    const Key = String(task.path).slice(1)
    await client().putObjectCopy({ ...WHERE, Key, CopySource: source('in-d.bin') })
    assert.equal((await calls.confirm(task.confirmKey)).status, 200)
    assert.ok((await rig.download('confirmed.bin'))?.equals(BYTES))
    const parts = await calls.begin('multipart', 'parts.bin')
    const part = { ...WHERE, Key: String(parts.path).slice(1), UploadId: String(parts.uploadId) }
    const ranged = {
      ...part,
      PartNumber: 1,
      CopySource: source('in-d.bin'),
      CopySourceRange: 'bytes=0-999',
    }
    const copied: COS.UploadPartCopyResult = await client().uploadPartCopy(ranged)
    assert.match(copied.ETag, /^"[0-9a-f]{32}"$/)
    const over = client().uploadPartCopy({ ...ranged, CopySourceRange: 'bytes=0-2000' })
    await assert.rejects(over, isError(400, 'InvalidArgument'))
    assert.equal((await calls.confirm(parts.confirmKey)).status, 200)
    assert.ok((await rig.download('parts.bin'))?.equals(BYTES.subarray(0, 1000)))
    for (const name of ['confirmed.bin', 'parts.bin']) await client().deleteObject(at(name))
    shows('tencent-smh', 'COS: copy to an upload')
  })

  test('keys of COS are deleted one by one and many at once, into the bin where their library has one', async () => {
    for (const name of ['d1.bin', 'd2.bin']) await rig.upload(name, BYTES)
    assert.equal((await client().deleteObject(at('d1.bin'))).statusCode, 204)
    assert.equal((await client().deleteObject(at('d1.bin'))).statusCode, 204)
    const access_token = await rig.token('admin')
    const bin = await rig.expect(200, 'GET', `recycled/${LIBRARIES.file.id}/-`, { access_token })
    assert.deepEqual(
      (bin.contents as readonly { name: string }[])
        .map(({ name }) => name)
        .filter((name) => name === 'd1.bin'),
      ['d1.bin'],
    )
    const many = await client().deleteMultipleObject({
      ...{ ...WHERE, Objects: [{ Key: `${FILES}d2.bin` }, { Key: 'cos/none/-/x' }] },
    })
    assert.deepEqual(
      many.Deleted.map(({ Key }) => Key),
      [`${FILES}d2.bin`],
    )
    assert.deepEqual(
      many.Error.map(({ Key, Code }) => [Key, Code]),
      [['cos/none/-/x', 'NoSuchBucket']],
    )
    assert.equal(await rig.download('d2.bin'), null)
    shows('tencent-smh', 'COS: delete, one or many')
  })

  test('keys of COS are for keys with the rights to it, where those reach', async () => {
    const copy = (key: AccountKey) =>
      client(key).putObjectCopy({ ...at('no.bin'), CopySource: source('docs/a b.txt') })
    for (const key of [ALL_BUT.read, ELSEWHERE, PREFIXED]) await assert.rejects(list({}, client(key)), denied)
    assert.ok(names(await list({}, client(OF_FILES))).length >= NAMES.length)
    await assert.rejects(list({ Prefix: '' }, client(OF_FILES)), denied)
    assert.deepEqual(names(await list({ Prefix: `${FILES}in-` }, client(PREFIXED))), [`${FILES}in-d.bin`])
    assert.ok(names(await list({ Prefix: '' }, client(ONLY.read))).length >= NAMES.length)
    await assert.rejects(client(ALL_BUT.delete).deleteObject(at('in-d.bin')), denied)
    await assert.rejects(copy(ALL_BUT.read), denied)
    await assert.rejects(copy(ALL_BUT.write), denied)
    const stranger = { accessKey: OTHER_ACCOUNT.access_key, secretKey: OTHER_ACCOUNT.secret_key }
    await assert.rejects(client(stranger).deleteObject(at('in-d.bin')), denied)
    await assert.rejects(client(stranger).getObject(at('in-d.bin')), denied)
    shows('tencent-smh', 'COS: rights')
  })

  test('keys of COS are not for the credentials of an upload, nor for a URL that names no copy', async () => {
    const task = await callsOf(rig, await rig.token()).begin('simple', 'only.bin')
    const headers = Object.fromEntries(
      Object.entries(task.headers).map(([name, value]) => [name, String(value)]),
    )
    const send = async (
      method: string,
      path: string,
      more: Readonly<Record<string, string>> = {},
      body = '',
    ) => {
      const { status, bytes } = await sendWire(rig.url + path, {
        ...{ method, headers: { ...headers, ...more, 'content-length': String(body.length) }, body },
      })
      return [status, /<Code>(\w+)/.exec(bytes.toString())?.[1]]
    }
    const refusals = [
      await send('PUT', String(task.path), { 'x-cos-copy-source': source('in-d.bin') }),
      await send('GET', '/?prefix=cos/'),
      await send('GET', '/'),
      await send('DELETE', String(task.path)),
      await send('DELETE', `/${FILES}in-d.bin`),
      await send('GET', `/${FILES}in-d.bin`),
      await send('POST', '/?delete', {}, `<Delete><Object><Key>${FILES}in-d.bin</Key></Object></Delete>`),
    ]
    for (const [at, [status, code]] of refusals.entries())
      assert.ok(
        status === 403 && ['AccessDenied', 'SignatureDoesNotMatch'].includes(String(code)),
        `${at}: ${code}`,
      )
    const url = client().getObjectUrl({
      ...WHERE,
      Key: String(task.path).slice(1),
      Method: 'PUT',
      Sign: true,
    })
    const { status, bytes } = await sendWire(url, {
      ...{ method: 'PUT', headers: { 'x-cos-copy-source': source('in-d.bin') } },
    })
    assert.deepEqual([status, /<Code>(\w+)/.exec(bytes.toString())?.[1]], [403, 'AccessDenied'])
    shows('tencent-smh', 'COS: what credentials of an upload are for')
  })
})

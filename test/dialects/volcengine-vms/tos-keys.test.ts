import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { TosClient, TosServerError } from '@volcengine/tos-sdk'
import type { AccountKey } from '../../../src/core/accounts.ts'
import { asAccountId } from '../../../src/core/ids.ts'
import { sendTos } from '../../object-plane/bucket-requests.ts'
import { sendPlane } from '../../object-plane/rig.ts'
import { ALL_BUT, bucketKey, keyEntry, LIMITED_KEYS, ONLY, PREFIXED } from '../../support/limited-keys.ts'
import { shows } from '../../support/shows.ts'
import { wav } from '../../support/volcengine.ts'
import { ACCOUNT, OTHER_ACCOUNT, type Rig, startRig } from './rig.ts'

const BUCKET = 'volc-voice-resource-bucket'
const ELSEWHERE = bucketKey('smh-library')

describe('volcengine-vms: voice resources as keys of TOS', () => {
  let rig: Rig
  before(async () => {
    const accounts = [{ ...ACCOUNT, keys: [...LIMITED_KEYS, ELSEWHERE].map(keyEntry) }, OTHER_ACCOUNT]
    rig = await startRig({ accounts })
    for (const name of ['a 1.wav', 'b.wav', 'b+中.wav', 'in-c.wav']) await rig.make(name, wav(1))
    await rig.upload('waiting.wav', wav(1))
  })
  after(() => rig.stop())

  const client = (
    { accessKey, secretKey }: Pick<AccountKey, 'accessKey' | 'secretKey'> = {
      accessKey: ACCOUNT.access_key,
      secretKey: ACCOUNT.secret_key,
    },
    options: Readonly<Record<string, unknown>> = {},
  ) =>
    new TosClient({
      ...{ accessKeyId: accessKey, accessKeySecret: secretKey, region: 'cn-beijing', bucket: BUCKET },
      ...{ endpoint: new URL(rig.url).host, secure: false, maxRetryCount: 0, ...options },
    })
  const stranger = { accessKey: OTHER_ACCOUNT.access_key, secretKey: OTHER_ACCOUNT.secret_key }
  const key = (name: string) => `${ACCOUNT.id}/${name}`
  const isError = (status: number, code: string) => (error: unknown) => {
    assert.ok(error instanceof TosServerError, String(error))
    assert.deepEqual([error.statusCode, error.code], [status, code])
    return true
  }
  const names = ({ data }: { data: { Contents: readonly { Key: string }[] } }) =>
    data.Contents.map(({ Key }) => Key)

  test('keys of TOS are listed by @volcengine/tos-sdk in both forms, those that are committed alone', async () => {
    const all = ['a 1.wav', 'b+中.wav', 'b.wav', 'in-c.wav'].map(key)
    const second = await client().listObjectsType2({ prefix: key('') })
    assert.deepEqual(names(second), all)
    assert.deepEqual([second.data.IsTruncated, second.data.KeyCount], [false, 4])
    const [first] = second.data.Contents
    const head = await client().headObject(key('a 1.wav'))
    assert.equal(first?.ETag, head.headers.etag)
    assert.equal(first?.Size, wav(1).length)
    assert.ok(Date.parse(String(first?.LastModified)) > 0)
    const custom = client(undefined, { isCustomDomain: true })
    assert.deepEqual(names(await custom.listObjectsType2({ prefix: key('b') })), all.slice(1, 3))
    shows('volcengine-vms', 'TOS: list')
  })

  test('keys of TOS are listed in pages, by prefix, delimiter and marker', async () => {
    const found: string[] = []
    for (let marker: string | undefined = ''; marker !== undefined; ) {
      const page = await client().listObjects({ prefix: '', maxKeys: 3, marker })
      found.push(...names(page))
      marker = page.data.IsTruncated ? page.data.NextMarker : undefined
    }
    assert.deepEqual(found, ['a 1.wav', 'b+中.wav', 'b.wav', 'in-c.wav'].map(key))
    const paged = await client().listObjectsType2({ maxKeys: 2, listOnlyOnce: true })
    assert.equal(names(paged).length, 2)
    const continuationToken = String(paged.data.NextContinuationToken)
    const rest = await client().listObjectsType2({ continuationToken, listOnlyOnce: true })
    assert.deepEqual(names(rest), ['b.wav', 'in-c.wav'].map(key))
    const rolled = await client().listObjectsType2({ delimiter: '/' })
    assert.deepEqual(rolled.data.CommonPrefixes, [{ Prefix: key('') }])
    assert.deepEqual(names(await client().listObjectsType2({ startAfter: key('b.wav') })), [key('in-c.wav')])
    const encoded = await client().listObjects({ prefix: key('b+'), encodingType: 'url' })
    assert.deepEqual(names(encoded), [key('b%2B%E4%B8%AD.wav')])
    shows('volcengine-vms', 'TOS: prefix, delimiter, marker and the like')
  })

  test('keys of TOS are of one bucket, which a list of buckets names', async () => {
    const { data } = await client().listBuckets()
    assert.deepEqual(
      data.Buckets.map(({ Name }) => Name),
      [BUCKET],
    )
    assert.deepEqual(names(await client(stranger).listObjectsType2({ prefix: key('') })), [])
    shows('volcengine-vms', 'TOS: list of buckets')
  })

  test('keys of TOS are deleted one by one and many at once, as OpenDeleteResource deletes them', async () => {
    for (const name of ['d1.wav', 'd2.wav', 'd3.wav']) await rig.make(name, wav(1))
    const deleted = await client().deleteObject(key('d1.wav'))
    assert.equal(deleted.statusCode, 204)
    assert.equal((await client().deleteObject(key('d1.wav'))).statusCode, 204)
    const many = await client().deleteMultiObjects({
      objects: [{ key: key('d2.wav') }, { key: `${OTHER_ACCOUNT.id}/x.wav` }, { key: key('none.wav') }],
    })
    assert.deepEqual(
      many.data.Deleted.map(({ Key }) => Key),
      [key('d2.wav'), key('none.wav')],
    )
    assert.deepEqual(
      many.data.Error.map(({ Key, Code }) => [Key, Code]),
      [[`${OTHER_ACCOUNT.id}/x.wav`, 'AccessDenied']],
    )
    const quiet = await client().deleteMultiObjects({ quiet: true, objects: [{ key: key('d3.wav') }] })
    assert.deepEqual(quiet.data.Deleted, [])
    assert.deepEqual(names(await client().listObjectsType2({ prefix: key('d') })), [])
    assert.deepEqual(await rig.list({ Type: 0, Keyword: 'd1.wav' }), [])
    shows('volcengine-vms', 'TOS: delete, one or many')
  })

  test('keys of TOS are copied to a FileName that waits for its commit', async () => {
    const copied = await client().copyObject({
      ...{ key: key('copy.wav'), srcBucket: BUCKET, srcKey: key('b+中.wav') },
    })
    const source = await client().headObject(key('b+中.wav'))
    assert.equal(copied.data.ETag, source.headers.etag)
    await assert.rejects(client().headObject(key('copy.wav')))
    await rig.commit('copy.wav')
    const got = await client().getObjectV2({ key: key('copy.wav'), dataType: 'buffer' })
    assert.deepEqual(got.data.content, wav(1))
    const asGo = { key: key('copy.wav'), headers: { 'x-tos-copy-source': `/${BUCKET}/${key('a+1.wav')}` } }
    assert.equal((await client().copyObject(asGo)).data.ETag, source.headers.etag)
    await client().deleteObject(key('copy.wav'))
    shows('volcengine-vms', 'TOS: copy')
  })

  test('keys of TOS are copied only where source and conditions are as asked', async () => {
    const copy = (more: object, by = client()) =>
      by.copyObject({ key: key('no.wav'), srcBucket: BUCKET, srcKey: key('b.wav'), ...more })
    await assert.rejects(copy({ srcKey: key('none.wav') }), isError(404, 'NoSuchKey'))
    await assert.rejects(copy({ srcBucket: 'another' }), isError(404, 'NoSuchBucket'))
    const foreign = { srcKey: key('b.wav'), key: `${OTHER_ACCOUNT.id}/b.wav` }
    await assert.rejects(copy(foreign, client(stranger)), isError(403, 'AccessDenied'))
    await assert.rejects(copy({ key: key('.') }), isError(400, 'InvalidArgument'))
    const { headers } = await client().headObject(key('b.wav'))
    const other = { copySourceIfMatch: '"0"' }
    await assert.rejects(copy(other), isError(412, 'PreconditionFailed'))
    const same = { copySourceIfNoneMatch: String(headers.etag) }
    await assert.rejects(copy(same), isError(412, 'PreconditionFailed'))
    const late = { copySourceIfModifiedSince: new Date(rig.clock.now() + 3_600_000) }
    await assert.rejects(copy(late), isError(412, 'PreconditionFailed'))
    assert.equal((await copy({ copySourceIfMatch: String(headers.etag) })).statusCode, 200)
    shows('volcengine-vms', 'TOS: x-tos-copy-source-if-*')
  })

  test('keys of TOS are for keys with the rights to it, where those reach', async () => {
    const source = { key: key('x.wav'), srcBucket: BUCKET, srcKey: key('in-c.wav') }
    const denied = isError(403, 'AccessDenied')
    for (const each of [ALL_BUT.read, ELSEWHERE, PREFIXED])
      await assert.rejects(client(each).listObjectsType2({ prefix: key('') }), denied)
    assert.deepEqual(names(await client(PREFIXED).listObjectsType2({ prefix: key('in-') })), [
      key('in-c.wav'),
    ])
    assert.equal(names(await client(ONLY.read).listObjectsType2({})).length, 4)
    await assert.rejects(client(ALL_BUT.delete).deleteObject(key('b.wav')), denied)
    const many = await client(ALL_BUT.delete)
      .deleteMultiObjects({ objects: [{ key: key('b.wav') }] })
      .catch((error: unknown) => error)
    assert.ok(denied(many))
    await assert.rejects(client(ALL_BUT.read).copyObject(source), denied)
    await assert.rejects(client(ALL_BUT.write).copyObject(source), denied)
    await assert.rejects(client(PREFIXED).copyObject(source), denied)
    const within = { ...source, key: key('in-x.wav') }
    assert.equal((await client(PREFIXED).copyObject(within)).statusCode, 200)
    shows('volcengine-vms', 'TOS: rights')
  })

  test('keys of TOS refuse what cannot be used in the vendor’s words', async () => {
    const send = sendTos({ clock: rig.clock, url: rig.url, send: sendPlane })
    const signer = {
      id: asAccountId(ACCOUNT.id),
      keys: { accessKey: ACCOUNT.access_key, secretKey: ACCOUNT.secret_key },
    }
    const host = new URL(rig.url).host
    const code = async (method: string, path: string, body?: Buffer) => {
      const answer = await send(method, { host, path, signer, ...(body === undefined ? {} : { body }) })
      return [answer.status, JSON.parse(answer.body.toString()).Code]
    }
    for (const query of ['list-type=3', 'max-keys=x', 'encoding-type=x', 'prefix=a&prefix=b'])
      assert.deepEqual(await code('GET', `/${BUCKET}?${query}`), [400, 'InvalidArgument'], query)
    for (const body of ['', '[]', '{"Objects":[]}', '{"Objects":[{"Key":""}]}', '<Delete/>'])
      assert.deepEqual(
        await code('POST', `/${BUCKET}?delete`, Buffer.from(body)),
        [400, 'MalformedBody'],
        body,
      )
    assert.deepEqual(await code('GET', `/${BUCKET}?versions`), [501, 'UnImplemented'])
    shows('volcengine-vms', 'TOS: list and delete, refused')
  })
})

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { AccountKey } from '../../../src/core/accounts.ts'
import { type ObsClient, type ObsResult, openObsClient } from '../../support/esdk-obs.ts'
import { ALL_BUT, bucketKey, keyEntry, LIMITED_KEYS, ONLY } from '../../support/limited-keys.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { ACCOUNT, type Body, OTHER_ACCOUNT, PROJECTS, type Rig, startRig } from './rig.ts'
import { asking, BUCKET, temporaryClient } from './temporary-client.ts'

const VIDEO = mediaFixture('video.mp4')
const COVER = Buffer.from('a cover')
const MINE = bucketKey(`vod-${PROJECTS.main.id}`)
const ELSEWHERE = bucketKey('vms')
type Fields = Readonly<Record<string, unknown>>

describe('huawei-vod: what assets have as keys of OBS', () => {
  let rig: Rig
  let obs: ObsClient
  let made: Body
  let keys: readonly string[]
  const opened: ObsClient[] = []
  const open = async (key: Pick<AccountKey, 'accessKey' | 'secretKey'>, security_token?: string) => {
    const { accessKey: access_key_id, secretKey: secret_access_key } = key
    const token = security_token === undefined ? {} : { security_token }
    opened.push(await openObsClient({ access_key_id, secret_access_key, server: rig.url, ...token }))
    return opened.at(-1) as ObsClient
  }
  before(async () => {
    const accounts = [{ ...ACCOUNT, keys: [...LIMITED_KEYS, MINE, ELSEWHERE].map(keyEntry) }, OTHER_ACCOUNT]
    rig = await startRig({ accounts })
    obs = await open({ accessKey: ACCOUNT.access_key, secretKey: ACCOUNT.secret_key })
    made = await rig.create({ cover_type: 'PNG' })
    await rig.put(made.video_upload_url, VIDEO)
    await rig.put(String(made.cover_upload_url), COVER, { 'content-type': 'image/png' })
    await rig.confirm(made.asset_id)
    await rig.put((await rig.create()).video_upload_url, VIDEO)
    const cover = `${PROJECTS.main.id}/${made.asset_id}/cover/Cover0.png`
    keys = [made.target.object, cover].sort()
  })
  after(() => {
    for (const client of opened) client.close()
    return rig.stop()
  })

  async function done(result: Promise<ObsResult>, status = 200): Promise<Fields> {
    const { CommonMsg, InterfaceResult } = await result
    assert.equal(CommonMsg.Status, status, `${CommonMsg.Code}: ${CommonMsg.Message}`)
    return InterfaceResult ?? {}
  }
  const refused = async (result: Promise<ObsResult>, status: number, code: string) => {
    const { CommonMsg } = await result
    assert.deepEqual([CommonMsg.Status, CommonMsg.Code], [status, code], JSON.stringify(CommonMsg))
  }
  const listed = ({ Contents }: Fields): readonly string[] =>
    (Contents as readonly { Key: string }[]).map(({ Key }) => Key)
  const inProject = `${PROJECTS.main.id}/`
  const list = (more: object = {}, by = obs) => by.listObjects({ Bucket: BUCKET, ...more })

  test('keys of OBS are listed by esdk-obs-nodejs once they can be read', async () => {
    const found = await done(list({ Prefix: inProject }))
    assert.deepEqual(listed(found), keys)
    assert.equal(found.IsTruncated, 'false')
    const head = await done(obs.getObjectMetadata({ Bucket: BUCKET, Key: made.target.object }))
    const [video] = (found.Contents as readonly Fields[]).filter(({ Key }) => Key === made.target.object)
    assert.deepEqual([video?.ETag, Number(video?.Size)], [head.ETag, VIDEO.length])
    assert.equal(String(video?.LastModified).slice(-1), 'Z')
    shows('huawei-vod', 'OBS: list')
  })

  test('keys of OBS are listed in pages, by prefix, delimiter and marker', async () => {
    const first = await done(list({ MaxKeys: 1 }))
    assert.deepEqual([listed(first), first.NextMarker, first.IsTruncated], [[keys[0]], keys[0], 'true'])
    const rest = await done(list({ Marker: first.NextMarker }))
    assert.deepEqual(listed(rest), keys.slice(1))
    const prefixes = async (more: object) =>
      ((await done(list(more))).CommonPrefixes as readonly { Prefix: string }[]).map(({ Prefix }) => Prefix)
    assert.deepEqual(await prefixes({ Delimiter: '/' }), [inProject])
    const asset = `${inProject}${made.asset_id}/`
    assert.deepEqual(await prefixes({ Delimiter: '/', Prefix: inProject }), [asset])
    assert.deepEqual(await prefixes({ Delimiter: '/', Prefix: asset }), [`${asset}cover/`])
    assert.deepEqual(listed(await done(list({ Prefix: `${inProject}none` }))), [])
    shows('huawei-vod', 'OBS: prefix, delimiter, marker and the like')
  })

  test('keys of OBS are in a bucket of their region, which a list of buckets names', async () => {
    const { Buckets } = await done(obs.listBuckets({}))
    assert.ok((Buckets as readonly Fields[]).some(({ BucketName, Name }) => (BucketName ?? Name) === BUCKET))
    const stranger = await open({
      ...{ accessKey: OTHER_ACCOUNT.access_key, secretKey: OTHER_ACCOUNT.secret_key },
    })
    assert.deepEqual(listed(await done(list({}, stranger))), [])
    shows('huawei-vod', 'OBS: list of buckets')
  })

  test('keys of OBS are reached without a bucket where the host is a domain bound to it', async () => {
    const { access_key: access_key_id, secret_key: secret_access_key } = ACCOUNT
    const bound = await openObsClient({ access_key_id, secret_access_key, server: rig.url, is_cname: true })
    opened.push(bound)
    const awaiting = await rig.create()
    const put = { Bucket: BUCKET, Key: awaiting.target.object, Body: VIDEO.toString('latin1') }
    await done(bound.putObject(put))
    const head = await done(bound.getObjectMetadata({ Bucket: BUCKET, Key: made.target.object }))
    assert.equal(Number(head.ContentLength), VIDEO.length)
    const other = { Bucket: BUCKET, Key: `${inProject}none/none.mp4` }
    await refused(bound.putObject({ ...put, ...other }), 403, 'AccessDenied')
    const wrong = { access_key_id, secret_access_key: 'no', server: rig.url, is_cname: true }
    opened.push(await openObsClient(wrong))
    const denied = (opened.at(-1) as ObsClient).putObject(put)
    await refused(denied, 403, 'SignatureDoesNotMatch')
    shows('huawei-vod', 'OBS: a bound domain')
  })

  test('keys of OBS are copied to a video that an asset awaits, and refused anywhere else', async () => {
    const awaiting = await rig.create()
    const source = { CopySource: `${BUCKET}/${made.target.object}` }
    const to = { Bucket: BUCKET, Key: awaiting.target.object }
    const { ETag } = await done(obs.getObjectMetadata({ Bucket: BUCKET, Key: made.target.object }))
    await refused(obs.copyObject({ ...to, ...source, CopySourceIfMatch: '"0"' }), 412, 'PreconditionFailed')
    await refused(
      obs.copyObject({ ...to, ...source, CopySourceIfNoneMatch: ETag }),
      412,
      'PreconditionFailed',
    )
    const copied = await done(obs.copyObject({ ...to, ...source, CopySourceIfMatch: ETag }))
    assert.equal(copied.ETag, ETag)
    assert.equal((await rig.confirm(awaiting.asset_id)).status, 200)
    await refused(obs.copyObject({ ...to, ...source }), 403, 'AccessDenied')
    const none = { CopySource: `${BUCKET}/${inProject}none/none.mp4` }
    const other = await rig.create()
    await refused(obs.copyObject({ Bucket: BUCKET, Key: other.target.object, ...none }), 404, 'NoSuchKey')
    const nowhere = { Bucket: BUCKET, Key: `${inProject}${other.asset_id}/x.mp4` }
    await refused(obs.copyObject({ ...nowhere, ...source }), 403, 'AccessDenied')
    await rig.call('DELETE', 'asset', { query: { asset_id: awaiting.asset_id } })
    shows('huawei-vod', 'OBS: copy')
  })

  test('keys of OBS are copied by no URL that was signed without the header of a copy', async () => {
    const awaiting = await rig.create()
    for (const scheme of ['obs', 'amz']) {
      const copying = { [`x-${scheme}-copy-source`]: `${BUCKET}/${made.target.object}` }
      const { status, bytes } = await rig.put(awaiting.video_upload_url, Buffer.alloc(0), copying)
      assert.equal(status, 403, bytes.toString())
    }
    assert.equal((await rig.put(awaiting.video_upload_url, VIDEO)).status, 200)
    shows('huawei-vod', 'OBS: copy, not by a URL for a PUT')
  })

  test('keys of OBS are copied to parts of an upload, whole or in ranges', async () => {
    const awaiting = await rig.create()
    const to = { Bucket: BUCKET, Key: awaiting.target.object }
    const { UploadId } = await done(obs.initiateMultipartUpload({ ...to, ContentType: 'video/mp4' }))
    const CopySource = `${BUCKET}/${made.target.object}`
    const part = (more: object) => obs.copyPart({ ...to, UploadId, PartNumber: 1, CopySource, ...more })
    await refused(part({ CopySourceRange: `bytes=0-${VIDEO.length}` }), 400, 'InvalidArgument')
    await refused(part({ UploadId: 'none' }), 404, 'NoSuchUpload')
    const ranged = await done(part({ CopySourceRange: `bytes=0-${VIDEO.length - 1}` }))
    const open = await done(part({ CopySourceRange: 'bytes=0-' }))
    assert.equal(open.ETag, ranged.ETag)
    const whole = await done(part({}))
    assert.equal(ranged.ETag, whole.ETag)
    await done(obs.completeMultipartUpload({ ...to, UploadId, Parts: [{ PartNumber: 1, ETag: whole.ETag }] }))
    assert.equal((await rig.confirm(awaiting.asset_id)).status, 200)
    await rig.call('DELETE', 'asset', { query: { asset_id: awaiting.asset_id } })
    shows('huawei-vod', 'OBS: copy of parts')
  })

  test('keys of OBS are deleted one by one and many at once: a video as delete_type=origin does it', async () => {
    const two = [await rig.make(VIDEO), await rig.make(VIDEO)]
    const objects = await Promise.all(
      two.map(async (id) => listed(await done(list({ Prefix: `${inProject}${id}/` })))[0] ?? assert.fail()),
    )
    await done(obs.deleteObject({ Bucket: BUCKET, Key: objects[0] }), 204)
    await done(obs.deleteObject({ Bucket: BUCKET, Key: objects[0] }), 204)
    await refused(obs.getObjectMetadata({ Bucket: BUCKET, Key: objects[0] }), 404, '')
    assert.equal((await rig.info(String(two[0]))).status, 'CREATED')
    const many = await done(
      obs.deleteObjects({ Bucket: BUCKET, Objects: [{ Key: objects[1] }, { Key: 'other/a/v.mp4' }] }),
    )
    assert.deepEqual(
      (many.Deleteds as readonly Fields[]).map(({ Key }) => Key),
      [objects[1]],
    )
    assert.deepEqual(
      (many.Errors as readonly Fields[]).map(({ Key, Code }) => [Key, Code]),
      [['other/a/v.mp4', 'AccessDenied']],
    )
    assert.deepEqual(listed(await done(list({ Prefix: `${inProject}${two[1]}/` }))), [])
    const encoded = await done(
      obs.deleteObjects({ Bucket: BUCKET, EncodingType: 'url', Objects: [{ Key: `${inProject}a b` }] }),
    )
    assert.equal((encoded.Deleteds as readonly Fields[])[0]?.Key, `${inProject}a b`)
    shows('huawei-vod', 'OBS: delete, one or many')
  })

  test('keys of OBS are for keys with the rights to it, where those reach', async () => {
    const awaiting = await rig.create()
    const copy = {
      Bucket: BUCKET,
      Key: awaiting.target.object,
      CopySource: `${BUCKET}/${made.target.object}`,
    }
    const Objects = [{ Key: made.target.object }]
    for (const key of [ALL_BUT.read, ELSEWHERE])
      await refused(list({ Prefix: inProject }, await open(key)), 403, 'AccessDenied')
    await refused(list({}, await open(MINE)), 403, 'AccessDenied')
    assert.ok(listed(await done(list({ Prefix: inProject }, await open(MINE)))).length > 0)
    assert.ok(listed(await done(list({}, await open(ONLY.read)))).length > 0)
    const without = await open(ALL_BUT.delete)
    await refused(without.deleteObject({ Bucket: BUCKET, Key: made.target.object }), 403, 'AccessDenied')
    await refused(without.deleteObjects({ Bucket: BUCKET, Objects }), 403, 'AccessDenied')
    await refused((await open(ALL_BUT.write)).copyObject({ ...copy }), 403, 'AccessDenied')
    await refused((await open(ALL_BUT.read)).copyObject({ ...copy }), 403, 'AccessDenied')
    shows('huawei-vod', 'OBS: rights')
  })

  test('keys of OBS are for temporary keys as far as their policy goes, conditions too', async () => {
    const client = temporaryClient(rig)
    const by = async (...Statement: readonly object[]) => {
      const given = await client.byToken(asking({ policy: { Version: '1.1', Statement } }))
      const { access, secret, securitytoken } = client.issued(given)
      return open({ accessKey: access, secretKey: secret }, securitytoken)
    }
    const Resource = [`obs:*:*:bucket:${BUCKET}`]
    const allow = { Effect: 'Allow', Action: ['obs:bucket:ListBucket'], Resource }
    const all = await by(allow)
    assert.ok(listed(await done(list({ Prefix: inProject }, all))).length > 0)
    await refused(all.getObject({ Bucket: BUCKET, Key: made.target.object }), 403, 'AccessDenied')
    await refused(all.deleteObject({ Bucket: BUCKET, Key: made.target.object }), 403, 'AccessDenied')
    const Condition = { StringStartWith: { 'obs:prefix': [`${inProject}${made.asset_id}`] } }
    const some = await by({ ...allow, Condition })
    assert.ok(listed(await done(list({ Prefix: `${inProject}${made.asset_id}/` }, some))).length > 0)
    await refused(list({ Prefix: inProject }, some), 403, 'AccessDenied')
    const denying = await by({ Effect: 'Allow', Action: ['obs:*:*'] }, { ...allow, Effect: 'Deny' })
    await refused(list({ Prefix: inProject }, denying), 403, 'AccessDenied')
    const objects = await by({ Effect: 'Allow', Action: ['obs:object:*'] })
    await refused(list({ Prefix: inProject }, objects), 403, 'AccessDenied')
    const { Errors } = await done(
      all.deleteObjects({ Bucket: BUCKET, Objects: [{ Key: made.target.object }] }),
    )
    assert.equal((Errors as readonly Fields[])[0]?.Code, 'AccessDenied')
    shows('huawei-vod', 'policy: Condition')
  })
})

import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import * as sdk from '@huaweicloud/huaweicloud-sdk-vod'
import type { AccountKey } from '../../../src/core/accounts.ts'
import { ALL_RIGHTS } from '../../../src/core/model/accounts.ts'
import { CALLS as IAM_CALLS } from '../../../src/dialects/huawei-vod/auth/iam.ts'
import { AUTHORITY, CALLS, OLD_AUTHORITY } from '../../../src/dialects/huawei-vod/calls/routes.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { ALL_BUT, bucketKey, keyEntry, LIMITED_KEYS, ONLY, prefixKey } from '../../support/limited-keys.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import {
  ACCOUNT,
  assertFailure,
  type CallOptions,
  PROJECTS,
  type Rig,
  startRig,
  type VodAnswer,
} from './rig.ts'
import { sdkClient } from './sdk-client.ts'
import { signVod } from './sign.ts'

const VIDEO = mediaFixture('video.mp4')
const { main, second } = PROJECTS
const IN_MAIN = bucketKey(`vod-${main.id}`)
const ELSEWHERE = bucketKey('vms')
const OF_MAIN = prefixKey(`${main.id}/`)
const NO_ASSET = 'f488337c31c8e4622f1590735b134c65'

describe('huawei-vod: keys that may do less than all', () => {
  let rig: Rig
  const start = (keys: readonly AccountKey[], options: { readonly dataDir?: string } = {}) =>
    startRig({ accounts: [{ ...ACCOUNT, keys: [...LIMITED_KEYS, ...keys].map(keyEntry) }], ...options })
  before(async () => {
    rig = await start([IN_MAIN, ELSEWHERE, OF_MAIN])
  })
  after(() => rig.stop())

  const ask = (
    key: AccountKey,
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<VodAnswer> => rig.call(method, path, { as: { keys: keyEntry(key) }, ...options })
  const requireDenied = (answer: VodAnswer): void =>
    assertFailure(answer, 403, 'APIGW.0302', 'The IAM user is not authorized to access the API.')
  const isDenied = ({ body }: VodAnswer): boolean => body?.error_code === 'APIGW.0302'

  test('every call is for keys with the right that it needs, and for no others', async () => {
    for (const [method, path, name, , needs] of [...CALLS, AUTHORITY, OLD_AUTHORITY]) {
      const [, version = '', rest = ''] = /^\/([^/]+)\/:project\/(.*)$/.exec(path) ?? []
      requireDenied(await ask(ALL_BUT[needs], method, rest, { version }))
      for (const right of ALL_RIGHTS.may)
        assert.equal(
          isDenied(await ask(ONLY[right], method, rest, { version })),
          right !== needs,
          `${name}: ${right}`,
        )
    }
    shows('huawei-vod', 'APIGW.0302')
  })

  test('a GET needs the right to read, a DELETE to delete, all else and an authority to write', () => {
    const expected: Readonly<Record<string, string>> = { GET: 'read', DELETE: 'delete' }
    for (const [method, , name, , needs] of CALLS) assert.equal(needs, expected[method] ?? 'write', name)
    for (const [, , , , needs] of [AUTHORITY, OLD_AUTHORITY]) assert.equal(needs, 'write')
    for (const [, name, needs] of IAM_CALLS) assert.equal(needs, 'read', name)
  })

  const iam = async (key: AccountKey, path: string) => {
    const url = `${rig.url}${path}`
    const headers = { host: new URL(url).host }
    const proof = signVod({
      ...{ method: 'GET', url, headers, body: '', keys: keyEntry(key) },
      now: rig.clock.now(),
    })
    const { status, bytes } = await sendWire(url, { method: 'GET', headers: { ...headers, ...proof } })
    return { status, body: JSON.parse(bytes.toString()) }
  }

  test('every call of IAM is for keys with the right that it needs, and for no others', async () => {
    for (const [path, , needs] of IAM_CALLS) {
      const message = 'The IAM user is not authorized to access the API.'
      const denied = { error: { code: 403, message, title: 'Forbidden' } }
      assert.deepEqual(await iam(ALL_BUT[needs], path), { status: 403, body: denied })
      assert.notEqual((await iam(ONLY[needs], path)).status, 403)
    }
    shows('huawei-vod', 'APIGW.0302 of IAM')
  })

  test('IAM tells a key of the projects that it may look into', async () => {
    const idsFor = async (key: AccountKey) =>
      (await iam(key, '/v3/projects')).body.projects.map(({ id }: { readonly id: string }) => id)
    assert.deepEqual(await idsFor(ONLY.read), [main.id, second.id])
    assert.deepEqual(await idsFor(IN_MAIN), [main.id])
    assert.deepEqual(await idsFor(OF_MAIN), [main.id])
    assert.deepEqual(await idsFor(ELSEWHERE), [])
    shows('huawei-vod', 'GET /v3/projects, limited keys')
  })

  test('a key that may only write sends a video, and neither reads nor deletes it', async () => {
    const as = { keys: keyEntry(ONLY.write) }
    const { asset_id, video_upload_url, target } = await rig.create({}, { as })
    assert.equal((await rig.put(video_upload_url, VIDEO)).status, 200)
    assert.equal((await rig.confirm(asset_id, 'CREATED', { as })).status, 200)
    requireDenied(await ask(ONLY.write, 'GET', 'asset/details', { query: { asset_id } }))
    requireDenied(await ask(ONLY.write, 'DELETE', 'asset', { query: { asset_id } }))
    const query = { http_verb: 'GET', bucket: target.bucket, object_key: target.object, upload_id: NO_ASSET }
    requireDenied(await ask(ONLY.read, 'GET', 'asset/authority', { query, version: 'v1.1' }))
  })

  test('an authority gives no more than its key may', async () => {
    const { target } = await rig.create()
    const query = { http_verb: 'GET', bucket: target.bucket, object_key: target.object, upload_id: NO_ASSET }
    const { body } = await ask(ONLY.write, 'GET', 'asset/authority', { query, version: 'v1.1' })
    const { status, bytes } = await sendWire(String(body?.sign_str), { method: 'GET' })
    assert.equal(status, 403)
    assert.match(bytes.toString(), /<Code>AccessDenied<\/Code>/)
    const whole = await rig.call('GET', 'asset/authority', { query, version: 'v1.1' })
    const own = await sendWire(String(whole.body?.sign_str), { method: 'GET' })
    assert.match(own.bytes.toString(), /<Code>NoSuchUpload<\/Code>/)
    shows('huawei-vod', 'sign_str')
  })

  test('a list of buckets names projects as vod-{project}', async () => {
    const inProject = (key: AccountKey, project: string) => ask(key, 'GET', 'asset/list', { project })
    assert.equal((await inProject(IN_MAIN, main.id)).status, 200)
    requireDenied(await inProject(IN_MAIN, second.id))
    requireDenied(await inProject(ELSEWHERE, main.id))
    const { video_upload_url } = await rig.create({}, { as: { keys: keyEntry(IN_MAIN) } })
    assert.equal((await rig.put(video_upload_url, VIDEO)).status, 200)
    shows('huawei-vod', 'keys with buckets')
  })

  test('a key with a project as its prefix reaches all of it, and nothing of others', async () => {
    assert.equal((await ask(OF_MAIN, 'GET', 'asset/list')).status, 200)
    assert.equal((await ask(OF_MAIN, 'GET', 'asset/category')).status, 200)
    requireDenied(await ask(OF_MAIN, 'GET', 'asset/list', { project: second.id }))
    shows('huawei-vod', 'keys with a prefix')
  })

  test('a key with an asset as its prefix reaches that asset alone, and no list', async (context) => {
    const dataDir = temporaryFolder()
    context.after(() => rmSync(dataDir, { recursive: true, force: true }))
    const earlier = await start([], { dataDir })
    const [one, other] = [await earlier.make(VIDEO), await earlier.make(VIDEO)]
    await earlier.stop()
    const key = prefixKey(`${main.id}/${one}/`)
    const { call, stop } = await start([key], { dataDir })
    context.after(stop)
    const ask = (method: string, path: string, options: CallOptions = {}) =>
      call(method, path, { as: { keys: keyEntry(key) }, ...options })
    const of = (asset_id: string | readonly string[]) => ({ query: { asset_id } })
    assert.equal((await ask('GET', 'asset/details', of(one))).status, 200)
    requireDenied(await ask('GET', 'asset/details', of(other)))
    for (const path of ['asset/info', 'asset/list']) {
      assert.equal((await ask('GET', path, of(one))).status, 200)
      for (const ids of [[one, other], [`${one}, ${other}`], [other]])
        requireDenied(await ask('GET', path, of(ids)))
      requireDenied(await ask('GET', path))
    }
    const publish = (asset_id: unknown) => ask('POST', 'asset/status/publish', { json: { asset_id } })
    assert.equal((await publish([one])).status, 200)
    for (const ids of [[one, other], [], other]) requireDenied(await publish(ids))
    requireDenied(await ask('POST', 'asset', { json: { asset_id: one } }))
    requireDenied(await ask('DELETE', 'asset', { ...of(other), json: { asset_id: one } }))
    requireDenied(await ask('GET', 'asset/category', of(one)))
    assert.equal((await ask('DELETE', 'asset', of(one))).status, 200)
    shows('huawei-vod', 'keys with a prefix')
  })

  test('the vendor’s SDK throws that access is denied', async () => {
    const client = sdkClient(rig.url, { keys: keyEntry(ALL_BUT.read) })
    await assert.rejects(client.showAssetDetail(new sdk.ShowAssetDetailRequest(NO_ASSET)), {
      ...{ httpStatusCode: 403, errorCode: 'APIGW.0302' },
      errorMsg: 'The IAM user is not authorized to access the API.',
    })
  })
})

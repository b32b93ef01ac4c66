import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { assertFailure, assertIllegal, PROJECTS, type Query, type Rig, startRig } from './rig.ts'

let rig: Rig
before(async () => {
  rig = await startRig()
})
after(() => rig.stop())

/** A file whose head is that of no other test's. */
function file(seed: number): Buffer {
  const bytes = Buffer.concat([mediaFixture('video.mp4'), Buffer.alloc(3000)])
  bytes.writeUInt32BE(0, 0)
  bytes.fill(seed, 500, 600)
  return bytes
}
const md5 = (bytes: Buffer, size: number): string =>
  createHash('md5').update(bytes.subarray(0, size)).digest('hex')
const head = (bytes: Buffer, size = 1024) => ({ size: bytes.byteLength, md5: md5(bytes, size) })
const check = (query: Query) => rig.expect(200, 'GET', 'asset/duplication', { query })
const NONE = { is_duplicated: 0, asset_ids: [] }

test('a file that is there is found by its size and the MD5 of its first 1024 or 1025 bytes', async () => {
  const bytes = file(1)
  assert.deepEqual(await check(head(bytes)), NONE)
  const asset_id = await rig.make(bytes)
  const found = { is_duplicated: 1, asset_ids: [asset_id] }
  assert.notEqual(md5(bytes, 1024), md5(bytes, 1025))
  assert.deepEqual(await check(head(bytes)), found)
  assert.deepEqual(await check(head(bytes, 1025)), found)
  assert.deepEqual(await check({ ...head(bytes), md5: md5(bytes, 1024).toUpperCase() }), found)
  const base64 = Buffer.from(md5(bytes, 1024), 'hex').toString('base64')
  assert.deepEqual(await check({ ...head(bytes), md5: base64 }), found)
  shows('huawei-vod', 'GET /v1.0/{project_id}/asset/duplication')
})

test('another size, head, project or a whole file’s MD5 finds no duplicate', async () => {
  const bytes = file(2)
  await rig.make(bytes)
  for (const size of [bytes.byteLength - 1, bytes.byteLength + 1, 0]) {
    assert.deepEqual(await check({ ...head(bytes), size }), NONE)
  }
  for (const length of [1023, 1026, bytes.byteLength])
    assert.deepEqual(await check(head(bytes, length)), NONE)
  const elsewhere = { query: head(bytes), project: PROJECTS.second.id }
  assert.deepEqual(await rig.expect(200, 'GET', 'asset/duplication', elsewhere), NONE)
})

test('a file shorter than its head is found by the MD5 of all of it', async () => {
  const bytes = Buffer.from('tiny')
  const asset_id = await rig.make(bytes, { video_type: 'MXF' }, 'application/mxf')
  assert.deepEqual(await check(head(bytes)), { is_duplicated: 1, asset_ids: [asset_id] })
})

test('all duplicates are named, newest first, until they are deleted', async () => {
  const bytes = file(3)
  const older = await rig.make(bytes)
  const newer = await rig.make(bytes)
  assert.deepEqual(await check(head(bytes)), { is_duplicated: 1, asset_ids: [newer, older] })
  await rig.expect(200, 'DELETE', 'asset', { query: { asset_id: newer } })
  assert.deepEqual(await check(head(bytes)), { is_duplicated: 1, asset_ids: [older] })
  shows('huawei-vod', 'duplication')
})

test('a file that is not confirmed, or not any more, is no duplicate', async () => {
  const bytes = file(4)
  const { asset_id, video_upload_url } = await rig.create()
  await rig.put(video_upload_url, bytes)
  assert.deepEqual(await check(head(bytes)), NONE)
  await rig.confirm(asset_id, 'CANCELLED')
  assert.deepEqual(await check(head(bytes)), NONE)
  shows('huawei-vod', 'duplication: not confirmed')
})

test('size and md5 are asked for', async () => {
  const { size, md5: hash } = head(file(5))
  const ask = (query: Query) => rig.call('GET', 'asset/duplication', { query })
  for (const wrong of ['', '-1', '1.5', 'x']) assertIllegal(await ask({ size: wrong, md5: hash }), 'size')
  for (const wrong of ['', 'x', hash.slice(1), `${hash}0`])
    assertIllegal(await ask({ size, md5: wrong }), 'md5')
  assertIllegal(await ask({ md5: hash }), 'size')
  assertIllegal(await ask({ size }), 'md5')
  for (const right of [hash, Buffer.from(hash, 'hex').toString('base64')])
    assert.equal((await ask({ size, md5: right })).status, 200)
  shows('huawei-vod', 'duplication: size, md5')
  assertFailure(await rig.call('POST', 'asset/duplication'), 404, 'APIGW.0101')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jpegSize, noFfmpeg } from '../../support/ffmpeg.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import {
  askFor,
  covers,
  get,
  lasting,
  secondsOf,
  start,
  startStandIn,
  summary,
  thumbnails,
  VIDEO,
  work,
} from './pictures.ts'
import { assertFailure } from './rig.ts'

test('with ffmpeg the first frame becomes the cover, and snapshots are JPEG files that can be read', {
  skip: noFfmpeg,
}, async (t) => {
  const rig = await start(t, 'ffmpeg')
  const thumbnail = { type: 'dots', dots: [0], max_length: 64 }
  const plain = await rig.make(VIDEO)
  const asked = await rig.make(VIDEO, { thumbnail })
  await work(rig)
  const [cover = assert.fail()] = await covers(rig, plain)
  const { status, headers, bytes } = await get(cover)
  assert.deepEqual([status, headers['content-type']], [200, 'image/jpeg'])
  const { meta_data } = (await rig.info(plain)).base_info
  assert.deepEqual(jpegSize(bytes), [meta_data?.width, meta_data?.height])
  const [shot = assert.fail()] = (await thumbnails(rig, asked))?.dots ?? []
  const picture = await get(shot.url)
  assert.equal(Math.max(...(jpegSize(picture.bytes) ?? [])), 64)
  const [ofShot = assert.fail()] = await covers(rig, asked)
  assert.deepEqual((await get(ofShot)).bytes, picture.bytes)
})

test('a video without a cover gets its first frame as one; sound and what has a cover do not', async (t) => {
  const { rig, said } = await startStandIn(t)
  const asset_id = await rig.make(VIDEO)
  const withCover = await rig.make(VIDEO, { cover_type: 'PNG' })
  const sound = await rig.make(mediaFixture('cbr-tagged.mp3'), { video_type: 'MP3' }, 'audio/mp3')
  assert.deepEqual(await covers(rig, asset_id), [])
  await work(rig)
  const [cover = assert.fail()] = await covers(rig, asset_id)
  assert.match(cover, new RegExp(`/asset/[0-9a-f]+/${asset_id}/cover/Cover0\\.jpg$`))
  assert.match((await get(cover)).bytes.toString(), /^-hide_banner/)
  assert.deepEqual([await covers(rig, withCover), await covers(rig, sound)], [[], []])
  assert.equal(said().length, 1)
  const told = await summary(rig, asset_id)
  assert.deepEqual([told.thumbnail_status, told.covers], ['UN_THUMBNAIL', [{ cover_url: cover }]])
  shows('huawei-vod', 'cover: the first frame')
})

test('snapshots are told once they are made: at intervals, at given seconds, or so many', async (t) => {
  const { rig, said } = await startStandIn(t)
  const asset_id = await rig.make(lasting(25), { thumbnail: { type: 'time', time: 10 } })
  assert.equal((await summary(rig, asset_id)).thumbnail_status, 'THUMBNAILING')
  assert.equal(await thumbnails(rig, asset_id), undefined)
  await work(rig)
  const { sample, ...rest } = (await thumbnails(rig, asset_id)) ?? assert.fail()
  assert.deepEqual(rest, {
    ...{ dots: [], quantity: [] },
    ...{ exec_desc: 'Thumbnail success', thumbnail_status: 'THUMBNAIL_SUCCEED' },
  })
  assert.deepEqual(secondsOf(sample), [0, 10, 20])
  assert.match(sample[2]?.url ?? '', new RegExp(`/asset/[0-9a-f]+/${asset_id}/snapshot/sample/20\\.jpg$`))
  assert.match((await get(sample[2]?.url ?? '')).bytes.toString(), /-ss 20 .*min\(iw,480\)/)
  const { exec_desc, thumbnail_status } = await summary(rig, asset_id)
  assert.match(String(exec_desc), /;thumbnail_exec_desc:Thumbnail success;$/)
  assert.equal(thumbnail_status, 'THUMBNAIL_SUCCEED')
  // The first frame, and three snapshots.
  assert.equal(said().length, 4)
  shows('huawei-vod', 'create: thumbnail of type time')

  assert.equal(
    (await askFor(rig, asset_id, { type: 'dots', dots: [3, 24, 3, 25], max_length: 90 })).status,
    202,
  )
  await askFor(rig, asset_id, { type: 'dots', dots: [3, 24, 3, 25], max_length: 90 })
  await work(rig)
  const both = await thumbnails(rig, asset_id)
  assert.deepEqual(
    [secondsOf(both?.sample), secondsOf(both?.dots)],
    [
      [0, 10, 20],
      [3, 24],
    ],
  )
  assert.match((await get(both?.dots[0]?.url ?? '')).bytes.toString(), /-ss 3 .*min\(iw,90\)/)
  shows('huawei-vod', 'process: thumbnail of type dots')

  await askFor(rig, asset_id, { type: 'quantity', quantity: 3, aspect_ratio: 1, max_length: 160 })
  await work(rig)
  const all = await thumbnails(rig, asset_id)
  assert.deepEqual(secondsOf(all?.quantity), [0, 8, 16])
  assert.match((await get(all?.quantity[0]?.url ?? '')).bytes.toString(), /crop=160:90/)
  shows('huawei-vod', 'thumbnail: quantity, max_length, aspect_ratio')
})

test('a later request replaces the snapshots of its kind, and their files go', async (t) => {
  const { rig } = await startStandIn(t)
  const asset_id = await rig.make(lasting(25), { thumbnail: { type: 'time', time: 10 } })
  await work(rig)
  const before = (await thumbnails(rig, asset_id))?.sample ?? []
  await askFor(rig, asset_id, { type: 'time', time: 20 })
  assert.equal((await get(before[1]?.url ?? '')).status, 200)
  await work(rig)
  assert.deepEqual(secondsOf((await thumbnails(rig, asset_id))?.sample), [0, 20])
  const statuses = await Promise.all(before.map(async ({ url }) => (await get(url)).status))
  assert.deepEqual(statuses, [200, 404, 200])
  shows('huawei-vod', 'thumbnail_info after a second request')
})

test('the snapshot of cover_position becomes the cover, but not in place of one that was sent', async (t) => {
  const { rig } = await startStandIn(t)
  const thumbnail = { type: 'time', time: 10, cover_position: 2 }
  const asset_id = await rig.make(lasting(25), { thumbnail })
  const {
    asset_id: own,
    video_upload_url,
    cover_upload_url,
  } = await rig.create({ thumbnail, cover_type: 'JPG' })
  await rig.put(video_upload_url, lasting(25))
  await rig.put(String(cover_upload_url), Buffer.from('own'), { 'content-type': 'image/jpg' })
  await rig.confirm(own)
  await work(rig)
  const shots = (await thumbnails(rig, asset_id))?.sample ?? []
  const [cover = assert.fail()] = await covers(rig, asset_id)
  assert.deepEqual((await get(cover)).bytes, (await get(shots[1]?.url ?? '')).bytes)
  const [sent = assert.fail()] = await covers(rig, own)
  assert.equal((await get(sent)).bytes.toString(), 'own')
  shows('huawei-vod', 'thumbnail: cover_position')
})

test('a snapshot is set as the cover, in place of any', async (t) => {
  const { rig } = await startStandIn(t)
  const { asset_id, video_upload_url, cover_upload_url } = await rig.create({
    ...{ cover_type: 'PNG', thumbnail: { type: 'time', time: 10 } },
  })
  await rig.put(video_upload_url, lasting(25))
  await rig.put(String(cover_upload_url), Buffer.from('own'), { 'content-type': 'image/png' })
  await rig.confirm(asset_id)
  await work(rig)
  const [old = assert.fail()] = await covers(rig, asset_id)
  const [, , shot = assert.fail()] = (await thumbnails(rig, asset_id))?.sample ?? []
  const set = (thumbnailUrl: string) => rig.call('PUT', 'asset/cover', { json: { thumbnailUrl } })
  assert.equal((await set(shot.url)).status, 204)
  const [cover = assert.fail(), ...others] = await covers(rig, asset_id)
  assert.deepEqual([others, (await get(old)).status], [[], 404])
  assert.deepEqual((await get(cover)).bytes, (await get(shot.url)).bytes)
  assert.equal((await set(cover)).status, 204)
  assertFailure(await set(shot.url.replace('20.jpg', '21.jpg')), 400, 'VOD.10062')
  shows('huawei-vod', 'PUT asset/cover with a snapshot')
})

test('pictures go with their asset, and nobody writes over snapshots', async (t) => {
  const { rig } = await startStandIn(t)
  const asset_id = await rig.make(lasting(25), { thumbnail: { type: 'time', time: 10 } })
  await work(rig)
  const shots = (await thumbnails(rig, asset_id))?.sample ?? []
  const urls = [...(await covers(rig, asset_id)), ...shots.map(({ url }) => url)]
  const object_key = new URL(shots[0]?.url ?? '').pathname.slice('/asset/'.length)
  const query = {
    http_verb: 'PUT',
    bucket: 'vod-bucket-1-cn-north-4',
    object_key,
    upload_id: '0'.repeat(32),
    part_number: 1,
  }
  assertFailure(await rig.call('GET', 'asset/authority', { query, version: 'v1.1' }), 403, 'VOD.10053')
  const statuses = () => Promise.all(urls.map(async (url) => (await get(url)).status))
  assert.deepEqual(await statuses(), [200, 200, 200, 200])
  await rig.expect(200, 'DELETE', 'asset', { query: { asset_id } })
  assert.deepEqual(await statuses(), [404, 404, 404, 404])
  shows('huawei-vod', 'DELETE asset: its pictures')
})

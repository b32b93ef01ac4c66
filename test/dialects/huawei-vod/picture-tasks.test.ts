import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { standIn } from '../../support/ffmpeg.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { covers, lasting, secondsOf, startStandIn, summary, thumbnails, VIDEO, work } from './pictures.ts'
import { deliver, startWithReceiver } from './receiver.ts'
import { startRig } from './rig.ts'

test('an asset that is deleted meanwhile gets no pictures', async (t) => {
  const { rig, said } = await startStandIn(t)
  const asset_id = await rig.make(VIDEO, { thumbnail: { type: 'time', time: 10 } })
  await rig.expect(200, 'DELETE', 'asset', { query: { asset_id } })
  await work(rig)
  assert.throws(said, /ENOENT/)
})

test('what no picture can be made of is told as failed', async (t) => {
  const { rig, folder } = await startStandIn(t)
  writeFileSync(join(folder, 'broken'), '')
  const asset_id = await rig.make(VIDEO, { thumbnail: { type: 'time', time: 10 } })
  await work(rig)
  const { thumbnail_status, exec_desc } = await summary(rig, asset_id)
  assert.equal(thumbnail_status, 'THUMBNAIL_FAILED')
  assert.match(String(exec_desc), /;thumbnail_exec_desc:No picture could be made;$/)
  assert.deepEqual([await thumbnails(rig, asset_id), await covers(rig, asset_id)], [undefined, []])
  shows('huawei-vod', 'THUMBNAIL_FAILED')
})

test('a program that is not there for a while is waited for', async (t) => {
  const { rig, folder } = await startStandIn(t)
  const path = join(folder, 'stand-in')
  const program = readFileSync(path)
  rmSync(path)
  const asset_id = await rig.make(VIDEO, { thumbnail: { type: 'time', time: 10 } })
  await work(rig)
  assert.equal((await summary(rig, asset_id)).thumbnail_status, 'THUMBNAILING')
  writeFileSync(path, program, { mode: 0o700 })
  rig.clock.advance(600_000)
  await work(rig)
  assert.equal((await summary(rig, asset_id)).thumbnail_status, 'THUMBNAIL_SUCCEED')
})

test('assets are found by the states of their snapshots', async (t) => {
  const { rig, folder } = await startStandIn(t)
  const thumbnail = { type: 'time', time: 10 }
  const ids = async (status: string | readonly string[]) => {
    const { assets } = await rig.expect(200, 'GET', 'asset/list', { query: { status } })
    return assets.map(({ asset_id }) => asset_id)
  }
  const made = await rig.make(VIDEO, { thumbnail })
  await work(rig)
  writeFileSync(join(folder, 'broken'), '')
  const failed = await rig.make(VIDEO, { thumbnail })
  await work(rig)
  const waiting = await rig.make(VIDEO, { thumbnail })
  await rig.make(VIDEO)
  assert.deepEqual(await ids('THUMBNAIL_SUCCEED'), [made])
  assert.deepEqual(await ids('THUMBNAIL_FAILED'), [failed])
  assert.deepEqual(await ids('THUMBNAILING'), [waiting])
  assert.deepEqual(await ids(['THUMBNAILING', 'THUMBNAIL_SUCCEED']), [waiting, made])
  shows('huawei-vod', 'list: states of snapshots')
})

test('a server that ends goes on with the snapshots that are left', async (t) => {
  const folder = temporaryFolder()
  const script = `echo "$@" >> ${folder}/said; case "$*" in *"-ss 10 "*) test -e ${folder}/open || exec sleep 600;; esac; echo x`
  const settings = { 'media.ffmpeg': standIn(folder, script) }
  const dataDir = temporaryFolder()
  const first = await startRig({ settings, dataDir })
  const asset_id = await first.make(lasting(25), { thumbnail: { type: 'time', time: 10 } })
  const working = work(first)
  const said = () => readFileSync(join(folder, 'said'), 'utf8').trim().split('\n')
  while (!existsSync(join(folder, 'said')) || said().length < 3) await setTimeout(20)
  await first.stop()
  await working
  writeFileSync(join(folder, 'open'), '')
  const second = await startRig({ settings, dataDir })
  t.after(() => second.stop())
  await work(second)
  assert.deepEqual(secondsOf((await thumbnails(second, asset_id))?.sample), [0, 10, 20])
  const asked = said().map((line) => /-ss (\d+)/.exec(line)?.[1] ?? '0')
  assert.deepEqual(asked, ['0', '0', '10', '10', '20'])
})

test('snapshots and the first frame as the cover are told, made or not', async (t) => {
  const folder = temporaryFolder()
  const ffmpeg = standIn(folder, `test ! -e ${folder}/broken || exit 1; echo x`)
  const rig = await startWithReceiver(t, { 'media.ffmpeg': ffmpeg })
  const fields = { thumbnail: { type: 'dots', dots: [0], cover_position: 0 } }
  const make = async () => {
    const asset_id = await rig.make(mediaFixture('video.mp4'), fields)
    rig.receiver.received.length = 0
    // The work is done, and then told.
    for (let round = 0; round < 2; round++) await deliver(rig)
    const events = rig.receiver.received.map(({ body }) => JSON.parse(body))
    return { asset_id, of: (type: string) => events.find(({ event_type }) => event_type === type) }
  }
  const made = await make()
  const { base_info, thumbnail_info } = await rig.expect(200, 'GET', 'asset/details', {
    query: { asset_id: made.asset_id },
  })
  const [cover] = base_info.cover_info_array as readonly { readonly cover_url: string }[]
  assert.deepEqual(made.of('coverComplete'), {
    event_type: 'coverComplete',
    cover_info: {
      ...{ status: 'SUCCEED', title: 'a title', asset_id: made.asset_id, error_code: null, error_msg: null },
      ...{ cover_type: 'HEAD_FRAME_COVER', cover_urls: [{ offset: 0, url: cover?.cover_url }] },
    },
  })
  const { dots } = thumbnail_info as { readonly dots: readonly unknown[] }
  assert.equal(dots.length, 1)
  assert.deepEqual(made.of('thumbnailComplete'), {
    event_type: 'thumbnailComplete',
    thumbnail_info: {
      ...{ asset_id: made.asset_id, status: 'SUCCEED', sample: [], dots, quantity: [] },
      ...{ error_code: null, error_msg: null },
    },
  })
  writeFileSync(join(folder, 'broken'), '')
  const failed = await make()
  const { status, error_code, cover_urls } = failed.of('coverComplete').cover_info
  assert.deepEqual([status, error_code, cover_urls], ['FAILED', 'VOD.10013', null])
  const { sample, ...info } = failed.of('thumbnailComplete').thumbnail_info
  assert.deepEqual(
    [info.status, info.error_code, info.error_msg, sample],
    ['FAILED', 'VOD.10104', 'No picture could be made', null],
  )
  shows('huawei-vod', 'thumbnailComplete, coverComplete notifications')
})

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { assertFailure, assertIllegal, type Body, type Rig, startRig } from './rig.ts'

const VIDEO = mediaFixture('video.mp4')

/** What there is to play. */
interface Played {
  readonly play_type: string
  readonly url: string
  readonly group_name: string | null
  readonly encrypted: number
  readonly meta_data: Body
}

interface Transcoded {
  readonly template_group_name: string | null
  readonly transcode_status: string
  readonly exec_desc: string | null
  readonly output: readonly (Played & { readonly quality: string | null })[]
}

describe('huawei-vod: what can be played after a confirm', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.stop())

  const details = (asset_id: string) => rig.expect(200, 'GET', 'asset/details', { query: { asset_id } })
  const transcodeInfo = async (asset_id: string) =>
    (await details(asset_id)).transcode_info as Transcoded | undefined
  const played = ({ play_info_array }: Body) => play_info_array as readonly Played[]
  const publish = async (asset_id: string) => {
    const json = { asset_id: [asset_id] }
    const { asset_info_array } = await rig.expect(200, 'POST', 'asset/status/publish', { json })
    return asset_info_array[0] ?? assert.fail('no element')
  }
  const process = (json: Readonly<Record<string, unknown>>, options = {}) =>
    rig.call('POST', 'asset/process', { json, ...options })
  const summary = async (asset_id: string) => {
    const { assets } = await rig.expect(200, 'GET', 'asset/list', { query: { asset_id } })
    return assets[0] ?? assert.fail('no element')
  }

  test('publishing names the original as what can be played, and its URL plays it', async () => {
    const asset_id = await rig.make(VIDEO)
    const info = await publish(asset_id)
    const [original, ...others] = played(info)
    assert.ok(original)
    assert.deepEqual(others, [])
    assert.deepEqual(original, {
      ...{ play_type: 'mp4', group_id: null, group_name: null, url: info.base_info.video_url },
      ...{ encrypted: 0, meta_data: info.base_info.meta_data },
    })
    assert.ok((await sendWire(original.url, { method: 'GET' })).bytes.equals(VIDEO))
    assert.deepEqual(played(await details(asset_id)), [original])
    shows('huawei-vod', 'play_info_array')
  })

  test('details name the original as the only output, with its play type, quality and facts', async () => {
    for (const [file, type, contentType, quality] of [
      ['video.mp4', 'MP4', 'video/mp4', 'FLUENT'],
      ['cbr-tagged.mp3', 'MP3', 'audio/mp3', null],
      ['video.mkv', 'MKV', 'video/x-matroska', 'FLUENT'],
    ] as const) {
      const fields = { video_type: type, auto_publish: 1 }
      const asset_id = await rig.make(mediaFixture(file), fields, contentType)
      const { base_info, transcode_info } = await details(asset_id)
      assert.deepEqual(transcode_info, {
        template_group_name: null,
        output: [
          {
            ...{ play_type: type, url: base_info.video_url, group_id: null, group_name: null },
            ...{ encrypted: 0, quality, meta_data: base_info.meta_data },
          },
        ],
        ...{ exec_desc: null, transcode_status: 'UN_TRANSCODE' },
      })
      const { bytes } = await sendWire(String(base_info.video_url), { method: 'GET' })
      assert.ok(bytes.equals(mediaFixture(file)))
    }
    shows('huawei-vod', 'transcode_info.output')
  })

  test('what has no bytes has nothing to play', async () => {
    const { asset_id } = await rig.create({ template_group_name: 'group' })
    assert.deepEqual([await transcodeInfo(asset_id), played(await rig.info(asset_id))], [undefined, []])
    await rig.confirm(asset_id, 'FAILED')
    assert.deepEqual([await transcodeInfo(asset_id), played(await rig.info(asset_id))], [undefined, []])
    shows('huawei-vod', 'play_info_array, transcode_info of an asset without bytes')
  })

  test('the template_group_name of a creation is kept, and its transcoding is over with the confirm', async () => {
    const asset_id = await rig.make(VIDEO, { template_group_name: 'my_group' })
    const told = await transcodeInfo(asset_id)
    assert.deepEqual(
      [told?.template_group_name, told?.transcode_status, told?.exec_desc],
      ['my_group', 'TRANSCODE_SUCCEED', 'Transcode success'],
    )
    assert.deepEqual([told?.output.length, told?.output[0]?.group_name], [1, 'my_group'])
    assert.equal(played(await rig.info(asset_id))[0]?.group_name, 'my_group')
    const { transcode_status, exec_desc } = await summary(asset_id)
    assert.deepEqual(
      [transcode_status, exec_desc],
      ['TRANSCODE_SUCCEED', 'asset_exec_desc:Asset meta is created;transcode_exec_desc:Transcode success;'],
    )
    shows('huawei-vod', 'create: template_group_name')
  })

  test('asset/process is over at once, with the original as its output', async () => {
    const asset_id = await rig.make(VIDEO)
    const { status, body } = await process({
      ...{ asset_id, template_group_name: 'system_template_group', auto_encrypt: 0, subtitle_id: [1] },
      thumbnail: { type: 'time', time: 3 },
    })
    assert.deepEqual([status, body], [202, { asset_id }])
    const told = await transcodeInfo(asset_id)
    assert.deepEqual(
      [told?.template_group_name, told?.transcode_status, told?.output.length],
      ['system_template_group', 'TRANSCODE_SUCCEED', 1],
    )
    shows('huawei-vod', 'POST /v1.0/{project_id}/asset/process')
  })

  test('asset/process without a template group transcodes nothing', async () => {
    const asset_id = await rig.make(VIDEO)
    assert.equal((await process({ asset_id, thumbnail: { type: 'dots', dots: [1] } })).status, 202)
    assert.equal((await transcodeInfo(asset_id))?.transcode_status, 'UN_TRANSCODE')
    shows('huawei-vod', 'process: no template_group_name')
  })

  test('asset/process checks its fields, and is for assets that have a video', async () => {
    const asset_id = await rig.make(VIDEO)
    assertIllegal(await process({}), 'asset_id')
    assertIllegal(await process({ asset_id, auto_encrypt: 2 }), 'auto_encrypt')
    assertIllegal(await process({ asset_id, subtitle_id: [9] }), 'subtitle_id')
    assertIllegal(await process({ asset_id, thumbnail: { type: 'x' } }), 'thumbnail.type')
    assertIllegal(await process({ asset_id, template_group_name: 'a'.repeat(129) }), 'template_group_name')
    shows('huawei-vod', 'process: asset_id, template_group_name, auto_encrypt, thumbnail, subtitle_id')
    const message = '媒资或资源不存在，请检查。'
    assertFailure(await process({ asset_id: 'f'.repeat(32) }), 400, 'VOD.10062', message)
    const waiting = (await rig.create()).asset_id
    assertFailure(await process({ asset_id: waiting, template_group_name: 'g' }), 400, 'VOD.10083')
    await rig.expect(200, 'DELETE', 'asset', { query: { asset_id } })
    assertFailure(await process({ asset_id, template_group_name: 'g' }), 400, 'VOD.10062')
    shows('huawei-vod', 'VOD.10062, VOD.10083 of process')
  })

  test('assets that pass for transcoded are found by that state', async () => {
    const tags = 'of-transcoding'
    const plain = await rig.make(VIDEO, { tags })
    const asked = await rig.make(VIDEO, { tags, template_group_name: 'g' })
    const processed = await rig.make(VIDEO, { tags })
    await process({ asset_id: processed, template_group_name: 'g' })
    await rig.create({ tags, template_group_name: 'g' })
    const ids = async (path: string, query: Readonly<Record<string, string | readonly string[]>>) => {
      const { assets, asset_info_array } = await rig.expect(200, 'GET', path, { query: { tags, ...query } })
      return (assets ?? asset_info_array).map(({ asset_id }) => asset_id)
    }
    const both = [processed, asked]
    assert.deepEqual(await ids('asset/list', { status: 'TRANSCODE_SUCCEED' }), both)
    assert.deepEqual(await ids('asset/list', { status: ['TRANSCODE_SUCCEED', 'TRANSCODING'] }), both)
    assert.deepEqual(await ids('asset/list', { status: 'TRANSCODING' }), [])
    assert.deepEqual(await ids('asset/info', { status: 'TRANSCODE_SUCCEED' }), both)
    assert.deepEqual(await ids('asset/info', { transcodeStatus: 'TRANSCODE_SUCCEED' }), both)
    const published = { transcodeStatus: 'TRANSCODE_SUCCEED', assetStatus: 'PUBLISHED' }
    assert.deepEqual(await ids('asset/info', published), [])
    await publish(asked)
    assert.deepEqual(await ids('asset/info', published), [asked])
    assert.deepEqual(await ids('asset/info', { ...published, asset_id: [plain, asked] }), [asked])
    shows('huawei-vod', 'list: status; info: status, transcodeStatus, TRANSCODE_SUCCEED')
  })

  test('an asset whose source file was deleted is not published, and has nothing to play', async () => {
    const asset_id = await rig.make(VIDEO, { template_group_name: 'g' })
    const published = await rig.make(VIDEO, { auto_publish: 1 })
    for (const id of [asset_id, published]) {
      await rig.expect(200, 'DELETE', 'asset', { query: { asset_id: id, delete_type: 'origin' } })
    }
    const { status, description, ...info } = await publish(asset_id)
    assert.deepEqual(
      [status, description, played(info as Body)],
      ['CREATED', 'Asset meta is created. The source file is deleted.', []],
    )
    assert.equal(await transcodeInfo(asset_id), undefined)
    assert.equal((await summary(asset_id)).transcode_status, 'UN_TRANSCODE')
    const json = { asset_id: [published] }
    await rig.expect(200, 'POST', 'asset/status/unpublish', { json })
    assert.equal((await publish(published)).status, 'CREATED')
    shows('huawei-vod', 'publish of an asset without its source file')
  })

  test('no asset is encrypted, so that there is no key', async () => {
    const asset_id = await rig.make(VIDEO, { auto_encrypt: 1 })
    const ask = (query: Readonly<Record<string, string>>, headers = {}) =>
      rig.call('GET', 'asset/ciphers', { query, headers })
    assertFailure(await ask({ asset_id }), 404, 'VOD.10101', '媒资未加密，无法获取密钥。')
    shows('huawei-vod', 'VOD.10101')
    assertFailure(await ask({ asset_id: 'f'.repeat(32) }), 404, 'VOD.10062')
    assertIllegal(await ask({}), 'asset_id')
    shows('huawei-vod', 'GET /v1.0/{project_id}/asset/ciphers')
  })
})

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import {
  ACCOUNT,
  assertFailure,
  assertIllegal,
  type Body,
  OTHER_ACCOUNT,
  OTHER_PROJECT,
  PROJECTS,
  type Rig,
  startRig,
} from './rig.ts'

/** The table of page vod_04_0195, and the list of page vod_04_0196. */
const TYPES: Readonly<Record<string, string>> = {
  MP4: 'video/mp4',
  TS: 'video/mp2t',
  MOV: 'video/quicktime',
  MXF: 'application/mxf',
  MPG: 'video/mpeg',
  FLV: 'video/flv',
  WMV: 'video/x-ms-wmv',
  AVI: 'video/x-msvideo',
  M4V: 'video/m4v',
  F4V: 'application/f4v',
  MPEG: 'video/mpeg',
  '3GP': 'video/3gpp',
  ASF: 'video/x-ms-asf',
  MKV: 'video/x-matroska',
  WEBM: 'video/webm',
  HLS: 'application/octet-stream',
  MP3: 'audio/mp3',
  OGG: 'audio/ogg',
  WAV: 'audio/wav',
  WMA: 'audio/wma',
  APE: 'audio/ape',
  FLAC: 'audio/flac',
  AAC: 'audio/aac',
  AC3: 'audio/ac3',
  MMF: 'audio/mmf',
  AMR: 'audio/amr',
  M4A: 'audio/m4a',
  M4R: 'audio/m4r',
  WV: 'audio/wv',
  MP2: 'audio/mp2',
}

const BYTES = Buffer.from('bytes')
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64')

/** Two Chinese characters are 6 bytes; `a` fills up. */
const textOf = (bytes: number): string => `${'测'.repeat(Math.floor(bytes / 3))}${'a'.repeat(bytes % 3)}`

describe('huawei-vod: creating assets', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.stop())

  const creating = (change: Readonly<Record<string, unknown>>) =>
    rig.call('POST', 'asset', {
      json: { title: 'a title', video_name: 'a.mp4', video_type: 'MP4', ...change },
    })

  test('a created asset is answered with the fields of the document in their order', async () => {
    const { status, body, headers } = await creating({})
    assert.equal(status, 200)
    assert.ok(body !== null)
    assert.equal(headers['content-type'], 'application/json')
    assert.match(String(headers['x-request-id']), /^[0-9a-f]{32}$/)
    assert.deepEqual(Object.keys(body), [
      ...['asset_id', 'video_upload_url', 'cover_upload_url', 'subtitle_upload_urls', 'target'],
    ])
    assert.match(body.asset_id, /^[0-9a-f]{32}$/)
    assert.deepEqual([body.cover_upload_url, body.subtitle_upload_urls], [null, []])
    const { bucket, location, object } = body.target
    assert.deepEqual([bucket, location], ['vod-bucket-1-cn-north-4', 'cn-north-4'])
    assert.match(object, new RegExp(`^${PROJECTS.main.id}/${body.asset_id}/[0-9a-f]{32}\\.mp4$`))
    shows('huawei-vod', 'create')
    const url = new URL(body.video_upload_url)
    assert.equal(`${url.origin}${url.pathname}`, `${rig.url}/${bucket}/${object}`)
    assert.deepEqual([...url.searchParams.keys()], ['AWSAccessKeyId', 'Expires', 'Signature'])
    assert.equal(url.searchParams.get('AWSAccessKeyId'), ACCOUNT.access_key)
    assert.equal((await rig.info(body.asset_id)).status, 'CREATING')
    assert.equal((await rig.put(body.video_upload_url, BYTES)).status, 200)
    shows('huawei-vod', 'POST /v1.0/{project_id}/asset')
  })

  test('announced covers and subtitles have URLs in the order of the request', async () => {
    const subtitle = { type: 'SRT', language: 'EN', name: 'n', description: 'd' }
    const body = await rig.create({
      cover_type: 'PNG',
      subtitles: [
        { ...subtitle, id: 3 },
        { ...subtitle, id: 1, language: 'CN' },
      ],
    })
    const paths = [body.cover_upload_url, ...body.subtitle_upload_urls].map((url) => {
      const { pathname } = new URL(String(url))
      return pathname.split(`/${body.asset_id}/`)[1]
    })
    assert.deepEqual(paths, ['cover/Cover0.png', 'subtitle/3.srt', 'subtitle/1.srt'])
    const { object } = body.target
    assert.match(object, new RegExp(`^${PROJECTS.main.id}/${body.asset_id}/[0-9a-f]{32}\\.mp4$`))
    shows('huawei-vod', 'object keys')
    const put = (url: unknown, type: string) => rig.put(String(url), BYTES, { 'content-type': type })
    assert.equal((await put(body.cover_upload_url, 'image/png')).status, 200)
    assert.equal((await put(body.cover_upload_url, 'image/jpg')).status, 403)
    for (const url of body.subtitle_upload_urls) {
      assert.equal((await put(url, 'application/octet-stream')).status, 200)
    }
    await rig.put(body.video_upload_url, BYTES)
    await rig.confirm(body.asset_id)
    const query = { asset_id: body.asset_id }
    const { base_info } = await rig.expect(200, 'GET', 'asset/details', { query })
    const { cover_info_array, subtitle_info } = base_info as unknown as Readonly<
      Record<string, readonly Body[]>
    >
    assert.deepEqual([cover_info_array?.length, subtitle_info?.map(({ id }) => id)], [1, [3, 1]])
    shows('huawei-vod', 'PUT cover_upload_url, subtitle_upload_urls')
  })

  test('a created asset keeps what was said of it and awaits its bytes', async () => {
    const { asset_id } = await rig.create({
      ...{ title: '标题', video_name: 'name without suffix', description: 'words', tags: 'b, a,b,' },
    })
    const { base_info, status, description, play_info_array } = await rig.info(asset_id)
    assert.deepEqual([status, description, play_info_array], ['CREATING', 'Asset meta is creating', []])
    assert.deepEqual(
      [base_info.title, base_info.video_name, base_info.description, base_info.tags, base_info.video_type],
      ['标题', 'name without suffix', 'words', 'b,a', 'MP4'],
    )
    shows('huawei-vod', 'create: description, tags')
    assert.deepEqual([base_info.category_id, base_info.category_name], [-1, '其他'])
    assert.deepEqual([base_info.meta_data, base_info.video_url], [null, null])
    assert.match(String(base_info.create_time), /^20\d{12}$/)
  })

  test('assets of one title are different assets', async () => {
    const [one, two] = await Promise.all([rig.create(), rig.create()])
    assert.notEqual(one.asset_id, two.asset_id)
    assert.notEqual(one.target.object.split('/')[2], two.target.object.split('/')[2])
  })

  test('title, video_name and video_type are required', async () => {
    for (const field of ['title', 'video_name', 'video_type']) {
      for (const value of [undefined, null, '', 7, {}, ['a']])
        assertIllegal(await creating({ [field]: value }), field)
    }
    shows('huawei-vod', 'create: title, video_name, video_type')
  })

  test('texts of an asset are limited by their bytes in UTF-8', async () => {
    const limits = { title: 128, video_name: 128, description: 1024 }
    for (const [field, max] of Object.entries(limits)) {
      assert.equal((await creating({ [field]: textOf(max) })).status, 200, field)
      assertIllegal(await creating({ [field]: textOf(max + 1) }), field)
    }
    shows('huawei-vod', 'title, video_name 128 bytes; description 1024 bytes')
    for (const field of ['template_group_name', 'workflow_name']) {
      assert.equal((await creating({ [field]: textOf(128) })).status, 200, field)
      assertIllegal(await creating({ [field]: textOf(129) }), field)
    }
    const named = (name: string) => creating({ subtitles: [{ id: 1, type: 'SRT', language: 'CN', name }] })
    assert.equal((await named(textOf(128))).status, 200)
    assertIllegal(await named(textOf(129)), 'subtitles.name')
    shows('huawei-vod', 'template_group_name, workflow_name, subtitles.name 128 bytes')
  })

  test('texts that no store keeps as they are are refused', async () => {
    const sent = (title: string) => {
      const raw = JSON.stringify({ title, video_name: 'a', video_type: 'MP4' })
      return rig.call('POST', 'asset', { raw })
    }
    assertIllegal(await sent('a\u0000b'), 'title')
    assertFailure(await sent('\ud800'), 400, 'VOD.10081')
  })

  test('tags are at most 16 of at most 24 bytes each', async () => {
    const tags = (count: number, bytes = 24) =>
      Array.from({ length: count }, (_, at) => `${at + 10}${textOf(bytes - 2)}`).join(',')
    assert.equal((await creating({ tags: tags(16) })).status, 200)
    assertIllegal(await creating({ tags: tags(17, 3) }), 'tags')
    assertIllegal(await creating({ tags: tags(1, 25) }), 'tags')
    assertIllegal(await creating({ tags: ['a'] }), 'tags')
    shows('huawei-vod', 'tags')
  })

  test('every video_type of the document is taken, with its Content-Type and no other', async () => {
    for (const [video_type, type] of Object.entries(TYPES)) {
      const { video_upload_url, target } = await rig.create({ video_type })
      assert.ok(target.object.endsWith(`.${video_type.toLowerCase()}`), video_type)
      const wrong = await rig.put(video_upload_url, BYTES, { 'content-type': 'text/plain' })
      assert.match(wrong.bytes.toString(), /<Code>SignatureDoesNotMatch<\/Code>/, video_type)
      assert.equal((await rig.put(video_upload_url, BYTES, { 'content-type': type })).status, 200, video_type)
    }
    for (const video_type of ['mp4', 'GIF', 'M3U8', 'MP4 ', 'toString', '']) {
      assertIllegal(await creating({ video_type }), 'video_type')
    }
    shows('huawei-vod', 'create: video_type')
  })

  test('category_id is a number or a text, and has to be one of the project', async () => {
    for (const category_id of [-1, '-1', null, undefined]) {
      const { asset_id } = await rig.create({ category_id })
      assert.equal((await rig.info(asset_id)).base_info.category_id, -1)
    }
    assertFailure(
      ...([await creating({ category_id: 4711 }), 403, 'VOD.10064'] as const),
      '媒资分类不存在，请检查。',
    )
    for (const category_id of [-2, 1.5, 'a', '', true]) {
      assertIllegal(await creating({ category_id }), 'category_id')
    }
    const { id } = await rig.expect(200, 'POST', 'asset/category', { json: { name: 'of its own' } })
    for (const category_id of [id, String(id)]) {
      const { asset_id } = await rig.create({ category_id })
      assert.equal((await rig.info(asset_id)).base_info.category_id, id)
    }
    shows('huawei-vod', 'create: category_id')
  })

  test('a digest that was announced has to come with the bytes, and to be theirs', async () => {
    const hex = createHash('md5').update(BYTES).digest('hex')
    for (const video_md5 of [md5(BYTES), hex, hex.toUpperCase()]) {
      const { video_upload_url } = await rig.create({ video_md5 })
      assert.equal((await rig.put(video_upload_url, BYTES)).status, 403)
      const other = await rig.put(video_upload_url, BYTES, { 'content-md5': md5(Buffer.from('other')) })
      assert.equal(other.status, 403)
      const bad = await rig.put(video_upload_url, Buffer.from('Bytes'), { 'content-md5': md5(BYTES) })
      assert.deepEqual([bad.status, /<Code>(.*)<\/Code>/.exec(bad.bytes.toString())?.[1]], [400, 'BadDigest'])
      const right = await rig.put(video_upload_url, BYTES, { 'content-md5': md5(BYTES) })
      assert.equal(right.status, 200, right.bytes.toString())
    }
    const cover = await rig.create({ cover_type: 'JPG', cover_md5: md5(BYTES) })
    const headers = { 'content-type': 'image/jpg' }
    assert.equal((await rig.put(String(cover.cover_upload_url), BYTES, headers)).status, 403)
    const sent = { ...headers, 'content-md5': md5(BYTES) }
    assert.equal((await rig.put(String(cover.cover_upload_url), BYTES, sent)).status, 200)
    const of = { id: 1, type: 'SRT', language: 'CN', md5: md5(BYTES) }
    const [subtitle] = (await rig.create({ subtitles: [of] })).subtitle_upload_urls
    const plain = { 'content-type': 'application/octet-stream' }
    assert.equal((await rig.put(String(subtitle), BYTES, plain)).status, 403)
    const whole = { ...plain, 'content-md5': md5(BYTES) }
    assert.equal((await rig.put(String(subtitle), BYTES, whole)).status, 200)
    shows('huawei-vod', 'create: video_md5, cover_md5, subtitles.md5')
    for (const field of ['video_md5', 'cover_md5']) {
      for (const value of ['x', 'AAAA', `${md5(BYTES)}=`, 'g'.repeat(32), 7]) {
        assertIllegal(await creating({ cover_type: 'JPG', [field]: value }), field)
      }
    }
  })

  test('covers are JPG or PNG', async () => {
    assertIllegal(await creating({ cover_type: 'GIF' }), 'cover_type')
    assertIllegal(await creating({ cover_type: 'jpg' }), 'cover_type')
    for (const [cover_type, name] of [
      ['JPG', 'Cover0.jpg'],
      ['PNG', 'Cover0.png'],
    ] as const) {
      const { cover_upload_url } = await rig.create({ cover_type })
      assert.ok(new URL(String(cover_upload_url)).pathname.endsWith(`/cover/${name}`))
    }
    shows('huawei-vod', 'create: cover_type')
  })

  test('subtitles have an id from 1 to 8, a type and a language', async () => {
    const right = { id: 1, type: 'SRT', language: 'CN' }
    const all = Array.from({ length: 8 }, (_, at) => ({ ...right, id: at + 1 }))
    assert.equal((await creating({ subtitles: all })).body?.subtitle_upload_urls.length, 8)
    const wrong: Readonly<Record<string, readonly unknown[]>> = {
      id: [0, 9, '', null, 1.5],
      type: ['VTT', null, 1],
      language: ['FR', null, 'cn'],
      md5: ['x'],
      name: [textOf(129), 1],
      description: [textOf(1025)],
    }
    for (const [field, values] of Object.entries(wrong)) {
      for (const value of values) {
        assertIllegal(await creating({ subtitles: [{ ...right, [field]: value }] }), `subtitles.${field}`)
      }
    }
    assertIllegal(await creating({ subtitles: [right, right] }), 'subtitles.id')
    assertIllegal(await creating({ subtitles: [...all, right] }), 'subtitles')
    assertIllegal(await creating({ subtitles: {} }), 'subtitles')
    assertIllegal(await creating({ subtitles: ['SRT'] }), 'subtitles')
    shows('huawei-vod', 'subtitles')
    const named = { id: '2', type: 'SRT', language: 'EN', name: 'n', md5: md5(BYTES), description: 'd' }
    assert.equal((await creating({ subtitles: [right, named] })).body?.subtitle_upload_urls.length, 2)
    shows('huawei-vod', 'create: subtitles')
  })

  test('switches are 0 or 1', async () => {
    for (const field of ['auto_publish', 'auto_encrypt', 'auto_preheat']) {
      for (const value of [0, 1, '0', '1', null]) {
        assert.equal((await creating({ [field]: value })).status, 200, `${field} ${value}`)
      }
      for (const value of [2, -1, 'yes', true, '']) {
        assertIllegal(await creating({ [field]: value }), field)
      }
    }
    shows('huawei-vod', 'create: auto_publish, auto_encrypt, auto_preheat')
  })

  test('what is asked for of thumbnails is checked', async () => {
    const right = { type: 'time', time: 12, cover_position: 1, format: 1, aspect_ratio: 0, max_length: 480 }
    assert.equal((await creating({ thumbnail: right })).status, 200)
    const dots = { type: 'dots', dots: [0, 5, 60] }
    assert.equal((await creating({ thumbnail: dots })).status, 200)
    const quantity = { type: 'quantity', quantity: 10, quantity_time: 3 }
    assert.equal((await creating({ thumbnail: quantity })).status, 200)
    const wrong: Readonly<Record<string, readonly unknown[]>> = {
      type: [undefined, 'every', 1],
      time: [-1, 101, 'a'],
      dots: [5, [-1], ['a']],
      quantity: [0, 11],
      quantity_time: [-1],
      cover_position: [-1],
      format: [0, 2],
      aspect_ratio: [2],
      max_length: [0],
    }
    for (const [field, values] of Object.entries(wrong)) {
      for (const value of values) {
        assertIllegal(await creating({ thumbnail: { ...right, [field]: value } }), `thumbnail.${field}`)
      }
    }
    assertIllegal(await creating({ thumbnail: 'time' }), 'thumbnail')
    for (const edge of [{ time: 0 }, { time: 100 }, { type: 'quantity', quantity: 1 }])
      assert.equal((await creating({ thumbnail: { ...right, ...edge } })).status, 200)
    shows('huawei-vod', 'create: thumbnail', 'thumbnail')
  })

  test('what is asked for of reviews is checked, and old fields of it do not count', async () => {
    const review = { template_id: 't', interval: 'x', politics: 7, terrorism: null, porn: [] }
    assert.equal((await creating({ review })).status, 200)
    assertIllegal(await creating({ review: { template_id: 7 } }), 'review.template_id')
    assertIllegal(await creating({ review: [] }), 'review')
    shows('huawei-vod', 'create: review')
  })

  test('fields that the document does not name do not count', async () => {
    assert.equal((await creating({ colour: 'red', storage_mode: 0 })).status, 200)
    shows('huawei-vod', 'create: fields that the document does not name')
  })

  test('a body that is no JSON object is refused', async () => {
    for (const raw of ['', '{', '[]', '"a"', 'null', 'title=a']) {
      const answer = await rig.call('POST', 'asset', { raw })
      if (raw === '') assertIllegal(answer, 'title')
      else assertFailure(answer, 400, 'VOD.10081', '请求参数非法，请检查。')
    }
    shows('huawei-vod', 'VOD.10081')
  })

  test('assets are created in projects of the caller alone', async () => {
    const json = { title: 'a title', video_name: 'a.mp4', video_type: 'MP4' }
    const at = (options: object) => rig.call('POST', 'asset', { json, ...options })
    const message = '租户ID校验失败'
    assertFailure(await at({ project: OTHER_PROJECT.id }), 403, 'VOD.10057', message)
    assertFailure(await at({ project: 'f'.repeat(32) }), 403, 'VOD.10057', message)
    const token = await rig.token()
    assert.equal((await at({ as: { token } })).status, 200)
    assertFailure(await at({ as: { token }, project: PROJECTS.second.id }), 403, 'VOD.10057')
    const whole = await rig.token({ project: null })
    assertFailure(await at({ as: { token: whole } }), 403, 'VOD.10057')
    assertFailure(await at({ as: { nobody: true } }), 401, 'APIGW.0301')
    const foreign = await rig.token({ account: OTHER_ACCOUNT })
    assertFailure(await at({ as: { token: foreign } }), 403, 'VOD.10057')
    shows('huawei-vod', 'VOD.10057')
  })
})

describe('huawei-vod: the life of upload URLs', () => {
  test('an upload URL lives for an hour', async () => {
    const rig = await startRig()
    const { video_upload_url } = await rig.create()
    rig.clock.advance(3590_000)
    assert.equal((await rig.put(video_upload_url, BYTES)).status, 200)
    rig.clock.advance(10_000)
    assert.equal((await rig.put(video_upload_url, BYTES)).status, 403)
    shows('huawei-vod', 'life of upload URLs')
    await rig.stop()
  })

  test('url_ttl_s is the life of signed URLs', async () => {
    const rig = await startRig({ settings: { 'huawei_vod.url_ttl_s': '60' } })
    const created = await rig.create()
    const put = async () => (await rig.put(created.video_upload_url, BYTES)).status
    rig.clock.advance(50_000)
    assert.equal(await put(), 200)
    rig.clock.advance(10_000)
    assert.equal(await put(), 403)
    await rig.confirm(created.asset_id)
    const query = { asset_id: created.asset_id }
    const { base_info } = await rig.expect(200, 'GET', 'asset/details', { query })
    const read = async () => (await sendWire(String(base_info.sign_url), { method: 'GET' })).status
    rig.clock.advance(50_000)
    assert.equal(await read(), 200)
    rig.clock.advance(10_000)
    assert.equal(await read(), 403)
    shows('huawei-vod', 'huawei_vod.url_ttl_s')
    await rig.stop()
  })
})

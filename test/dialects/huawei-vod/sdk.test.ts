import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import * as sdk from '@huaweicloud/huaweicloud-sdk-vod'
import { largeVideo, mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { ACCOUNT, type Body, OTHER_ACCOUNT, OTHER_PROJECT, PROJECTS, type Rig, startRig } from './rig.ts'
import { type SdkFailure, sdkClient } from './sdk-client.ts'

const VIDEO = mediaFixture('video.mp4')
const LARGE_VIDEO = largeVideo(300_000)
const NO_ASSET = 'f488337c31c8e4622f1590735b134c65'

/** Calls that the SDK has and this dialect has not. */
const NOT_OFFERED: readonly (keyof sdk.VodClient)[] = [
  'cancelAssetTranscodeTask',
  'cancelExtractAudioTask',
  'confirmImageUpload',
  'createAssetReviewTask',
  'createExtractAudioTask',
  'createPreheatingAsset',
  'createTakeOverTask',
  'createWatermarkTemplate',
  'deleteWatermarkTemplate',
  'listTakeOverTask',
  'listTopStatistics',
  'listWatermarkTemplate',
  'showCdnStatistics',
  'showPreheatingAsset',
  'showTakeOverAssetDetails',
  'showTakeOverTaskDetails',
  'showVodStatistics',
  'updateWatermarkTemplate',
]

/** Has a value for whatever a call requires, and leaves the signature to the SDK. */
const ANY_REQUEST = new Proxy(
  {},
  {
    get: (_, name) => {
      if (['authorization', 'Authorization', 'X-Sdk-Date'].includes(String(name))) return undefined
      return name === 'body' ? {} : '1'
    },
  },
)

describe('@huaweicloud/huaweicloud-sdk-vod', () => {
  let rig: Rig
  let client: sdk.VodClient
  before(async () => {
    rig = await startRig()
    client = sdkClient(rig.url)
  })
  after(() => rig.stop())

  /** The SDK's answers are JSON as it came, whatever its types say. */
  async function ok(answer: Promise<unknown>, status = 200): Promise<Body> {
    const body = (await answer) as Body
    assert.equal(body.httpStatusCode, status)
    return body
  }

  async function fails(answer: Promise<unknown>, status: number, code: string): Promise<SdkFailure> {
    const failure = await answer.then(
      () => assert.fail('it was answered with success'),
      (error: SdkFailure) => error,
    )
    assert.deepEqual([failure.httpStatusCode, failure.errorCode], [status, code], failure.errorMsg)
    assert.match(failure.requestId, /^[0-9a-f]{32}$/)
    return failure
  }

  const creating = (title = 'Avatar 测试') =>
    new sdk.CreateAssetByFileUploadReq(title, 'Avatar_480P.mp4', 'MP4')
  const create = (body = creating()) =>
    ok(client.createAssetByFileUpload(new sdk.CreateAssetByFileUploadRequest().withBody(body)))
  const confirm = (assetId: string, status = sdk.ConfirmAssetUploadReqStatusEnum.CREATED) => {
    const body = new sdk.ConfirmAssetUploadReq(assetId, status)
    return client.confirmAssetUpload(new sdk.ConfirmAssetUploadRequest().withBody(body))
  }
  const details = (assetId: string) =>
    ok(client.showAssetDetail(new sdk.ShowAssetDetailRequest().withAssetId(assetId)))
  const info = async (...assetIds: string[]) =>
    (await ok(client.showAssetMeta(new sdk.ShowAssetMetaRequest().withAssetId(assetIds)))).asset_info_array

  async function put(url: unknown, bytes: Uint8Array, headers: Readonly<Record<string, string>>) {
    const answer = await fetch(String(url), { method: 'PUT', body: new Uint8Array(bytes), headers })
    assert.equal(answer.status, 200, await answer.text())
  }

  async function make(body = creating()): Promise<string> {
    const { asset_id, video_upload_url } = await create(body)
    await put(video_upload_url, VIDEO, { 'content-type': 'video/mp4' })
    assert.equal((await ok(confirm(asset_id))).asset_id, asset_id)
    return asset_id
  }

  test('the SDK goes the whole way of an asset with cover and subtitles', async () => {
    const md5 = createHash('md5').update(VIDEO).digest('base64')
    const subtitles = [
      new sdk.Subtitle(2, sdk.SubtitleTypeEnum.SRT, sdk.SubtitleLanguageEnum.EN),
      new sdk.Subtitle(1, sdk.SubtitleTypeEnum.SRT, sdk.SubtitleLanguageEnum.CN),
    ]
    const made = await create(
      creating()
        .withDescription('d')
        .withVideoMd5(md5)
        .withCoverType(sdk.CreateAssetByFileUploadReqCoverTypeEnum.PNG)
        .withSubtitles(subtitles)
        .withTags('a,b')
        .withAutoPublish(sdk.CreateAssetByFileUploadReqAutoPublishEnum.NUMBER_1)
        .withAutoPreheat('0')
        .withThumbnail(new sdk.Thumbnail(sdk.ThumbnailTypeEnum.DOTS).withDots([1, 2]))
        .withReview(new sdk.Review('template')),
    )
    await put(made.video_upload_url, VIDEO, { 'content-type': 'video/mp4', 'content-md5': md5 })
    await put(made.cover_upload_url, mediaFixture('picture.png'), { 'content-type': 'image/png' })
    for (const url of made.subtitle_upload_urls) {
      await put(url, Buffer.from('1\n'), { 'content-type': 'application/octet-stream' })
    }
    assert.deepEqual(await confirm(made.asset_id), { asset_id: made.asset_id, httpStatusCode: 200 })

    const { base_info } = await details(made.asset_id)
    assert.deepEqual(
      [base_info.title, base_info.description, base_info.tags, base_info.video_type],
      ['Avatar 测试', 'd', 'a,b', 'MP4'],
    )
    assert.equal(base_info.meta_data?.video_size, VIDEO.length)
    assert.equal((base_info.cover_info_array as unknown[]).length, 1)
    const told = base_info.subtitle_info as readonly { readonly id: number }[]
    assert.deepEqual(
      told.map(({ id }) => id),
      [2, 1],
    )
    const [known] = await info(made.asset_id)
    assert.equal(known?.status, 'PUBLISHED')
    for (const url of [base_info.sign_url, base_info.video_url]) {
      const read = await sendWire(String(url), { method: 'GET' })
      assert.ok(read.bytes.equals(VIDEO))
    }
    shows('huawei-vod', '@huaweicloud/huaweicloud-sdk-vod')
  })

  test('the SDK uploads in parts by temporary authorities', async () => {
    const { asset_id, target } = await create()
    const authority = async (
      verb: string,
      change = (request: sdk.ShowAssetTempAuthorityRequest) => request,
    ) => {
      const request = new sdk.ShowAssetTempAuthorityRequest(verb, target.bucket, target.object)
      return (await ok(client.showAssetTempAuthority(change(request)))).sign_str
    }
    const begun = await fetch(await authority('POST', (each) => each.withContentType('video/mp4')), {
      method: 'POST',
      headers: { 'content-type': 'video/mp4' },
    })
    const id = /<UploadId>(.*)<\/UploadId>/.exec(await begun.text())?.[1] ?? assert.fail('no UploadId')
    const pieces = [LARGE_VIDEO.subarray(0, 102_400), LARGE_VIDEO.subarray(102_400)]
    const etags: string[] = []
    for (const [at, piece] of pieces.entries()) {
      const md5 = createHash('md5').update(piece).digest('base64')
      const url = await authority('PUT', (each) =>
        each
          .withUploadId(id)
          .withPartNumber(at + 1)
          .withContentMd5(md5),
      )
      const headers = { 'content-type': 'application/octet-stream', 'content-md5': md5 }
      const sent = await fetch(url, { method: 'PUT', body: new Uint8Array(piece), headers })
      assert.equal(sent.status, 200, await sent.text())
      etags.push(String(sent.headers.get('etag')))
    }
    const listed = await fetch(await authority('GET', (each) => each.withUploadId(id)))
    assert.equal((await listed.text()).match(/<Part>/g)?.length, 2)
    const list = etags.map(
      (etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
    )
    const completed = await fetch(await authority('POST', (each) => each.withUploadId(id)), {
      method: 'POST',
      headers: { 'content-type': 'application/xml' },
      body: `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`,
    })
    assert.equal(completed.status, 200, await completed.text())
    await ok(confirm(asset_id))
    const { base_info } = await details(asset_id)
    assert.ok((await sendWire(String(base_info.sign_url), { method: 'GET' })).bytes.equals(LARGE_VIDEO))
    await fails(
      authority('PUT', (each) => each.withUploadId(id).withPartNumber(1)),
      403,
      'VOD.10135',
    )
    shows('huawei-vod', '@huaweicloud/huaweicloud-sdk-vod')
  })

  test('the SDK confirms that an upload failed or was cancelled, and sends the video anew', async () => {
    const { FAILED, CANCELLED } = sdk.ConfirmAssetUploadReqStatusEnum
    for (const [status, told] of [
      [FAILED, 'UPLOAD_FAILED'],
      [CANCELLED, 'CANCELLED'],
    ] as const) {
      const { asset_id } = await create()
      await ok(confirm(asset_id, status))
      assert.equal((await info(asset_id))[0]?.status, told)
      await fails(confirm(asset_id), 400, 'VOD.10126')
      const anew = Object.assign(new sdk.UpdateAssetRequest(), {
        body: { asset_id, video_name: 'b.mp4', video_type: 'MP4' },
      })
      const { video_upload_url } = await ok(client.updateAsset(anew))
      await put(video_upload_url, VIDEO, { 'content-type': 'video/mp4' })
      await ok(confirm(asset_id))
      assert.equal((await info(asset_id))[0]?.status, 'CREATED')
    }
    shows('huawei-vod', '@huaweicloud/huaweicloud-sdk-vod')
  })

  test('the SDK lists and queries with repeated and sorted parameters', async () => {
    const tags = 'sdk-list'
    const ids = [
      await make(creating('one').withTags(tags)),
      await make(creating('two').withTags(`${tags},more`)),
      (await create(creating('three').withTags(tags))).asset_id,
    ]
    const list = async (request: sdk.ListAssetListRequest) => {
      const { assets, total } = await ok(client.listAssetList(request.withTags(tags)))
      return [assets.map(({ title }) => title), total]
    }
    const { ListAssetListRequest: List, ListAssetListRequestStatusEnum: Status } = sdk
    assert.deepEqual(await list(new List()), [['three', 'two', 'one'], 3])
    const oldest = new List().withOrder(sdk.ListAssetListRequestOrderEnum.ASC)
    assert.deepEqual(await list(oldest.withPage(1).withSize(2)), [['three'], 3])
    assert.deepEqual(await list(new List().withStatus([Status.PUBLISHED, Status.CREATED])), [
      ['two', 'one'],
      2,
    ])
    assert.deepEqual(await list(new List().withMediaType(['MOV', 'MP3'])), [[], 0])
    assert.deepEqual(await list(new List().withQueryString("tw(o)!*'")), [[], 0])
    assert.deepEqual(await list(new List().withQueryString('TW')), [['two'], 1])
    assert.deepEqual(await list(new List().withCategoryId(-1).withStartTime('20180209024019')), [
      ['three', 'two', 'one'],
      3,
    ])
    assert.deepEqual(await list(new List().withAssetId([...ids].reverse())), [['three', 'two', 'one'], 3])

    const meta = await ok(
      client.showAssetMeta(
        new sdk.ShowAssetMetaRequest()
          .withTags(tags)
          .withStatus([
            sdk.ShowAssetMetaRequestStatusEnum.CREATING,
            sdk.ShowAssetMetaRequestStatusEnum.CREATED,
          ])
          .withAssetStatus([sdk.ShowAssetMetaRequestAssetStatusEnum.CREATED]),
      ),
    )
    assert.deepEqual([meta.total, meta.is_truncated], [2, 0])
    const unknown = await info(NO_ASSET)
    assert.deepEqual([unknown[0]?.asset_id, unknown[0]?.status], [NO_ASSET, 'UNCREATED'])
    const wrong = client.listAssetList(new List().withSize(101))
    await fails(wrong, 400, 'VOD.10053')
    shows('huawei-vod', '@huaweicloud/huaweicloud-sdk-vod')
  })

  test('the SDK updates, publishes and deletes', async () => {
    const asset_id = await make()
    const change = new sdk.UpdateAssetMetaReq(asset_id).withTitle('renamed').withCategoryId(-1)
    const updated = client.updateAssetMeta(new sdk.UpdateAssetMetaRequest().withBody(change))
    assert.deepEqual(await updated, { httpStatusCode: 204 })
    assert.equal((await details(asset_id)).base_info.title, 'renamed')

    const both = new sdk.PublishAssetReq([asset_id, NO_ASSET])
    const published = await ok(client.publishAssets(new sdk.PublishAssetsRequest().withBody(both)))
    assert.deepEqual(
      published.asset_info_array.map(({ status }) => status),
      ['PUBLISHED', 'UNCREATED'],
    )
    const unpublished = await ok(client.unpublishAssets(new sdk.UnpublishAssetsRequest().withBody(both)))
    assert.equal(unpublished.asset_info_array[0]?.status, 'CREATED')

    const other = await make()
    const { delete_result_array } = await ok(
      client.deleteAssets(new sdk.DeleteAssetsRequest().withAssetId([other, asset_id])),
    )
    const deleted = delete_result_array.map((each) => [each.asset_id, each.status])
    assert.deepEqual(new Map(deleted as [string, string][]).get(other), 'DELETED')
    assert.deepEqual(new Map(deleted as [string, string][]).get(asset_id), 'DELETED')
    assert.equal((await info(asset_id))[0]?.status, 'DELETED')
    await fails(client.deleteAssets(new sdk.DeleteAssetsRequest().withAssetId([NO_ASSET])), 403, 'VOD.10062')
    shows('huawei-vod', '@huaweicloud/huaweicloud-sdk-vod')
  })

  test('the SDK keeps categories', async () => {
    const create = (name: string, parent = 0) => {
      const body = new sdk.CreateCategoryReq(name).withParentId(parent)
      return client.createAssetCategory(new sdk.CreateAssetCategoryRequest().withBody(body))
    }
    const first = await ok(create('films'))
    const second = await ok(create('short', Number(first.id)))
    assert.deepEqual([second.level, second.parent_id, second.projectId], [2, first.id, PROJECTS.main.id])
    await fails(create('films'), 400, 'VOD.10065')
    await fails(create('none', 987_654), 400, 'VOD.10064')

    const rename = new sdk.UpdateCategoryReq('long', Number(second.id))
    const renamed = await ok(
      client.updateAssetCategory(new sdk.UpdateAssetCategoryRequest().withBody(rename)),
    )
    assert.equal(renamed.name, 'long')
    const listing = client.listAssetCategory(new sdk.ListAssetCategoryRequest().withId(Number(first.id)))
    const listed = await ok(listing)
    assert.ok(Array.isArray(listed))
    assert.deepEqual(
      [...listed],
      [
        {
          id: String(first.id),
          name: 'films',
          children: [{ id: String(second.id), name: 'long', children: [] }],
        },
      ],
    )
    const inCategory = await make(creating().withCategoryId(String(second.id)))
    assert.equal((await details(inCategory)).base_info.category_name, 'long')
    const removal = client.deleteAssetCategory(new sdk.DeleteAssetCategoryRequest().withId(Number(first.id)))
    assert.deepEqual(await removal, { httpStatusCode: 204 })
    assert.equal((await details(inCategory)).base_info.category_id, -1)
    shows('huawei-vod', '@huaweicloud/huaweicloud-sdk-vod')
  })

  test('the SDK asks for duplicates by the head of a file', async () => {
    const asset_id = await make()
    const head = createHash('md5').update(VIDEO.subarray(0, 1024)).digest('hex')
    const check = (size: number) =>
      ok(client.checkMd5Duplication(new sdk.CheckMd5DuplicationRequest(size, head)))
    const found = await check(VIDEO.length)
    assert.equal(found.is_duplicated, 1)
    assert.ok((found.asset_ids as readonly string[]).includes(asset_id))
    assert.equal((await check(VIDEO.length + 1)).is_duplicated, 0)
    shows('huawei-vod', '@huaweicloud/huaweicloud-sdk-vod')
  })

  test('the SDK has videos pulled from URLs', async (t) => {
    const origin = createServer((_, response) => response.end(VIDEO)).listen(0, '127.0.0.1')
    t.after(() => origin.close())
    await once(origin, 'listening')
    const url = `http://127.0.0.1:${(origin.address() as AddressInfo).port}/films/a.mp4`
    const pull = (to: sdk.VodClient) => {
      const video = new sdk.UploadMetaDataByUrl(sdk.UploadMetaDataByUrlVideoTypeEnum.MP4, 'pulled', url)
      const body = new sdk.UploadMetaDataByUrlReq([video.withAutoPublish(1).withAutoPreheat(0).withTags('a')])
      return to.uploadMetaDataByUrl(new sdk.UploadMetaDataByUrlRequest().withBody(body))
    }
    const off = await fails(pull(client), 400, 'VOD.10136')
    assert.equal(off.errorMsg, '该功能临时下线。')
    const open = await startRig({ settings: { 'huawei_vod.fetch_hosts': '127.0.0.1' } })
    t.after(() => open.stop())
    const { upload_assets } = await ok(pull(sdkClient(open.url)))
    const [pulled] = upload_assets as readonly Body[]
    assert.deepEqual([pulled?.url, pulled?.error_code], [url, null])
    await open.server.jobs.runAll()
    const { status, base_info } = await open.info(String(pulled?.asset_id))
    assert.deepEqual([status, base_info.meta_data?.video_size], ['PUBLISHED', VIDEO.length])
    shows('huawei-vod', '@huaweicloud/huaweicloud-sdk-vod')
  })

  test('the SDK sets the cover that an asset has', async () => {
    const body = creating().withCoverType(sdk.CreateAssetByFileUploadReqCoverTypeEnum.PNG)
    const { asset_id, video_upload_url, cover_upload_url } = await create(body)
    await put(video_upload_url, VIDEO, { 'content-type': 'video/mp4' })
    await put(cover_upload_url, mediaFixture('picture.png'), { 'content-type': 'image/png' })
    await ok(confirm(asset_id))
    const [cover] = (await details(asset_id)).base_info.cover_info_array as readonly Body[]
    const set = (url: string) => {
      const request = new sdk.UpdateCoverByThumbnailRequest()
      return client.updateCoverByThumbnail(request.withBody(new sdk.UpdateCoverByThumbnailReq(url)))
    }
    assert.deepEqual(await set(String(cover?.cover_url)), { httpStatusCode: 204 })
    await fails(set('http://127.0.0.1:1/none.jpg'), 400, 'VOD.10062')
    shows('huawei-vod', '@huaweicloud/huaweicloud-sdk-vod')
  })

  test('the SDK hears of failures with code, message and request id', async () => {
    const missing = await fails(confirm(NO_ASSET), 400, 'VOD.10062')
    assert.equal(missing.errorMsg, '媒资或资源不存在，请检查。')
    const wrong = await fails(create(creating('')), 400, 'VOD.10053')
    assert.match(wrong.errorMsg, /\{title\}/)
    const stranger = sdkClient(rig.url, { keys: { ...ACCOUNT, secret_key: 'wrong' } })
    const refused = await fails(stranger.listAssetList(new sdk.ListAssetListRequest()), 401, 'APIGW.0301')
    assert.match(refused.errorMsg, /verify aksk signature fail/)
    const foreign = sdkClient(rig.url, { keys: OTHER_ACCOUNT })
    await fails(foreign.listAssetList(new sdk.ListAssetListRequest()), 403, 'VOD.10057')
    const late = new sdk.ListAssetListRequest().withXSdkDate('20240501T101112Z')
    const expired = await fails(client.listAssetList(late), 401, 'APIGW.0301')
    assert.match(expired.errorMsg, /signature expired, signature time:20240501T101112Z/)
    shows('huawei-vod', '@huaweicloud/huaweicloud-sdk-vod')
  })

  test('the SDK finds its project by the name of the region where none is configured', async () => {
    const { asset_id } = await create()
    const found = sdkClient(rig.url, { project: null })
    const seen = await ok(found.showAssetMeta(new sdk.ShowAssetMetaRequest().withAssetId([asset_id])))
    assert.equal(seen.asset_info_array[0]?.status, 'CREATING')
    const second = sdkClient(rig.url, { project: null, region: PROJECTS.second.name })
    const unseen = await ok(second.showAssetMeta(new sdk.ShowAssetMetaRequest().withAssetId([asset_id])))
    assert.equal(unseen.asset_info_array[0]?.status, 'UNCREATED')
    const other = sdkClient(rig.url, { keys: OTHER_ACCOUNT, project: OTHER_PROJECT?.id ?? '' })
    assert.equal((await ok(other.listAssetList(new sdk.ListAssetListRequest()))).total, 0)
    shows('huawei-vod', '@huaweicloud/huaweicloud-sdk-vod')
  })

  test('the SDK is told of calls that are not offered', async () => {
    for (const name of NOT_OFFERED) {
      const call = client[name] as unknown as (request: object) => Promise<unknown>
      const failure = await fails(call.call(client, ANY_REQUEST), 403, 'VOD.10136')
      assert.equal(failure.errorMsg, '该功能临时下线。', name)
    }
    shows('huawei-vod', 'others of the vendor’s SDKs', 'VOD.10136')
  })
})

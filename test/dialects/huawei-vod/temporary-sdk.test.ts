import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import * as sdk from '@huaweicloud/huaweicloud-sdk-vod'
import { openObsClient } from '../../support/esdk-obs.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { type Body, type Rig, startRig } from './rig.ts'
import { sdkClient } from './sdk-client.ts'
import { asking, type Credential, temporaryClient } from './temporary-client.ts'

const VIDEO = mediaFixture('video.mp4')

/** The vendor's own clients, set up with temporary keys as their users do. */
describe('huawei-vod: temporary keys in the vendor’s clients', () => {
  let rig: Rig
  let credential: Credential
  before(async () => {
    rig = await startRig()
    const client = temporaryClient(rig)
    credential = client.issued(await client.byToken(asking()))
  })
  after(() => rig.stop())

  const open = ({ access, secret, securitytoken }: Credential) =>
    sdkClient(rig.url, { keys: { access_key: access, secret_key: secret }, securityToken: securitytoken })
  const create = async (client: sdk.VodClient): Promise<Body> => {
    const creating = new sdk.CreateAssetByFileUploadReq('t', 'a.mp4', 'MP4')
    const request = new sdk.CreateAssetByFileUploadRequest().withBody(creating)
    return (await client.createAssetByFileUpload(request)) as unknown as Body
  }

  test('the SDK goes the whole way of an asset with temporary keys', async () => {
    const client = open(credential)
    const { asset_id, video_upload_url } = await create(client)
    assert.equal((await rig.put(video_upload_url, VIDEO)).status, 200)
    const uploaded = new sdk.ConfirmAssetUploadReq(asset_id, sdk.ConfirmAssetUploadReqStatusEnum.CREATED)
    await client.confirmAssetUpload(new sdk.ConfirmAssetUploadRequest().withBody(uploaded))
    const details = (await client.showAssetDetail(
      new sdk.ShowAssetDetailRequest(asset_id),
    )) as unknown as Body
    const answer = await fetch(String(details.base_info.sign_url))
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(VIDEO))
    const stranger = open({ ...credential, securitytoken: `${credential.securitytoken.slice(0, -1)}!` })
    await assert.rejects(create(stranger), { httpStatusCode: 401, errorCode: 'APIGW.0301' })
    shows('huawei-vod', '@huaweicloud/huaweicloud-sdk-vod')
  })

  test('esdk-obs-nodejs puts and reads a video with temporary keys', async () => {
    const { access: access_key_id, secret: secret_access_key, securitytoken: security_token } = credential
    for (const signature of ['v2', 'obs'] as const) {
      const keys = { access_key_id, secret_access_key, security_token }
      const obs = await openObsClient({ ...keys, server: rig.url, signature })
      const { asset_id, target } = await rig.create()
      const where = { Bucket: target.bucket, Key: target.object }
      const body = { Body: Readable.from([VIDEO]), ContentLength: VIDEO.byteLength }
      const put = await obs.putObject({ ...where, ...body, ContentType: 'video/mp4' })
      assert.equal(put.CommonMsg.Status, 200, `${put.CommonMsg.Code}: ${put.CommonMsg.Message}`)
      await rig.confirm(asset_id)
      const meta = await obs.getObjectMetadata(where)
      assert.equal(Number(meta.InterfaceResult?.ContentLength), VIDEO.byteLength)
      obs.close()
    }
    shows('huawei-vod', 'esdk-obs-nodejs')
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { ACCOUNT, assertFailure, type CallOptions, PROJECTS, startRig } from './rig.ts'
import { asking, startWithClient } from './temporary-client.ts'

const VIDEO = mediaFixture('video.mp4')
const { rig, client } = await startWithClient()

describe('huawei-vod: the projects of temporary keys', () => {
  test('are good for the project of the token that asked for them alone, in VOD and in OBS', async () => {
    const sameRegion = { id: 'of-the-same-region', name: PROJECTS.main.name }
    const projects = [PROJECTS.main, sameRegion, PROJECTS.second]
    const own = await startRig({ accounts: [{ ...ACCOUNT, projects }] })
    const token = await own.token()
    const credentials = [
      client.issued(await client.post(asking(), { 'x-auth-token': token }, own)),
      client.issued(await client.byKey(asking({}, { id: token }), ACCOUNT, own)),
    ]
    const assets = await Promise.all(projects.map(({ id }) => own.create({}, { project: id })))
    for (const credential of credentials) {
      for (const [index, { id }] of projects.entries()) {
        const isOwn = id === PROJECTS.main.id
        const listed = await own.call('GET', 'asset/list', client.inProject(credential, id))
        if (isOwn) assert.equal(listed.status, 200)
        else assertFailure(listed, 403, 'VOD.10057')
        const { bucket = '', object = '' } = assets[index]?.target ?? {}
        const put = await client.obs('PUT', object, credential, { on: own, body: VIDEO, bucket })
        assert.equal(put.status, isOwn ? 200 : 403, put.bytes.toString())
      }
    }
    const ofKey = client.issued(await client.byKey(asking(), ACCOUNT, own))
    const everywhere = await own.call('GET', 'asset/list', client.inProject(ofKey, PROJECTS.second.id))
    assert.equal(everywhere.status, 200)
    shows('huawei-vod', 'temporary keys of a token of a project')
    await own.stop()
  })

  test('of a token of the whole account are good for no project, as the token is', async () => {
    const credential = client.issued(await client.byToken(asking(), await rig.token({ project: null })))
    const { target } = await rig.create()
    assertFailure(await client.list(credential), 403, 'VOD.10057')
    assert.equal((await client.obs('PUT', target.object, credential, { body: VIDEO })).status, 403)
    shows('huawei-vod', 'temporary keys of a token of the whole account')
  })

  test('copy objects of their own project alone, as tokens do', async () => {
    const { asset_id, video_upload_url, target } = await rig.create()
    await rig.put(video_upload_url, VIDEO)
    await rig.confirm(asset_id)
    const { bucket, object } = target
    const json = { video_type: 'MP4', title: 'copied', input: { bucket, object, location: 'cn-north-4' } }
    const own = { token: await rig.token() }
    const other = { token: await rig.token({ project: PROJECTS.second.name }) }
    const keys = client.issued(await client.byToken(asking(), other.token))
    const copy = (options: CallOptions) => rig.call('POST', 'asset/reproduction', { json, ...options })
    assertFailure(await copy({ as: other, project: PROJECTS.second.id }), 403, 'APIGW.0302')
    assertFailure(await copy(client.inProject(keys, PROJECTS.second.id)), 403, 'APIGW.0302')
    assert.equal((await copy({ as: own })).status, 200)
    shows('huawei-vod', 'reproduction by a token')
  })
})

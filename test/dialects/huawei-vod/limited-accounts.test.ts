import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ONLY } from '../../support/limited-keys.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { ACCOUNT, assertFailure, startRig } from './rig.ts'
import { BUCKET, MP4 } from './temporary-client.ts'

const VIDEO = mediaFixture('video.mp4')

describe('huawei-vod: accounts whose keys are all limited', () => {
  const PROJECT = { id: 'made-project', name: 'cn-north-4' }
  const PASSWORD = 'a first password'

  /** A server with such an account, and a token of its user. */
  async function start() {
    const rig = await startRig()
    const { desks } = rig.server.engine
    await desks.accounts.create({ id: 'made', name: 'made' })
    await desks.keys.add('made', { rights: ONLY.read.rights })
    await desks.credentials.add('made', 'project', PROJECT)
    await desks.credentials.add('made', 'user', { name: 'tester', password: PASSWORD })
    const account = { ...ACCOUNT, name: 'made', users: [{ name: 'tester', password: PASSWORD }] }
    const options = { as: { token: await rig.token({ account }) }, project: PROJECT.id }
    return { rig, desks, options }
  }

  test('have users with tokens, and URLs and temporary keys by them', async () => {
    const { rig, options } = await start()
    const { asset_id, video_upload_url, target } = await rig.create({}, options)
    assert.equal((await rig.put(video_upload_url, VIDEO)).status, 200)
    const query = { http_verb: 'POST', bucket: BUCKET, object_key: target.object, content_type: 'video/mp4' }
    const v1 = await rig.expect(200, 'GET', 'asset/authority', { ...options, query })
    assert.match(v1.sign_str, /^AWSAccessKeyId=[^&]+&Expires=\d+&Signature=[^&]+$/)
    const begun = await sendWire(`${rig.url}/${BUCKET}/${target.object}?uploads&${v1.sign_str}`, {
      ...{ method: 'POST', headers: MP4 },
    })
    assert.equal(begun.status, 200, begun.bytes.toString())
    assert.equal((await rig.confirm(asset_id, 'CREATED', options)).status, 200)
    const { base_info } = await rig.expect(200, 'GET', 'asset/details', { ...options, query: { asset_id } })
    const url = new URL(String(base_info.sign_url))
    assert.ok((await sendWire(url.href, { method: 'GET' })).bytes.equals(VIDEO))
    shows('huawei-vod', 'tokens of accounts whose keys are all limited')
    assert.ok(!rig.server.logLines.join('\n').includes(String(url.searchParams.get('Signature'))))
    await rig.stop()
  })

  test('have URLs that end where the user goes, or gets another password', async () => {
    const { rig, desks, options } = await start()
    const created = await rig.create({}, options)
    const put = () => rig.put(created.video_upload_url, VIDEO)
    assert.equal((await put()).status, 200)
    const user = { account: 'made', kind: 'user', id: 'tester' }
    await desks.credentials.update(user, { entry: { password: 'another password' } })
    assert.equal((await put()).status, 403)
    assertFailure(await rig.call('GET', 'asset/list', options), 401, 'APIGW.0301')
    shows('huawei-vod', 'URLs by token')
    await rig.stop()
  })
})

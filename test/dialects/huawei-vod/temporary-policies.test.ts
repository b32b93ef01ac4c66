import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { ACCOUNT, assertFailure, OTHER_ACCOUNT, PROJECTS } from './rig.ts'
import { asking, BUCKET, type Credential, minutesLeft, policy, startWithClient } from './temporary-client.ts'

const VIDEO = mediaFixture('video.mp4')
const { rig, client } = await startWithClient()

describe('huawei-vod: what temporary keys are asked for', () => {
  test('with a policy may do what it allows, in OBS and in VOD', async () => {
    const [mine, other] = [await rig.create(), await rig.create()]
    const resource = `obs:*:*:object:${BUCKET}/${PROJECTS.main.id}/${mine.asset_id}/*`
    const writing = client.issued(await client.byToken(asking(policy(['obs:object:PutObject'], [resource]))))
    const put = (key: string) => client.obs('PUT', key, writing, { body: VIDEO })
    assert.equal((await put(mine.target.object)).status, 200)
    const denied = await put(other.target.object)
    assert.deepEqual([denied.status, /<Code>(\w+)/.exec(denied.bytes.toString())?.[1]], [403, 'AccessDenied'])
    assert.equal((await client.obs('GET', mine.target.object, writing)).status, 403)
    assertFailure(await client.list(writing), 403, 'APIGW.0302')
    assertFailure(await rig.confirm(other.asset_id, 'CREATED', client.signed(writing)), 403, 'APIGW.0302')
    assert.equal((await rig.confirm(mine.asset_id, 'CREATED', client.signed(writing))).status, 200)
    const details = (asset_id: string, credential: Credential) =>
      rig.call('GET', 'asset/details', { ...client.signed(credential), query: { asset_id } })
    assertFailure(await details(mine.asset_id, writing), 403, 'APIGW.0302')
    const reading = client.issued(await client.byToken(asking(policy(['obs:object:GetObject'], [resource]))))
    const told = await details(mine.asset_id, reading)
    const { bytes } = await sendWire(String(told.body?.base_info.sign_url), { method: 'GET' })
    assert.ok(bytes.equals(VIDEO))
    assertFailure(await details(other.asset_id, reading), 403, 'APIGW.0302')
    assert.equal((await put(mine.target.object)).status, 403, 'confirmed')
    const bucketOnly = client.issued(
      await client.byToken(asking(policy(['obs:bucket:*'], ['obs:*:*:bucket:*']))),
    )
    assert.equal((await client.obs('GET', mine.target.object, bucketOnly)).status, 403)
    shows('huawei-vod', 'temporary keys, policy')
  })

  test('are not issued with a policy that cannot be kept to', async () => {
    const fine = { Effect: 'Allow', Action: ['obs:object:*'], Resource: ['obs:*:*:object:*'] }
    const wrong: readonly (readonly [object, RegExp])[] = [
      [
        { ...fine, Condition: { IpAddress: { 'g:SourceIp': ['10.0.0.0/8'] } } },
        /the condition IpAddress is not supported/,
      ],
      [
        { ...fine, Resource: ['obs:*:*:object:b/*/x'] },
        /the resource obs:\*:\*:object:b\/\*\/x is not supported/,
      ],
      [{ ...fine, Action: ['vod:asset:upload'] }, /the action vod:asset:upload is not supported/],
      [{ ...fine, NotAction: [] }, /NotAction is not supported/],
    ]
    for (const [statement, message] of wrong) {
      const each = { policy: { Version: '1.1', Statement: [statement] } }
      client.refused(await client.byToken(asking(each)), 400, message)
    }
    client.refused(
      await client.byToken(asking({ policy: { Version: '1.1', Statement: [fine], Depends: [] } })),
      400,
    )
    client.refused(await client.byToken(asking({ policy: 'all' })), 400, /The request body is invalid/)
    assert.equal(
      (await client.byToken(asking({ policy: { Version: '1.1', Statement: [fine] } }))).status,
      201,
    )
    shows('huawei-vod', 'temporary keys, policy')
  })

  test('with a policy in another letter case are denied what it denies, and no other keys', async () => {
    const { asset_id, video_upload_url, target } = await rig.create()
    await rig.put(video_upload_url, VIDEO)
    await rig.confirm(asset_id)
    const [, id = ''] = target.object.split('/')
    const resource = (type: string, key: string) => `Obs:*:*:${type}:${BUCKET}/${PROJECTS.main.id}/${key}`
    const without = async (Action: string, Resource?: string) => {
      const denial = { Effect: 'Deny', Action: [Action], ...(Resource === undefined ? {} : { Resource }) }
      const Statement = [{ Effect: 'Allow', Action: ['obs:*:*'] }, denial]
      return client.issued(await client.byToken(asking({ policy: { Version: '1.1', Statement } })))
    }
    for (const credential of [
      await without('obs:object:getObject'),
      await without('OBS:object:GetObject'),
      await without('obs:OBJECT:GETOBJECT', resource('Object', `${id}/*`)),
    ]) {
      assert.equal((await client.obs('GET', target.object, credential)).status, 403)
      const details = { ...client.signed(credential), query: { asset_id } }
      assertFailure(await rig.call('GET', 'asset/details', details), 403, 'APIGW.0302')
    }
    const elsewhere = await without('obs:object:getobject', resource('object', 'other/*'))
    assert.equal((await client.obs('GET', target.object, elsewhere)).status, 200)
    assertFailure(await client.list(await without('VOD:*:*')), 403, 'APIGW.0302')
    shows('huawei-vod', 'policy: letter case')
  })

  test('are not issued with a denial that nothing here can keep to', async () => {
    const denied = async (Action: string, Resource: string) => {
      const denial = { Effect: 'Deny', Action: [Action], Resource: ['obs:*:*:object:*', Resource] }
      const Statement = [{ Effect: 'Allow', Action: ['*'] }, denial]
      return client.byToken(asking({ policy: { Version: '1.1', Statement } }))
    }
    for (const action of ['obs:bucket:PutBucketAcl', 'obs:object:GetObjectAcl', 'obs:object:Get', 'ecs:*:*'])
      client.refused(await denied(action, '*'), 400, /the action .* is not supported/)
    for (const resource of ['vod:*:*:asset:x', 'obs:*:*:bucket:b*c', 'ecs:*:*:object:b/*'])
      client.refused(await denied('vod:*:*', resource), 400, /the resource .* is not supported/)
    const allowed = policy(['vod:*:*'], ['vod:*:*:asset:x'])
    client.refused(await client.byToken(asking(allowed)), 400, /the resource vod:\*:\*:asset:x is not/)
    shows('huawei-vod', 'policy: Effect Deny')
  })

  test('are issued for the agency of the own account alone', async () => {
    const role = (assume_role: object) => ({ auth: { identity: { methods: ['assume_role'], assume_role } } })
    const own = { domain_name: ACCOUNT.name, agency_name: 'agency', duration_seconds: 1800 }
    const credential = client.issued(
      await client.byToken(role({ ...own, session_user: { name: 'somebody' } })),
    )
    assert.equal(minutesLeft(credential, rig.clock.now()), 30)
    assert.equal((await client.list(credential)).status, 200)
    client.refused(
      await client.byToken(role({ ...own, domain_name: OTHER_ACCOUNT.name })),
      403,
      /another account/,
    )
    client.refused(await client.byToken(role({ ...own, domain_name: undefined })), 400)
    client.refused(await client.byToken(role({ ...own, agency_name: '' })), 400)
    client.refused(await client.byToken(role({ ...own, duration_seconds: 60 })), 400)
    shows('huawei-vod', 'assume_role')
  })

  test('are not for strangers, nor for other temporary keys, nor for bodies of another form', async () => {
    client.refused(await client.post(asking(), {}), 401, /x-auth-token not found/)
    client.refused(await client.byToken(asking(), 'MIInone'), 401, /decrypt token fail/)
    client.refused(await client.post(asking({}, { id: 'none' }), {}), 401, /decrypt token fail/)
    const stranger = { id: await rig.token({ account: OTHER_ACCOUNT }) }
    client.refused(await client.byToken(asking({}, stranger)), 403, /another account/)
    const credential = client.issued(await client.byToken(asking()))
    const keys = { access_key: credential.access, secret_key: credential.secret }
    const more = { 'x-security-token': credential.securitytoken }
    client.refused(await client.byKey(asking(), keys, rig, more), 403, /Temporary access keys/)
    const token = await rig.token()
    for (const body of [{}, { auth: {} }, asking({ methods: [] }), asking({ methods: ['password'] })]) {
      client.refused(await client.byToken(body, token), 400, /The request body is invalid/)
    }
    client.refused(await client.byToken(asking({ methods: ['token', 'assume_role'] }), token), 400)
    shows('huawei-vod', 'securitytokens, refused')
  })
})

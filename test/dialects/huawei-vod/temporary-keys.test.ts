import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keyEntry, LIMITED_KEYS, ONLY } from '../../support/limited-keys.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { ACCOUNT, assertFailure, PROJECTS, startRig } from './rig.ts'
import { signVod } from './sign.ts'
import { asking, BUCKET, MP4, minutesLeft, startWithClient } from './temporary-client.ts'

const VIDEO = mediaFixture('video.mp4')
const { rig, client } = await startWithClient()

describe('huawei-vod: temporary keys', () => {
  test('are issued for a token and for a signature, with the fields and times of the document', async () => {
    const answer = await client.byToken(asking({}, { duration_seconds: 3600 }))
    const credential = client.issued(answer)
    assert.equal(answer.headers['content-type'], 'application/json;charset=utf8')
    assert.deepEqual(Object.keys(credential).sort(), ['access', 'expires_at', 'secret', 'securitytoken'])
    assert.match(credential.expires_at, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/)
    assert.equal(minutesLeft(credential, rig.clock.now()), 60)
    assert.equal(minutesLeft(client.issued(await client.byKey(asking(), ACCOUNT)), rig.clock.now()), 15)
    const named = await client.post(asking({}, { id: await rig.token(), duration_seconds: '900' }), {})
    assert.equal(minutesLeft(client.issued(named), rig.clock.now()), 15)
    assert.notEqual(
      client.issued(await client.byKey(asking(), ACCOUNT)).access,
      client.issued(await client.byKey(asking(), ACCOUNT)).access,
    )
    shows('huawei-vod', 'POST /v3.0/OS-CREDENTIAL/securitytokens')
  })

  test('are let in to VOD with their token, the whole way of an asset', async () => {
    for (const credential of [
      client.issued(await client.byToken(asking())),
      client.issued(await client.byKey(asking(), ACCOUNT)),
    ]) {
      const options = client.signed(credential)
      const { asset_id, video_upload_url, target } = await rig.create({}, options)
      const query = {
        http_verb: 'POST',
        bucket: BUCKET,
        object_key: target.object,
        content_type: 'video/mp4',
      }
      const begun = await rig.call('GET', 'asset/authority', { ...options, query, version: 'v1.1' })
      const began = await sendWire(String(begun.body?.sign_str), { method: 'POST', headers: MP4 })
      assert.equal(began.status, 200, began.bytes.toString())
      assert.equal((await rig.put(video_upload_url, VIDEO)).status, 200)
      assert.equal((await rig.confirm(asset_id, 'CREATED', options)).status, 200)
      const { base_info } = await rig.expect(200, 'GET', 'asset/details', { ...options, query: { asset_id } })
      const { bytes } = await sendWire(String(base_info.sign_url), { method: 'GET' })
      assert.ok(bytes.equals(VIDEO))
    }
    shows('huawei-vod', 'temporary keys in VOD')
  })

  test('are let in to OBS with their token, in the headers and in the query, in both schemes', async () => {
    const credential = client.issued(await client.byToken(asking()))
    for (const scheme of ['obs', 'aws'] as const) {
      for (const inQuery of [false, true]) {
        const { asset_id, target } = await rig.create()
        const options = { scheme, inQuery }
        const put = await client.obs('PUT', target.object, credential, { ...options, body: VIDEO })
        assert.equal(put.status, 200, put.bytes.toString())
        await rig.confirm(asset_id)
        const got = await client.obs('GET', target.object, credential, options)
        assert.ok(got.bytes.equals(VIDEO), got.bytes.toString())
      }
    }
    shows('huawei-vod', 'temporary keys in OBS')
  })

  test('are nothing without their token, or with another one', async () => {
    const [one, two] = [
      client.issued(await client.byToken(asking())),
      client.issued(await client.byToken(asking())),
    ]
    const wrong = [
      { ...one, securitytoken: two.securitytoken },
      { ...one, securitytoken: `${one.securitytoken.slice(0, -2)}AA` },
      { ...one, securitytoken: `A${one.securitytoken.slice(1)}` },
      { ...one, secret: two.secret },
      {
        access: ACCOUNT.access_key,
        secret: ACCOUNT.secret_key,
        securitytoken: one.securitytoken,
        expires_at: '',
      },
      { access: ACCOUNT.access_key, secret: ACCOUNT.secret_key, securitytoken: 'none', expires_at: '' },
    ]
    const { target } = await rig.create()
    for (const credential of wrong) {
      assertFailure(await client.list(credential), 401, 'APIGW.0301')
      assert.equal((await client.obs('PUT', target.object, credential, { body: VIDEO })).status, 403)
    }
    const { as } = client.signed(one)
    assertFailure(await rig.call('GET', 'asset/list', as === undefined ? {} : { as }), 401, 'APIGW.0301')
    const url = `${rig.url}/v1.0/${PROJECTS.main.id}/asset/list`
    const host = { host: new URL(url).host }
    const keys = { access_key: one.access, secret_key: one.secret }
    const proof = signVod({ method: 'GET', url, headers: host, body: '', keys, now: rig.clock.now() })
    const headers = { ...host, ...proof, 'x-security-token': one.securitytoken }
    assert.equal((await sendWire(url, { method: 'GET', headers })).status, 401, 'the token is not signed')
    shows('huawei-vod', 'X-Security-Token')
  })

  test('live from 15 minutes to 24 hours, and end at their time, and their URLs with them', async () => {
    const own = await startRig()
    const ask = async (seconds: unknown) =>
      client.byKey(asking({}, { duration_seconds: seconds }), ACCOUNT, own)
    for (const seconds of [899, 86_401, 0, -1, 1.5, 'x', true]) client.refused(await ask(seconds), 400)
    assert.equal(minutesLeft(client.issued(await ask(86_400)), own.clock.now()), 24 * 60)
    assert.equal(minutesLeft(client.issued(await ask(undefined)), own.clock.now()), 15)
    const credential = client.issued(await ask(900))
    const { asset_id, target } = await own.create()
    assert.equal((await client.obs('PUT', target.object, credential, { on: own, body: VIDEO })).status, 200)
    await own.confirm(asset_id)
    const query = { asset_id }
    const { base_info } = await own.expect(200, 'GET', 'asset/details', {
      ...client.signed(credential),
      query,
    })
    const url = String(base_info.sign_url)
    own.clock.advance(600_000)
    assert.equal((await client.list(credential, own)).status, 200)
    assert.equal((await sendWire(url, { method: 'GET' })).status, 200)
    own.clock.advance(300_000)
    const late = await client.list(credential, own)
    assertFailure(late, 401, 'APIGW.0301')
    assert.match(late.body?.error_msg ?? '', /token expires, expires_at: /)
    assert.equal((await sendWire(url, { method: 'GET' })).status, 403)
    const gone = await client.obs('GET', target.object, credential, { on: own })
    assert.match(gone.bytes.toString(), /<Code>AccessDenied<\/Code><Message>Request has expired/)
    shows('huawei-vod', 'temporary keys, duration_seconds')
    await own.stop()
  })

  test('live no longer than the token that asked for them', async () => {
    const own = await startRig()
    const token = await own.token()
    own.clock.advance(23.5 * 3600_000)
    const answer = await client.post(asking({}, { duration_seconds: 86_400 }), { 'x-auth-token': token }, own)
    assert.equal(minutesLeft(client.issued(answer), own.clock.now()), 30)
    shows('huawei-vod', 'temporary keys of a token')
    await own.stop()
  })

  test('temporary keys end with the key or the user that asked for them', async () => {
    const own = await startRig()
    const byUser = client.issued(await client.post(asking(), { 'x-auth-token': await own.token() }, own))
    const { desks } = own.server.engine
    await desks.accounts.create({ id: 'made', name: 'made' })
    const made = await desks.keys.add('made')
    const project = { id: 'made-project', name: 'cn-north-4' }
    await desks.credentials.add('made', 'project', project)
    const keys = { access_key: made.accessKey, secret_key: made.secretKey }
    const ofKey = client.issued(await client.byKey(asking(), keys, own))
    const at = { ...client.signed(ofKey), project: project.id }
    const options = { ...at, as: { keys: { access_key: ofKey.access, secret_key: ofKey.secret } } }
    assert.equal((await own.call('GET', 'asset/list', options)).status, 200)
    await desks.keys.delete('made', made.accessKey)
    assertFailure(await own.call('GET', 'asset/list', options), 401, 'APIGW.0301')
    assert.equal((await client.list(byUser, own)).status, 200)
    const password = 'a first password'
    await desks.credentials.add('made', 'user', { name: 'tester', password })
    const account = { ...ACCOUNT, name: 'made', users: [{ name: 'tester', password }] }
    const token = { 'x-auth-token': await own.token({ account }) }
    const ofUser = client.inProject(client.issued(await client.post(asking(), token, own)), project.id)
    assert.equal((await own.call('GET', 'asset/list', ofUser)).status, 200)
    const user = { account: 'made', kind: 'user', id: 'tester' }
    await desks.credentials.update(user, { entry: { password: 'another password' } })
    assertFailure(await own.call('GET', 'asset/list', ofUser), 401, 'APIGW.0301')
    shows('huawei-vod', 'temporary keys of a key or a user')
    await own.stop()
  })

  test('may do what their maker may', async () => {
    const own = await startRig({ accounts: [{ ...ACCOUNT, keys: LIMITED_KEYS.map(keyEntry) }] })
    const reading = client.issued(await client.byKey(asking(), keyEntry(ONLY.read), own))
    const writing = client.issued(await client.byKey(asking(), keyEntry(ONLY.write), own))
    assert.equal((await client.list(reading, own)).status, 200)
    assertFailure(await client.list(writing, own), 403, 'APIGW.0302')
    const json = { title: 't', video_name: 'n', video_type: 'MP4' }
    assertFailure(await own.call('POST', 'asset', { ...client.signed(reading), json }), 403, 'APIGW.0302')
    const { target } = await own.create({}, client.signed(writing))
    assert.equal((await client.obs('PUT', target.object, reading, { on: own, body: VIDEO })).status, 403)
    assert.equal((await client.obs('PUT', target.object, writing, { on: own, body: VIDEO })).status, 200)
    shows('huawei-vod', 'temporary keys, rights')
    await own.stop()
  })

  test('are not taken from a token of another form, whoever wrote it', async () => {
    const nested = `${'['.repeat(2500)}${']'.repeat(2500)}`
    const { id, access_key } = ACCOUNT
    const contents = ['1', '{"toString":1}', '[]', 'null', nested].flatMap((part) => [
      ...[part, `[1,${part}]`, `[2,${part}]`, `[2,"${id}",${part}]`, `[2,"${id}","key",${part}]`],
      `[2,"${id}","key","${access_key}",${part}]`,
      `[2,"${id}","key","${access_key}","*",${part},${part}]`,
    ])
    for (const content of [...contents, '[', '"', '[2,']) {
      const securitytoken = `${Buffer.from(content).toString('base64url')}.${'A'.repeat(43)}`
      const credential = { access: 'HST', secret: 'x', securitytoken, expires_at: '' }
      assertFailure(await client.list(credential), 401, 'APIGW.0301')
      const got = await client.obs('GET', `${PROJECTS.main.id}/a/b.mp4`, credential)
      assert.equal(got.status, 403, content.slice(0, 80))
    }
  })

  test('leave nothing of themselves in the log', async () => {
    const credential = client.issued(await client.byToken(asking()))
    await client.list(credential)
    const { target } = await rig.create()
    await client.obs('PUT', target.object, credential, { body: VIDEO, inQuery: true })
    const log = rig.server.logLines.join('\n')
    for (const secret of [credential.secret, credential.securitytoken]) assert.ok(!log.includes(secret))
  })
})

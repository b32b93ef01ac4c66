import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { keyEntry, LIMITED_KEYS, ONLY } from '../../support/limited-keys.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { sendWire, type WireAnswer } from '../../support/volcengine.ts'
import {
  ACCOUNT,
  assertFailure,
  type CallOptions,
  OTHER_ACCOUNT,
  PROJECTS,
  type Rig,
  startRig,
} from './rig.ts'
import { signVod, type VodKeys } from './sign.ts'

const PATH = '/v3.0/OS-CREDENTIAL/securitytokens'
const BUCKET = 'vod-bucket-1-cn-north-4'
const VIDEO = mediaFixture('video.mp4')
const MP4 = { 'content-type': 'video/mp4' }

const SCHEMES = {
  obs: { name: 'x-obs-security-token', keyName: 'AccessKeyId', word: 'OBS' },
  aws: { name: 'x-amz-security-token', keyName: 'AWSAccessKeyId', word: 'AWS' },
} as const

interface Credential {
  readonly access: string
  readonly secret: string
  readonly securitytoken: string
  readonly expires_at: string
}

interface Answer extends WireAnswer {
  readonly body: { readonly credential: Credential; readonly error: { readonly message: string } }
}

const asking = (more: object = {}, token: object = {}) => ({
  auth: { identity: { methods: ['token'], token, ...more } },
})
const policy = (Action: readonly string[], Resource: readonly string[]) => ({
  policy: { Version: '1.1', Statement: [{ Effect: 'Allow', Action, Resource }] },
})
const minutesLeft = ({ expires_at }: Credential, now: number) =>
  Math.round((Date.parse(expires_at) - now) / 60_000)

describe('huawei-vod: temporary keys', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.stop())

  const post = async (
    json: unknown,
    headers: Readonly<Record<string, string>>,
    on = rig,
  ): Promise<Answer> => {
    const body = JSON.stringify(json)
    const sent = { 'content-type': 'application/json;charset=utf8', ...headers }
    const answer = await sendWire(`${on.url}${PATH}`, { method: 'POST', headers: sent, body })
    return { ...answer, body: JSON.parse(answer.bytes.toString()) }
  }
  const byToken = async (json: unknown, token?: string) =>
    post(json, { 'x-auth-token': token ?? (await rig.token()) })
  const byKey = (json: unknown, keys: VodKeys, on = rig, more: Readonly<Record<string, string>> = {}) => {
    const headers = { host: new URL(on.url).host, ...more }
    const signing = { method: 'POST', url: `${on.url}${PATH}`, headers, body: JSON.stringify(json), keys }
    return post(json, { ...headers, ...signVod({ ...signing, now: on.clock.now() }) }, on)
  }
  const issued = ({ status, body, bytes }: Answer): Credential => {
    assert.equal(status, 201, bytes.toString())
    return body.credential
  }
  const refused = (answer: Answer, status: number, message?: RegExp) => {
    assert.equal(answer.status, status, answer.bytes.toString())
    assert.deepEqual(Object.keys(answer.body), ['error'])
    if (message !== undefined) assert.match(answer.body.error.message, message)
  }
  const signed = ({ access, secret, securitytoken }: Credential): CallOptions => ({
    as: { keys: { access_key: access, secret_key: secret }, project: PROJECTS.main.id },
    headers: { 'x-security-token': securitytoken },
  })
  const list = (credential: Credential, on = rig) => on.call('GET', 'asset/list', signed(credential))

  /** A request to OBS, signed in its headers or its query as esdk-obs does it. */
  const obs = (
    method: string,
    key: string,
    credential: Credential,
    { body, inQuery = false, scheme = 'obs', on = rig }: ObsOptions = {},
  ): Promise<WireAnswer> => {
    const { name, keyName, word } = SCHEMES[scheme]
    const { access, secret, securitytoken } = credential
    const type: Readonly<Record<string, string>> = body === undefined ? {} : MP4
    const path = `/${BUCKET}/${key}`
    const now = on.clock.now()
    const sign = (time: string, own: string, sub: string) => {
      const text = `${method}\n\n${type['content-type'] ?? ''}\n${time}\n${own}${path}${sub}`
      return createHmac('sha1', secret).update(text).digest('base64')
    }
    const sent = body === undefined ? {} : { body }
    if (inQuery) {
      const expires = String(Math.floor(now / 1000) + 600)
      const signature = sign(expires, '', `?${name}=${securitytoken}`)
      const query = { [keyName]: access, Expires: expires, [name]: securitytoken, Signature: signature }
      const url = `${on.url}${path}?${new URLSearchParams(query)}`
      return sendWire(url, { method, headers: type, ...sent })
    }
    const date = new Date(now).toUTCString()
    const signature = sign(date, `${name}:${securitytoken}\n`, '')
    const headers = { ...type, date, [name]: securitytoken, authorization: `${word} ${access}:${signature}` }
    return sendWire(`${on.url}${path}`, { method, headers, ...sent })
  }
  interface ObsOptions {
    readonly body?: Uint8Array
    readonly inQuery?: boolean
    readonly scheme?: keyof typeof SCHEMES
    readonly on?: Rig
  }

  test('are issued for a token and for a signature, with the fields and times of the document', async () => {
    const answer = await byToken(asking({}, { duration_seconds: 3600 }))
    const credential = issued(answer)
    assert.equal(answer.headers['content-type'], 'application/json;charset=utf8')
    assert.deepEqual(Object.keys(credential).sort(), ['access', 'expires_at', 'secret', 'securitytoken'])
    assert.match(credential.expires_at, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/)
    assert.equal(minutesLeft(credential, rig.clock.now()), 60)
    assert.equal(minutesLeft(issued(await byKey(asking(), ACCOUNT)), rig.clock.now()), 15)
    const named = await post(asking({}, { id: await rig.token(), duration_seconds: '900' }), {})
    assert.equal(minutesLeft(issued(named), rig.clock.now()), 15)
    assert.notEqual(
      issued(await byKey(asking(), ACCOUNT)).access,
      issued(await byKey(asking(), ACCOUNT)).access,
    )
  })

  test('are let in to VOD with their token, the whole way of an asset', async () => {
    for (const credential of [issued(await byToken(asking())), issued(await byKey(asking(), ACCOUNT))]) {
      const options = signed(credential)
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
  })

  test('are let in to OBS with their token, in the headers and in the query, in both schemes', async () => {
    const credential = issued(await byToken(asking()))
    for (const scheme of ['obs', 'aws'] as const) {
      for (const inQuery of [false, true]) {
        const { asset_id, target } = await rig.create()
        const options = { scheme, inQuery }
        const put = await obs('PUT', target.object, credential, { ...options, body: VIDEO })
        assert.equal(put.status, 200, put.bytes.toString())
        await rig.confirm(asset_id)
        const got = await obs('GET', target.object, credential, options)
        assert.ok(got.bytes.equals(VIDEO), got.bytes.toString())
      }
    }
  })

  test('are nothing without their token, or with another one', async () => {
    const [one, two] = [issued(await byToken(asking())), issued(await byToken(asking()))]
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
      assertFailure(await list(credential), 401, 'APIGW.0301')
      assert.equal((await obs('PUT', target.object, credential, { body: VIDEO })).status, 403)
    }
    const { as } = signed(one)
    assertFailure(await rig.call('GET', 'asset/list', as === undefined ? {} : { as }), 401, 'APIGW.0301')
    const url = `${rig.url}/v1.0/${PROJECTS.main.id}/asset/list`
    const host = { host: new URL(url).host }
    const keys = { access_key: one.access, secret_key: one.secret }
    const proof = signVod({ method: 'GET', url, headers: host, body: '', keys, now: rig.clock.now() })
    const headers = { ...host, ...proof, 'x-security-token': one.securitytoken }
    assert.equal((await sendWire(url, { method: 'GET', headers })).status, 401, 'the token is not signed')
  })

  test('live from 15 minutes to 24 hours, and end at their time, and their URLs with them', async () => {
    const own = await startRig()
    const ask = async (seconds: unknown) => byKey(asking({}, { duration_seconds: seconds }), ACCOUNT, own)
    for (const seconds of [899, 86_401, 0, -1, 1.5, 'x', true]) refused(await ask(seconds), 400)
    assert.equal(minutesLeft(issued(await ask(86_400)), own.clock.now()), 24 * 60)
    const credential = issued(await ask(900))
    const { asset_id, target } = await own.create()
    assert.equal((await obs('PUT', target.object, credential, { on: own, body: VIDEO })).status, 200)
    await own.confirm(asset_id)
    const query = { asset_id }
    const { base_info } = await own.expect(200, 'GET', 'asset/details', { ...signed(credential), query })
    const url = String(base_info.sign_url)
    own.clock.advance(600_000)
    assert.equal((await list(credential, own)).status, 200)
    assert.equal((await sendWire(url, { method: 'GET' })).status, 200)
    own.clock.advance(300_000)
    const late = await list(credential, own)
    assertFailure(late, 401, 'APIGW.0301')
    assert.match(late.body?.error_msg ?? '', /token expires, expires_at: /)
    assert.equal((await sendWire(url, { method: 'GET' })).status, 403)
    const gone = await obs('GET', target.object, credential, { on: own })
    assert.match(gone.bytes.toString(), /<Code>AccessDenied<\/Code><Message>Request has expired/)
    await own.stop()
  })

  test('live no longer than the token that asked for them', async () => {
    const own = await startRig()
    const token = await own.token()
    own.clock.advance(23.5 * 3600_000)
    const answer = await post(asking({}, { duration_seconds: 86_400 }), { 'x-auth-token': token }, own)
    assert.equal(minutesLeft(issued(answer), own.clock.now()), 30)
    await own.stop()
  })

  test('temporary keys end with the key or the user that asked for them', async () => {
    const own = await startRig()
    const byUser = issued(await post(asking(), { 'x-auth-token': await own.token() }, own))
    const { desks } = own.server.engine
    await desks.accounts.create({ id: 'made', name: 'made' })
    const made = await desks.keys.add('made')
    const project = { id: 'made-project', name: 'cn-north-4' }
    await desks.credentials.add('made', 'project', project)
    const keys = { access_key: made.accessKey, secret_key: made.secretKey }
    const ofKey = issued(await byKey(asking(), keys, own))
    const at = { ...signed(ofKey), project: project.id }
    const options = { ...at, as: { keys: { access_key: ofKey.access, secret_key: ofKey.secret } } }
    assert.equal((await own.call('GET', 'asset/list', options)).status, 200)
    await desks.keys.delete('made', made.accessKey)
    assertFailure(await own.call('GET', 'asset/list', options), 401, 'APIGW.0301')
    assert.equal((await list(byUser, own)).status, 200)
    await own.stop()
  })

  test('may do what their maker may', async () => {
    const own = await startRig({ accounts: [{ ...ACCOUNT, keys: LIMITED_KEYS.map(keyEntry) }] })
    const reading = issued(await byKey(asking(), keyEntry(ONLY.read), own))
    const writing = issued(await byKey(asking(), keyEntry(ONLY.write), own))
    assert.equal((await list(reading, own)).status, 200)
    assertFailure(await list(writing, own), 403, 'APIGW.0302')
    const json = { title: 't', video_name: 'n', video_type: 'MP4' }
    assertFailure(await own.call('POST', 'asset', { ...signed(reading), json }), 403, 'APIGW.0302')
    const { target } = await own.create({}, signed(writing))
    assert.equal((await obs('PUT', target.object, reading, { on: own, body: VIDEO })).status, 403)
    assert.equal((await obs('PUT', target.object, writing, { on: own, body: VIDEO })).status, 200)
    await own.stop()
  })

  test('with a policy may do what it allows, in OBS and in VOD', async () => {
    const [mine, other] = [await rig.create(), await rig.create()]
    const resource = `obs:*:*:object:${BUCKET}/${PROJECTS.main.id}/${mine.asset_id}/*`
    const writing = issued(await byToken(asking(policy(['obs:object:PutObject'], [resource]))))
    const put = (key: string) => obs('PUT', key, writing, { body: VIDEO })
    assert.equal((await put(mine.target.object)).status, 200)
    const denied = await put(other.target.object)
    assert.deepEqual([denied.status, /<Code>(\w+)/.exec(denied.bytes.toString())?.[1]], [403, 'AccessDenied'])
    assert.equal((await obs('GET', mine.target.object, writing)).status, 403)
    assertFailure(await list(writing), 403, 'APIGW.0302')
    assertFailure(await rig.confirm(other.asset_id, 'CREATED', signed(writing)), 403, 'APIGW.0302')
    assert.equal((await rig.confirm(mine.asset_id, 'CREATED', signed(writing))).status, 200)
    const details = (asset_id: string, credential: Credential) =>
      rig.call('GET', 'asset/details', { ...signed(credential), query: { asset_id } })
    assertFailure(await details(mine.asset_id, writing), 403, 'APIGW.0302')
    const reading = issued(await byToken(asking(policy(['obs:object:GetObject'], [resource]))))
    const told = await details(mine.asset_id, reading)
    const { bytes } = await sendWire(String(told.body?.base_info.sign_url), { method: 'GET' })
    assert.ok(bytes.equals(VIDEO))
    assertFailure(await details(other.asset_id, reading), 403, 'APIGW.0302')
    assert.equal((await put(mine.target.object)).status, 403, 'confirmed')
    const bucketOnly = issued(await byToken(asking(policy(['obs:bucket:*'], ['obs:*:*:bucket:*']))))
    assert.equal((await obs('GET', mine.target.object, bucketOnly)).status, 403)
  })

  test('are not issued with a policy that cannot be kept to', async () => {
    const fine = { Effect: 'Allow', Action: ['obs:object:*'], Resource: ['obs:*:*:object:*'] }
    const wrong: readonly (readonly [object, RegExp])[] = [
      [
        { ...fine, Condition: { StringEquals: { 'obs:prefix': ['public'] } } },
        /conditions are not supported/,
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
      refused(await byToken(asking(each)), 400, message)
    }
    refused(await byToken(asking({ policy: { Version: '1.1', Statement: [fine], Depends: [] } })), 400)
    refused(await byToken(asking({ policy: 'all' })), 400, /The request body is invalid/)
    assert.equal((await byToken(asking({ policy: { Version: '1.1', Statement: [fine] } }))).status, 201)
  })

  test('are issued for the agency of the own account alone', async () => {
    const role = (assume_role: object) => ({ auth: { identity: { methods: ['assume_role'], assume_role } } })
    const own = { domain_name: ACCOUNT.name, agency_name: 'agency', duration_seconds: 1800 }
    const credential = issued(await byToken(role({ ...own, session_user: { name: 'somebody' } })))
    assert.equal(minutesLeft(credential, rig.clock.now()), 30)
    assert.equal((await list(credential)).status, 200)
    refused(await byToken(role({ ...own, domain_name: OTHER_ACCOUNT.name })), 403, /another account/)
    refused(await byToken(role({ ...own, domain_name: undefined })), 400)
    refused(await byToken(role({ ...own, agency_name: '' })), 400)
    refused(await byToken(role({ ...own, duration_seconds: 60 })), 400)
  })

  test('are not for strangers, nor for other temporary keys, nor for bodies of another form', async () => {
    refused(await post(asking(), {}), 401, /x-auth-token not found/)
    refused(await byToken(asking(), 'MIInone'), 401, /decrypt token fail/)
    refused(await post(asking({}, { id: 'none' }), {}), 401, /decrypt token fail/)
    const stranger = { id: await rig.token({ account: OTHER_ACCOUNT }) }
    refused(await byToken(asking({}, stranger)), 403, /another account/)
    const credential = issued(await byToken(asking()))
    const keys = { access_key: credential.access, secret_key: credential.secret }
    const more = { 'x-security-token': credential.securitytoken }
    refused(await byKey(asking(), keys, rig, more), 403, /Temporary access keys/)
    const token = await rig.token()
    for (const body of [{}, { auth: {} }, asking({ methods: [] }), asking({ methods: ['password'] })]) {
      refused(await byToken(body, token), 400, /The request body is invalid/)
    }
    refused(await byToken(asking({ methods: ['token', 'assume_role'] }), token), 400)
  })

  test('leave nothing of themselves in the log', async () => {
    const credential = issued(await byToken(asking()))
    await list(credential)
    const { target } = await rig.create()
    await obs('PUT', target.object, credential, { body: VIDEO, inQuery: true })
    const log = rig.server.logLines.join('\n')
    for (const secret of [credential.secret, credential.securitytoken]) assert.ok(!log.includes(secret))
  })
})

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
    await rig.stop()
  })
})

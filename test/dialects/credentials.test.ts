import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { MovableClock, startTestServer, type TestServer } from '../support/harness.ts'
import { callVms, compactNow, sendWire, wav } from '../support/volcengine.ts'
import { doorRows } from './door-rights.ts'
import {
  BYTES,
  type Given,
  iamToken,
  postForm,
  putTo,
  type Refusal,
  type Row,
  smhToken,
  temporaryKeys,
} from './given.ts'
import { clientOf as vodClient } from './huawei-vod/rig.ts'
import { Client as OstClient, PLAIN, urlOf } from './iflytek-ost/wire-client.ts'
import { ENDS, makeTenant, type Tenant } from './tenant.ts'

const COS: Refusal = [[403], 'application/xml', /<Code>AccessDenied<\/Code>/]
const OBS: Refusal = [
  [403, 404],
  'application/xml',
  /<Code>(InvalidAccessKeyId|SignatureDoesNotMatch|NoSuchBucket|AccessDenied)<\/Code>/,
]
const SMH: Refusal = [[403, 404], 'application/json', /"code":"(InvalidAccessToken|LibraryNotFound)"/]
const VOD: Refusal = [[401], 'application/json', /"error_code":"APIGW\.0301"/]
const OST: Refusal = [[404], 'text/plain', /^\{"message":"Not found"\}$/]

const clock = new MovableClock()
const SIGNING = { ...PLAIN, date: () => new Date(clock.now()).toUTCString() }
let server: TestServer
const where = () => ({ url: server.url, clock })
before(async () => {
  server = await startTestServer({ clock, settings: { 's3.listen': '127.0.0.1:0' } })
})
after(() => server.stop())

const TOKEN_ENDS = [
  'its token is revoked',
  'the tokens of its user are revoked',
  'the tokens of its client are revoked',
]

const SMH_ROWS: readonly Row[] = [
  {
    gives: 'an access token of SMH',
    ...{ hangsOn: ['account', 'library'], endsBy: [...TOKEN_ENDS, 'its token is over'], refusal: SMH },
    make: async (tenant) => {
      const { call, access_token, ends } = await smhToken(where(), tenant)
      return { ends, use: () => call('GET', `directory/${tenant.library.id}/-`, { access_token }) }
    },
  },
  {
    gives: 'headers of an SMH upload in one piece',
    ...{ hangsOn: ['account', 'library'], endsBy: TOKEN_ENDS, refusal: COS },
    make: async (tenant) => {
      const { expect, access_token, file, ends } = await smhToken(where(), tenant)
      const task = await expect(201, 'PUT', `${file}/one.bin`, { access_token })
      return { ends, use: () => putTo(`http://${task.domain}${task.path}`, task.headers) }
    },
  },
  {
    gives: 'headers of the parts of an SMH upload',
    ...{ hangsOn: ['account', 'library'], endsBy: TOKEN_ENDS, refusal: COS },
    make: async (tenant) => {
      const { expect, access_token, file, ends } = await smhToken(where(), tenant)
      const task = await expect(201, 'POST', `${file}/parts.bin`, { multipart: null, access_token })
      const to = `http://${task.domain}${task.path}?partNumber=1&uploadId=${task.uploadId}`
      return { ends, use: () => putTo(to, task.headers) }
    },
  },
  {
    gives: 'the fields of an SMH form',
    ...{ hangsOn: ['account', 'library'], endsBy: TOKEN_ENDS, refusal: COS },
    make: async (tenant) => {
      const { expect, access_token, file, ends } = await smhToken(where(), tenant)
      const task = await expect(201, 'POST', `${file}/form.bin`, { access_token })
      return { ends, use: () => postForm(`http://${task.domain}${task.path}`, task.form) }
    },
  },
  {
    gives: 'a link to a file of SMH',
    ...{ hangsOn: ['account', 'library'], endsBy: TOKEN_ENDS, refusal: COS },
    make: async (tenant) => {
      const { expect, access_token, file, ends } = await smhToken(where(), tenant)
      const task = await expect(201, 'PUT', `${file}/linked.bin`, { access_token })
      assert.equal((await putTo(`http://${task.domain}${task.path}`, task.headers)).status, 200)
      await expect(200, 'POST', `${file}/${task.confirmKey}`, { confirm: null, access_token }, { json: {} })
      const { cosUrl } = await expect(200, 'GET', `${file}/linked.bin`, { info: null, access_token })
      return { ends, use: () => sendWire(String(cosUrl), { method: 'GET' }) }
    },
  },
]

const OTHER_ROWS: readonly Row[] = [
  {
    gives: 'an upload URL of VMS',
    ...{ hangsOn: ['key'], refusal: [[403], 'application/json', /"Code":"InvalidAccessKeyId"/] },
    make: async ({ keys }) => {
      const { body } = await callVms(server.url, 'GetResourceUploadUrl', {
        keys,
        date: compactNow(clock.now()),
        json: { FileName: 'a.wav' },
      })
      const { UploadUrl } = body.Result as { readonly UploadUrl: string }
      return { use: () => putTo(UploadUrl, {}, wav(0.1)) }
    },
  },
  {
    gives: 'an upload URL of VOD, by a key',
    ...{ hangsOn: ['account', 'key', 'project'], refusal: OBS },
    make: async ({ keys, project }) => {
      const as = { keys, project: project.id }
      const { video_upload_url } = await vodClient(server.url, clock).create({}, { as, project: project.id })
      return { use: () => putTo(video_upload_url, { 'content-type': 'video/mp4' }) }
    },
  },
  {
    gives: 'an upload URL of VOD, by a token',
    ...{ hangsOn: ['account', 'user', 'project'], endsBy: ['the token is over'], refusal: OBS },
    make: async (tenant) => {
      const token = await iamToken(where(), tenant)
      clock.advance(23.5 * 3600_000)
      const { id: project } = tenant.project
      const { video_upload_url } = await vodClient(server.url, clock).create({}, { as: { token }, project })
      return {
        use: () => putTo(video_upload_url, { 'content-type': 'video/mp4' }),
        ends: { 'the token is over': async () => clock.advance(0.5 * 3600_000) },
      }
    },
  },
  {
    gives: 'a token of IAM',
    ...{ hangsOn: ['account', 'user'], refusal: VOD },
    make: async (tenant) => {
      const token = await iamToken(where(), tenant)
      const { call } = vodClient(server.url, clock)
      return { use: () => call('GET', 'asset/list', { as: { token }, project: tenant.project.id }) }
    },
  },
  {
    gives: 'temporary keys of IAM',
    ...{ hangsOn: ['account', 'user'], refusal: VOD },
    make: async (tenant) => {
      const { access, secret, securitytoken } = await temporaryKeys(where(), await iamToken(where(), tenant))
      const { id: project } = tenant.project
      const as = { keys: { access_key: access, secret_key: secret }, project }
      const headers = { 'x-security-token': securitytoken }
      const { call } = vodClient(server.url, clock)
      return { use: () => call('GET', 'asset/list', { as, project, headers }) }
    },
  },
  {
    gives: 'a url of iFlytek',
    ...{ hangsOn: ['account', 'app'], refusal: OST },
    make: async ({ app }) => {
      const url = urlOf(await new OstClient(server.url, app, SIGNING).upload(BYTES))
      return { use: () => sendWire(url, { method: 'GET' }) }
    },
  },
]

for (const { gives, hangsOn, endsBy = [], refusal, make } of [
  ...SMH_ROWS,
  ...OTHER_ROWS,
  ...doorRows(() => server, clock),
]) {
  describe(`${gives} is good before, and refused after`, () => {
    const proves = (end: (tenant: Tenant, given: Given) => Promise<unknown>) => async () => {
      const tenant = await makeTenant(server)
      const given = await make(tenant)
      const good = await given.use()
      assert.ok(good.status < 300, `${good.status} ${good.bytes.toString()}`)
      await end(tenant, given)
      const { status, headers, bytes } = await given.use()
      const [statuses, type, word] = refusal
      assert.ok(statuses.includes(status), `${status} ${bytes.toString()}`)
      assert.ok(headers['content-type']?.startsWith(type) === true, String(headers['content-type']))
      assert.match(bytes.toString(), word)
    }
    for (const end of endsBy)
      test(
        end,
        proves((_, { ends = {} }) => ends[end]?.() ?? assert.fail(end)),
      )
    for (const what of hangsOn)
      for (const [name, end] of Object.entries(ENDS[what]))
        test(
          name,
          proves((tenant) => end(server, tenant)),
        )
  })
}

test('a link that anybody was given ends when not all may read any more', async () => {
  const tenant = await makeTenant(server)
  const { call, expect, access_token, file } = await smhToken(where(), tenant)
  const task = await expect(201, 'PUT', `${file}/public.bin`, { access_token })
  assert.equal((await putTo(`http://${task.domain}${task.path}`, task.headers)).status, 200)
  await expect(200, 'POST', `${file}/${task.confirmKey}`, { confirm: null, access_token }, { json: {} })
  const show = (isPublicRead: boolean) =>
    expect(
      204,
      'POST',
      `space/${tenant.library.id}/-/extension`,
      { access_token },
      { json: { isPublicRead } },
    )
  await show(true)
  const { headers } = await call('GET', `${file}/public.bin`)
  const link = String(headers.location)
  assert.equal((await sendWire(link, { method: 'GET' })).status, 200)
  await show(false)
  clock.advance(1000)
  const refused = await sendWire(link, { method: 'GET' })
  assert.deepEqual([refused.status, COS[2].test(refused.bytes.toString())], [403, true])
})

test('bytes that come in while their token ends are not kept', async () => {
  const tenant = await makeTenant(server)
  const { expect, access_token, file, ends } = await smhToken(where(), tenant)
  const task = await expect(201, 'PUT', `${file}/slow.bin`, { access_token })
  const body = async function* () {
    yield Buffer.alloc(70_000)
    await ends['its token is revoked']()
    yield Buffer.alloc(70_000)
  }
  const sent = Object.entries(task.headers).map(([name, value]): [string, string] => [name, String(value)])
  const url = `http://${task.domain}${task.path}`
  const answer = await fetch(url, { method: 'PUT', headers: sent, body: body(), duplex: 'half' })
  assert.deepEqual([answer.status, COS[2].test(await answer.text())], [403, true])
})

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { MovableClock, startTestServer, type TestServer } from '../support/harness.ts'
import { callVms, compactNow, sendWire, type WireAnswer, wav } from '../support/volcengine.ts'
import { clientOf as vodClient } from './huawei-vod/rig.ts'
import { Client as OstClient, PLAIN, urlOf } from './iflytek-ost/wire-client.ts'
import { ENDS, makeTenant, type Tenant } from './tenant.ts'
import { type Params, clientOf as smhClient } from './tencent-smh/rig.ts'

const BYTES = Buffer.from('what a right gives')

/** How a vendor refuses: the status, the beginning of the content type, and a word of the body. */
type Refusal = readonly [statuses: readonly number[], type: string, word: RegExp]

const COS: Refusal = [[403], 'application/xml', /<Code>AccessDenied<\/Code>/]
const OBS: Refusal = [
  [403, 404],
  'application/xml',
  /<Code>(InvalidAccessKeyId|SignatureDoesNotMatch|NoSuchBucket|AccessDenied)<\/Code>/,
]
const SMH: Refusal = [[403, 404], 'application/json', /"code":"(InvalidAccessToken|LibraryNotFound)"/]
const VOD: Refusal = [[401], 'application/json', /"error_code":"APIGW\.0301"/]
const OST: Refusal = [[404], 'text/plain', /^\{"message":"Not found"\}$/]

/** What was given, and what ends it besides an operator. */
interface Given {
  use(): Promise<WireAnswer>
  readonly ends?: Readonly<Record<string, () => Promise<unknown>>>
}

interface Row {
  readonly gives: string
  /** Names of what an operator ends. */
  readonly hangsOn: readonly (keyof typeof ENDS)[]
  /** Names of `Given.ends`. */
  readonly endsBy?: readonly string[]
  readonly refusal: Refusal
  make(tenant: Tenant): Promise<Given>
}

const clock = new MovableClock()
const SIGNING = { ...PLAIN, date: () => new Date(clock.now()).toUTCString() }
let server: TestServer
before(async () => {
  server = await startTestServer({ clock })
})
after(() => server.stop())

async function smh({ library }: Tenant) {
  const { call, expect } = smhClient(server.url)
  const secret = { library_id: library.id, library_secret: library.secret }
  const asked = { ...secret, grant: 'admin', user_id: 'u', client_id: 'c' }
  const { accessToken: access_token } = await expect(200, 'GET', 'token', asked)
  const file = `file/${library.id}/-`
  const end = (query: Params) =>
    expect(204, 'DELETE', `token/${library.id}`, { library_secret: library.secret, ...query })
  const ends = {
    'its token is revoked': () => expect(204, 'DELETE', `token/${library.id}/${access_token}`),
    'the tokens of its user are revoked': () => end({ user_id: 'u' }),
    'the tokens of its client are revoked': () => end({ client_id: 'c' }),
    'its token is over': async () => clock.advance(2 * 86_400_000),
  }
  return { call, expect, access_token, file, ends }
}

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
      const { call, access_token, ends } = await smh(tenant)
      return { ends, use: () => call('GET', `directory/${tenant.library.id}/-`, { access_token }) }
    },
  },
  {
    gives: 'headers of an SMH upload in one piece',
    ...{ hangsOn: ['account', 'library'], endsBy: TOKEN_ENDS, refusal: COS },
    make: async (tenant) => {
      const { expect, access_token, file, ends } = await smh(tenant)
      const task = await expect(201, 'PUT', `${file}/one.bin`, { access_token })
      return { ends, use: () => putTo(`http://${task.domain}${task.path}`, task.headers) }
    },
  },
  {
    gives: 'headers of the parts of an SMH upload',
    ...{ hangsOn: ['account', 'library'], endsBy: TOKEN_ENDS, refusal: COS },
    make: async (tenant) => {
      const { expect, access_token, file, ends } = await smh(tenant)
      const task = await expect(201, 'POST', `${file}/parts.bin`, { multipart: null, access_token })
      const to = `http://${task.domain}${task.path}?partNumber=1&uploadId=${task.uploadId}`
      return { ends, use: () => putTo(to, task.headers) }
    },
  },
  {
    gives: 'the fields of an SMH form',
    ...{ hangsOn: ['account', 'library'], endsBy: TOKEN_ENDS, refusal: COS },
    make: async (tenant) => {
      const { expect, access_token, file, ends } = await smh(tenant)
      const task = await expect(201, 'POST', `${file}/form.bin`, { access_token })
      return { ends, use: () => postForm(`http://${task.domain}${task.path}`, task.form) }
    },
  },
  {
    gives: 'a link to a file of SMH',
    ...{ hangsOn: ['account', 'library'], endsBy: TOKEN_ENDS, refusal: COS },
    make: async (tenant) => {
      const { expect, access_token, file, ends } = await smh(tenant)
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
      const token = await iamToken(tenant)
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
      const token = await iamToken(tenant)
      const { call } = vodClient(server.url, clock)
      return { use: () => call('GET', 'asset/list', { as: { token }, project: tenant.project.id }) }
    },
  },
  {
    gives: 'temporary keys of IAM',
    ...{ hangsOn: ['account', 'user'], refusal: VOD },
    make: async (tenant) => {
      const { access, secret, securitytoken } = await temporaryKeys(await iamToken(tenant))
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

for (const { gives, hangsOn, endsBy = [], refusal, make } of [...SMH_ROWS, ...OTHER_ROWS]) {
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
  const { call, expect, access_token, file } = await smh(tenant)
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
  const { expect, access_token, file, ends } = await smh(tenant)
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

function putTo(
  url: string,
  headers: Readonly<Record<string, string | number>>,
  body: Uint8Array = BYTES,
): Promise<WireAnswer> {
  return sendWire(url, { method: 'PUT', headers: { ...headers, 'content-length': body.byteLength }, body })
}

async function postForm(url: string, fields: Readonly<Record<string, string>>): Promise<WireAnswer> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new Blob([BYTES]), 'form.bin')
  const { status, headers, ...answer } = await fetch(url, { method: 'POST', body: form }).then(
    async (response) => ({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      bytes: Buffer.from(await response.arrayBuffer()),
    }),
  )
  return { status, headers, ...answer }
}

async function iamToken({ name, user, project }: Tenant): Promise<string> {
  const password = { user: { ...user, domain: { name } } }
  const auth = { identity: { methods: ['password'], password }, scope: { project: { id: project.id } } }
  const headers = { 'content-type': 'application/json' }
  const request = { method: 'POST', headers, body: JSON.stringify({ auth }) }
  const answer = await sendWire(`${server.url}/v3/auth/tokens`, request)
  assert.equal(answer.status, 201, answer.bytes.toString())
  return String(answer.headers['x-subject-token'])
}

interface Temporary {
  readonly access: string
  readonly secret: string
  readonly securitytoken: string
}

async function temporaryKeys(token: string): Promise<Temporary> {
  const body = JSON.stringify({ auth: { identity: { methods: ['token'] } } })
  const headers = { 'content-type': 'application/json', 'x-auth-token': token }
  const path = '/v3.0/OS-CREDENTIAL/securitytokens'
  const answer = await sendWire(`${server.url}${path}`, { method: 'POST', headers, body })
  assert.equal(answer.status, 201, answer.bytes.toString())
  return (JSON.parse(answer.bytes.toString()) as { readonly credential: Temporary }).credential
}

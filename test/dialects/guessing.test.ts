import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { LIMITS } from '../../src/http/guessing/limits.ts'
import { startTestServer, type TestServer } from '../support/harness.ts'
import { signVms, type WireAnswer } from '../support/volcengine.ts'
import { makeTenant, type Tenant } from './tenant.ts'

interface Asked {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** An answer's status and a word of its body. */
type Told = readonly [status: number, word: RegExp]

interface Case {
  readonly name: string
  readonly kind: 'signature' | 'password'
  wrong(tenant: Tenant): Asked
  /** With the right secret. Absent: the VMS call that the same key signs. */
  right?(tenant: Tenant): Asked
  readonly told: Told
  readonly throttled: Told
}

const WRONG_HEX = 'a'.repeat(64)
const compactNow = (): string => new Date(clock.now()).toISOString().replace(/[-:]|\.\d{3}/g, '')

function vmsCall({ keys }: Tenant, secret_key = keys.secret_key): Asked {
  const rawQuery = 'Action=QueryUsableResource&Version=2022-01-01&Type=0'
  const headers = { host: new URL(server.url).host }
  const signing = { method: 'GET', rawQuery, headers, body: '', date: compactNow() }
  return {
    ...{ method: 'GET', path: `/?${rawQuery}` },
    headers: signVms({ ...signing, keys: { ...keys, secret_key } }),
  }
}

const planeCase = (
  name: string,
  throttled: Told,
  path: (tenant: Tenant) => string,
  headers: (tenant: Tenant) => Readonly<Record<string, string>>,
): Case => ({
  ...{ name, kind: 'signature', throttled, told: [403, /<?"?Code"?>?:?"?SignatureDoesNotMatch/] },
  wrong: (tenant) => ({ method: 'GET', path: path(tenant), headers: headers(tenant) }),
})

const OBS_PATH = ({ project }: Tenant): string => `/vod-bucket-1-cn-north-4/${project.id}/x/y.mp4`

function ostCall({ app }: Tenant): Asked {
  const fields = `api_key="${app.apiKey}", algorithm="hmac-sha256", headers="host date request-line digest"`
  const authorization = `${fields}, signature="${Buffer.from('wrong').toString('base64')}"`
  const headers = { date: new Date(clock.now()).toUTCString(), digest: 'SHA-256=', authorization }
  return { method: 'POST', path: '/file/mpupload/init', headers }
}

const tokenPath = ({ library }: Tenant, secret: string): string =>
  `/api/v1/token?library_id=${library.id}&library_secret=${encodeURIComponent(secret)}&grant=admin`

function login({ name, user }: Tenant, password: string): Asked {
  const identity = {
    methods: ['password'],
    password: { user: { name: user.name, password, domain: { name } } },
  }
  const headers = { 'content-type': 'application/json' }
  return { method: 'POST', path: '/v3/auth/tokens', headers, body: JSON.stringify({ auth: { identity } }) }
}

const CASES: readonly Case[] = [
  {
    ...{ name: 'signatures of VMS', kind: 'signature' },
    wrong: (tenant) => vmsCall(tenant, 'another secret'),
    ...{ told: [401, /"Code":"SignatureNotMatch"/], throttled: [400, /"Code":"Throttling"/] },
  },
  planeCase(
    'signatures of TOS',
    [429, /"Code":"ExceedAccountQPSLimit"/],
    ({ id }) => `/${id}/x.wav`,
    ({ keys }) => {
      const at = compactNow()
      const credential = `${keys.access_key}/${at.slice(0, 8)}/cn/tos/request`
      const authorization = `TOS4-HMAC-SHA256 Credential=${credential},SignedHeaders=host;x-tos-date,Signature=${WRONG_HEX}`
      return { 'x-tos-date': at, authorization }
    },
  ),
  planeCase(
    'signatures of COS',
    [503, /<Code>SlowDown<\/Code>/],
    ({ library, keys }) => {
      const start = Math.floor(clock.now() / 1000)
      const time = `${start}%3B${start + 60}`
      const fields = `q-sign-algorithm=sha1&q-ak=${keys.access_key}&q-sign-time=${time}&q-key-time=${time}`
      const lists = `q-header-list=host&q-url-param-list=&q-signature=${'a'.repeat(40)}`
      return `/cos/${library.id}/-/x?${fields}&${lists}`
    },
    () => ({}),
  ),
  planeCase('signatures of OBS', [503, /<Code>SlowDown<\/Code>/], OBS_PATH, ({ keys }) => ({
    ...{ date: new Date(clock.now()).toUTCString(), authorization: `OBS ${keys.access_key}:AAAA` },
  })),
  planeCase('signatures of OBS, version 4', [503, /<Code>SlowDown<\/Code>/], OBS_PATH, ({ keys }) => {
    const at = compactNow()
    const credential = `${keys.access_key}/${at.slice(0, 8)}/cn/s3/aws4_request`
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${WRONG_HEX}`
    return { 'x-amz-date': at, authorization }
  }),
  {
    ...{ name: 'signatures of VOD', kind: 'signature' },
    wrong: ({ keys, project }) => {
      const authorization = `SDK-HMAC-SHA256 Access=${keys.access_key}, SignedHeaders=host;x-sdk-date, Signature=${WRONG_HEX}`
      const headers = { 'x-sdk-date': compactNow(), authorization }
      return { method: 'GET', path: `/v1.0/${project.id}/asset/list`, headers }
    },
    ...{ told: [401, /"error_code":"APIGW\.0301"/], throttled: [429, /"error_code":"APIGW\.0308"/] },
  },
  {
    ...{ name: 'signatures of iFlytek', kind: 'signature', wrong: ostCall },
    ...{ told: [401, /HMAC signature does not match/], throttled: [429, /API rate limit exceeded/] },
  },
  {
    ...{ name: 'secrets of SMH libraries', kind: 'password' },
    wrong: (tenant) => ({ method: 'GET', path: tokenPath(tenant, 'another secret') }),
    right: (tenant) => ({ method: 'GET', path: tokenPath(tenant, tenant.library.secret) }),
    ...{ told: [404, /"code":"WrongLibraryIdOrSecret"/], throttled: [429, /"code":"RateLimitExceeded"/] },
  },
  {
    ...{ name: 'passwords of IAM', kind: 'password' },
    wrong: (tenant) => login(tenant, 'another password'),
    right: (tenant) => login(tenant, tenant.user.password),
    ...{ told: [401, /"title":"Unauthorized"/], throttled: [429, /"code":429/] },
  },
]

/** It stands still: what is spent comes back when a test says so. */
const clock = { timeMs: Date.now(), now: () => clock.timeMs }
let server: TestServer
before(async () => {
  server = await startTestServer({ clock })
})
after(() => server.stop())

let addresses = 0
/** An address of this machine that no other test calls from. */
const newAddress = (): string => {
  addresses += 1
  return `127.0.7.${addresses}`
}

function send(from: string, { method, path, headers = {}, body }: Asked): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent: false, localAddress: from }
    const sent = httpRequest(`${server.url}${path}`, options)
    sent.on('error', reject).on('response', (response) => {
      const { statusCode: status = 0 } = response
      buffer(response).then((bytes) => resolve({ status, headers: response.headers, bytes }), reject)
    })
    sent.end(body)
  })
}

function told({ status, bytes }: WireAnswer, [expected, word]: Told): void {
  assert.equal(status, expected, bytes.toString())
  assert.match(bytes.toString(), word)
}

for (const { name, kind, wrong, right = (owner: Tenant) => vmsCall(owner), ...answers } of CASES) {
  describe(`${name} that are tried out`, () => {
    let tenant: Tenant
    const guesser = newAddress()
    const { burst } = LIMITS.pair[kind]
    before(async () => {
      tenant = await makeTenant(server)
    })

    test('get their own error so often, then the vendor’s throttling with Retry-After', async () => {
      for (let index = 0; index < burst; index++) told(await send(guesser, wrong(tenant)), answers.told)
      const throttled = await send(guesser, wrong(tenant))
      told(throttled, answers.throttled)
      assert.match(String(throttled.headers['retry-after']), /^[1-9]\d*$/)
    })

    test('are counted in the log and for metrics', () => {
      const lines = server.logLines.map((line) => JSON.parse(line)).filter(({ remote }) => remote === guesser)
      assert.equal(Math.max(...lines.map(({ failedLogins = 0 }) => failedLogins)), burst)
      assert.equal(lines.at(-1).throttled, `guesses.${kind}`)
      assert.ok(server.guessCounts.wrong[kind] >= burst && server.guessCounts.throttled[kind] >= 1)
    })

    test('do not keep their owner out elsewhere, nor for long where they were tried', async () => {
      if (name === 'signatures of iFlytek') return
      assert.ok((await send(newAddress(), right(tenant))).status < 300)
      assert.ok((await send(guesser, right(tenant))).status >= 400)
      clock.timeMs += LIMITS.pair[kind].everyMs
      assert.ok((await send(guesser, right(tenant))).status < 300)
    })
  })
}

test('a name that nobody has is slowed as one that somebody has', async () => {
  const [tenant, from] = [await makeTenant(server), newAddress()]
  const nobody = { ...tenant, library: { id: 'smh0nobody', secret: '' } }
  for (let index = 0; index < LIMITS.pair.password.burst; index++) {
    const answer = await send(from, { method: 'GET', path: tokenPath(nobody, 'another secret') })
    told(answer, [404, /"code":"WrongLibraryIdOrSecret"/])
  }
  const path = tokenPath(nobody, 'another secret')
  told(await send(from, { method: 'GET', path }), [429, /"code":"RateLimitExceeded"/])
})

test('access tokens that nobody was given are throttled by address, and good ones never', async () => {
  const [tenant, from] = [await makeTenant(server), newAddress()]
  const { accessToken } = JSON.parse(
    (await send(from, { method: 'GET', path: tokenPath(tenant, tenant.library.secret) })).bytes.toString(),
  ) as { readonly accessToken: string }
  const list = (token: string): Promise<WireAnswer> =>
    send(from, { method: 'GET', path: `/api/v1/directory/${tenant.library.id}/-?access_token=${token}` })
  let answer = await list('wrong')
  for (let tried = 0; answer.status === 403 && tried < 2 * LIMITS.tokens.burst; tried++)
    answer = await list('wrong')
  told(answer, [429, /"code":"RateLimitExceeded"/])
  assert.equal((await list(accessToken)).status, 200)
})

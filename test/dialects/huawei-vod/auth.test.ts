import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { startTestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { sendWire, type WireAnswer } from '../../support/volcengine.ts'
import {
  ACCOUNT,
  assertFailure,
  assertIllegal,
  OTHER_ACCOUNT,
  OTHER_PROJECT,
  PROJECTS,
  type Rig,
  startRig,
  type VodAnswer,
} from './rig.ts'
import { signVod, type VodKeys } from './sign.ts'

const HOUR_MS = 3600_000
const LIST = 'asset/list'

let rig: Rig
before(async () => {
  rig = await startRig()
})
after(() => rig.stop())

const TESTER = ACCOUNT.users[0] ?? assert.fail('no user')

/** One request to IAM. */
async function iam(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
): Promise<WireAnswer & { readonly body: Readonly<Record<string, unknown>> }> {
  const sent = { 'content-type': 'application/json;charset=utf8', ...headers }
  const answer = await sendWire(`${rig.url}${path}`, {
    method,
    headers: sent,
    ...(body === undefined ? {} : { body }),
  })
  return { ...answer, body: JSON.parse(answer.bytes.toString()) }
}

interface Login {
  readonly user?: unknown
  readonly password?: unknown
  readonly domain?: unknown
  readonly scope?: unknown
}

const loginBody = ({
  user = TESTER.name,
  password = TESTER.password,
  domain = ACCOUNT.name,
  scope,
}: Login) => ({
  auth: {
    identity: {
      methods: ['password'],
      password: { user: { name: user, password, domain: { name: domain } } },
    },
    ...(scope === undefined ? {} : { scope }),
  },
})

const login = (options: Login = {}, query = '') =>
  iam('POST', `/v3/auth/tokens${query}`, {}, JSON.stringify(loginBody(options)))

async function tokenFor(scope: unknown): Promise<string> {
  const answer = await login({ scope })
  assert.equal(answer.status, 201, answer.bytes.toString())
  return String(answer.headers['x-subject-token'])
}

function assertIamError(answer: WireAnswer, status: number, title: string, message: string): void {
  assert.equal(answer.status, status, answer.bytes.toString())
  assert.deepEqual(JSON.parse(answer.bytes.toString()), { error: { code: status, message, title } })
  assert.match(String(answer.headers['x-request-id']), /^[0-9a-f]{32}$/)
}

const notAuthenticated = (answer: VodAnswer, reason: string): void =>
  assertFailure(answer, 401, 'APIGW.0301', `Incorrect IAM authentication information: ${reason}`)

describe('requests of the vendor’s SDK, as captured', () => {
  interface Vector {
    readonly name: string
    readonly client: string
    readonly accessKey: string
    readonly secretKey: string
    readonly time: string
    readonly method: string
    readonly target: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
  const file = new URL('../../vectors/huawei-vod.json', import.meta.url)
  const { project, signatures } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly project: string
    readonly signatures: readonly Vector[]
  }
  const captured = signatures.filter(({ client }) => client.startsWith('@huaweicloud'))

  /** The answers of a server that has these keys, at the time of the vectors. */
  async function replayed(secret?: string): Promise<readonly (readonly [Vector, WireAnswer])[]> {
    const [{ accessKey = '', secretKey = '', time = '' } = {}] = captured
    const at = Date.parse(time.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'))
    const keys = { access_key: accessKey, secret_key: secret ?? secretKey }
    const entry = { id: '1', name: 'vectors', ...keys, projects: [{ id: project, name: 'cn-north-4' }] }
    const server = await startTestServer({ accounts: [entry], clock: { now: () => at } })
    const answers: (readonly [Vector, WireAnswer])[] = []
    for (const vector of captured) {
      const { method, target, headers, body } = vector
      const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) }
      const sent = { method, headers: { ...headers, ...length }, body }
      answers.push([vector, await sendWire(`${server.url}${target}`, sent)])
    }
    await server.stop()
    return answers
  }

  test('are let in to the calls they are for', async () => {
    const answers = await replayed()
    const codes = answers.map(([{ name }, { status, bytes }]) => [
      name,
      status,
      JSON.parse(bytes.toString()).error_code,
    ])
    assert.deepEqual(codes, [
      ['V1', 400, 'VOD.10062'],
      ['V2', 200, undefined],
      ['V3', 403, 'VOD.10053'],
      ['V4', 403, 'VOD.10062'],
      // Its token is none of ours.
      ['V5', 401, 'APIGW.0301'],
    ])
    shows('huawei-vod', 'captured requests over HTTP')
  })

  test('are refused by a server with another secret', async () => {
    for (const [{ name }, { status }] of await replayed('another secret')) assert.equal(status, 401, name)
  })
})

describe('signatures', () => {
  test('that are wrong, of unknown keys, or missing are told apart', async () => {
    const call = (headers: Readonly<Record<string, string>>) =>
      rig.call('GET', LIST, { as: { nobody: true }, headers })
    const stranger = { ...ACCOUNT, access_key: 'UNKNOWNKEY' }
    const thief = { ...ACCOUNT, secret_key: 'wrong' }
    notAuthenticated(await call({}), 'x-auth-token not found')
    notAuthenticated(await rig.call('GET', LIST, { as: { keys: thief } }), 'verify aksk signature fail')
    notAuthenticated(
      await rig.call('GET', LIST, { as: { keys: stranger } }),
      'Get secretKey failed,ak:UNKNOWNKEY,err:ak not exist',
    )
    for (const authorization of ['', 'Basic YTpi', 'SDK-HMAC-SHA256 Access=a', 'OBS a:b']) {
      notAuthenticated(await call({ authorization }), 'verify aksk signature fail')
    }
    shows('huawei-vod', 'APIGW.0301')
  })

  test('are good for 15 minutes around the server’s time', async () => {
    const at = async (skewMs: number, keys: VodKeys = ACCOUNT) => {
      const url = `${rig.url}/v1.0/${PROJECTS.main.id}/${LIST}`
      const headers = { host: new URL(rig.url).host }
      const now = rig.clock.now() + skewMs
      const signed = signVod({ method: 'GET', url, headers, body: '', keys, now })
      return rig.call('GET', LIST, { as: { nobody: true }, headers: signed })
    }
    for (const minutes of [-14, 14]) assert.equal((await at(minutes * 60_000)).status, 200)
    for (const minutes of [-16, 16]) {
      const answer = await at(minutes * 60_000)
      const text = /: signature expired, signature time:\d{8}T\d{6}Z,server time:\d{8}T\d{6}Z$/
      assertFailure(answer, 401, 'APIGW.0301')
      assert.match(answer.body?.error_msg ?? '', text)
      const unsigned = await at(minutes * 60_000, { ...ACCOUNT, secret_key: 'another' })
      assert.match(unsigned.body?.error_msg ?? '', text, 'the time is looked at first')
    }
    shows('huawei-vod', 'X-Sdk-Date')
  })

  test('need no X-Project-Id, but one that is sent has to be the path’s project', async () => {
    const call = (project: string | undefined, path: string = PROJECTS.main.id) =>
      rig.call('GET', LIST, {
        project: path,
        as: project === undefined ? { keys: ACCOUNT } : { keys: ACCOUNT, project },
      })
    assert.equal((await call(undefined)).status, 200)
    assert.equal((await call(PROJECTS.second.id, PROJECTS.second.id)).status, 200)
    assertFailure(await call(PROJECTS.second.id), 403, 'VOD.10057', '租户ID校验失败')
    assertFailure(await call('unknown'), 403, 'VOD.10057')
    shows('huawei-vod', 'X-Project-Id')
  })

  test('give access to the own account’s projects alone', async () => {
    for (const project of [OTHER_PROJECT.id, 'unknown']) {
      assertFailure(await rig.call('GET', LIST, { project }), 403, 'VOD.10057')
      assertFailure(await rig.call('POST', 'asset', { project, json: {} }), 403, 'VOD.10057')
    }
    const as = { keys: OTHER_ACCOUNT, project: OTHER_PROJECT.id }
    assert.equal((await rig.call('GET', LIST, { project: OTHER_PROJECT.id, as })).status, 200)
    assertFailure(await rig.call('GET', LIST, { as: { keys: OTHER_ACCOUNT } }), 403, 'VOD.10057')
    shows('huawei-vod', 'VOD.10057', 'projects of others')
  })

  test('cover the body, of a GET too, and the query in any encoding', async () => {
    const get = await rig.call('GET', LIST, { raw: '{}' })
    assert.equal(get.status, 200, get.bytes.toString())
    const url = `${rig.url}/v1.0/${PROJECTS.main.id}/${LIST}?query_string=!'()*`
    const headers = { host: new URL(rig.url).host, 'content-type': 'application/json' }
    const base = { method: 'GET', url, headers, keys: ACCOUNT, now: rig.clock.now() }
    const send = async (signedBody: string, sentBody: string) => {
      const signed = { ...headers, ...signVod({ ...base, body: signedBody }) }
      return (
        await sendWire(url, {
          method: 'GET',
          headers: { ...signed, 'content-length': sentBody.length },
          body: sentBody,
        })
      ).status
    }
    assert.equal(await send('{}', '{}'), 200)
    assert.equal(await send('', '{}'), 401)
    assert.equal(await send('{}', '{ '), 401)
  })

  test('with UNSIGNED-PAYLOAD leave the body open, and with another hash let nothing in', async () => {
    const call = (said: string, signed: string) => {
      const url = `${rig.url}/v1.0/${PROJECTS.main.id}/asset/category`
      const headers = {
        ...{ host: new URL(rig.url).host, 'content-type': 'application/json' },
        'x-sdk-content-sha256': said,
      }
      const now = rig.clock.now()
      const proof = signVod({ method: 'POST', url, headers, body: '', hash: signed, keys: ACCOUNT, now })
      return rig.call('POST', 'asset/category', {
        json: { name: `n${said.length}` },
        headers: { ...headers, ...proof },
        as: { nobody: true },
      })
    }
    assert.equal((await call('UNSIGNED-PAYLOAD', 'UNSIGNED-PAYLOAD')).status, 200)
    notAuthenticated(await call('UNSIGNED-PAYLOAD', '1'.repeat(64)), 'verify aksk signature fail')
    notAuthenticated(await call('0'.repeat(64), '0'.repeat(64)), 'verify aksk signature fail')
    shows('huawei-vod', 'X-Sdk-Content-Sha256')
  })
})

describe('tokens by password', () => {
  test('come in a header, with a record of whom and what they are for', async () => {
    const answer = await login({ scope: { project: { name: 'cn-north-4' } } }, '?nocatalog=true')
    assert.equal(answer.status, 201)
    assert.ok(String(answer.headers['x-subject-token']).length > 40)
    shows('huawei-vod', 'POST /v3/auth/tokens')
    const { token } = answer.body as { token: Record<string, never> }
    const { domain, ...user } = token.user as unknown as { domain: { id: string } }
    const { expires_at, issued_at, project, ...others } = token
    assert.deepEqual(project, { domain, id: PROJECTS.main.id, name: PROJECTS.main.name })
    assert.deepEqual(
      [user, domain].map((each) => Object.keys(each)),
      [
        ['id', 'name', 'password_expires_at'],
        ['id', 'name'],
      ],
    )
    assert.match(domain.id, /^[0-9a-f]{32}$/)
    assert.deepEqual(Object.keys(others), ['catalog', 'methods', 'roles', 'user'])
    const microseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/
    for (const time of [expires_at, issued_at]) assert.match(String(time), microseconds)
    assert.equal(Date.parse(String(expires_at)) - Date.parse(String(issued_at)), 24 * HOUR_MS)
    shows('huawei-vod', 'tokens')
  })

  test('are scoped to a project by its id or its name', async () => {
    const { main, second } = PROJECTS
    for (const scope of [{ project: { id: main.id } }, { project: { name: main.name } }]) {
      const as = { token: await tokenFor(scope) }
      assert.equal((await rig.call('GET', LIST, { as })).status, 200)
      assertFailure(await rig.call('GET', LIST, { as, project: second.id }), 403, 'VOD.10057')
      assertFailure(await rig.call('GET', LIST, { as, project: OTHER_PROJECT.id }), 403, 'VOD.10057')
    }
    shows('huawei-vod', 'tokens: scope.project', 'X-Auth-Token')
  })

  test('of a domain, or of no scope, open no project', async () => {
    for (const scope of [{ domain: { name: ACCOUNT.name } }, undefined, null, {}]) {
      const answer = await login({ scope })
      assert.equal(answer.status, 201)
      const { token } = answer.body as { token: { project?: unknown; domain?: { name: string } } }
      assert.deepEqual([token.project, token.domain?.name], [undefined, ACCOUNT.name])
      const as = { token: String(answer.headers['x-subject-token']) }
      assertFailure(await rig.call('GET', LIST, { as }), 403, 'VOD.10057')
    }
    shows('huawei-vod', 'tokens: scope.domain, or none', 'X-Auth-Token of a domain')
  })

  test('are of their account, though projects and users of others have the same names', async () => {
    const token = await rig.token({ account: OTHER_ACCOUNT })
    const as = { token }
    assertFailure(await rig.call('GET', LIST, { as }), 403, 'VOD.10057')
    assert.equal((await rig.call('GET', LIST, { as, project: OTHER_PROJECT.id })).status, 200)
  })

  test('live 24 hours', async () => {
    const clocked = await startRig()
    const as = { token: await clocked.token() }
    clocked.clock.advance(24 * HOUR_MS - 60_000)
    assert.equal((await clocked.call('GET', LIST, { as })).status, 200)
    clocked.clock.advance(60_000)
    const answer = await clocked.call('GET', LIST, { as })
    await clocked.stop()
    assertFailure(answer, 401, 'APIGW.0301')
    assert.match(answer.body?.error_msg ?? '', /: token expires, expires_at: \d{4}-/)
    shows('huawei-vod', 'token', 'X-Auth-Token, life')
  })

  test('that are none, or changed, are refused', async () => {
    const token = await rig.token()
    const at = Math.floor(token.length / 2)
    const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
    for (const wrong of ['x', changed, `${token}A`, token.slice(3)]) {
      notAuthenticated(await rig.call('GET', LIST, { as: { token: wrong } }), 'decrypt token fail')
    }
    shows('huawei-vod', 'APIGW.0301', 'X-Auth-Token, forged')
  })

  test('come before a signature that is sent with them', async () => {
    const headers = { 'x-auth-token': 'x' }
    notAuthenticated(await rig.call('GET', LIST, { headers }), 'decrypt token fail')
    const thief = { ...ACCOUNT, secret_key: 'wrong' }
    const token = { 'x-auth-token': await rig.token() }
    assert.equal((await rig.call('GET', LIST, { as: { keys: thief }, headers: token })).status, 200)
    shows('huawei-vod', 'token and signature at once')
  })

  test('are not given for a wrong password, user or account, which are not told apart', async () => {
    const scope = { project: { name: 'cn-north-4' } }
    const wrong: readonly Login[] = [
      { password: 'wrong' },
      { user: 'nobody' },
      { domain: 'nobody' },
      { domain: OTHER_ACCOUNT.name },
      { user: 'editor' },
    ]
    for (const each of wrong) {
      assertIamError(
        await login({ scope, ...each }),
        401,
        'Unauthorized',
        'The username or password is wrong.',
      )
    }
    shows('huawei-vod', 'IAM 401', 'wrong password, user or account')
  })

  test('are not given for a project of somebody else', async () => {
    for (const project of [{ id: OTHER_PROJECT.id }, { name: 'cn-south-1' }]) {
      assertIamError(
        await login({ scope: { project } }),
        401,
        'Unauthorized',
        'The project is not one of the account.',
      )
    }
  })

  test('are not given to requests of another form', async () => {
    const { auth } = loginBody({})
    const { identity } = auth
    const bodies: readonly unknown[] = [
      {},
      [],
      { auth: null },
      { auth: { identity: {} } },
      { auth: { identity: { ...identity, methods: ['token'] } } },
      { auth: { identity: { ...identity, methods: 'password' } } },
      { auth: { identity: { methods: ['password'] } } },
      loginBody({ user: '' }),
      loginBody({ user: 7 }),
      loginBody({ password: null }),
      loginBody({ password: 'a'.repeat(257) }),
      loginBody({ domain: {} }),
      loginBody({ scope: 'cn-north-4' }),
      loginBody({ scope: [] }),
      loginBody({ scope: { project: null } }),
      loginBody({ scope: { project: {} } }),
      loginBody({ scope: { project: { id: 7 } } }),
    ]
    const texts = ['', '{', ...bodies.map((body) => JSON.stringify(body))]
    for (const text of texts) {
      const answer = await iam('POST', '/v3/auth/tokens', {}, text)
      assertIamError(answer, 400, 'Bad Request', 'The request body is invalid')
    }
    shows('huawei-vod', 'IAM request of another form')
    const large = await iam('POST', '/v3/auth/tokens', {}, `{"a":"${'a'.repeat(70_000)}"}`)
    assertIamError(large, 413, 'Request Entity Too Large', 'Request entity too large.')
    const stranger = await login({ password: 'wrong' })
    assertIamError(stranger, 401, 'Unauthorized', 'The username or password is wrong.')
    shows('huawei-vod', 'IAM 400, 401, 413')
  })

  test('are validated for their own account', async () => {
    const issued = await login({ scope: { project: { id: PROJECTS.main.id } } })
    const token = String(issued.headers['x-subject-token'])
    const check = (subject: string, proof = token) =>
      iam('GET', '/v3/auth/tokens', { 'x-auth-token': proof, 'x-subject-token': subject })
    const answer = await check(token)
    assert.deepEqual(
      [answer.status, answer.headers['x-subject-token'], answer.body],
      [200, token, issued.body],
    )
    const domain = await tokenFor({ domain: { name: ACCOUNT.name } })
    assert.equal((await check(token, domain)).status, 200)
    const reason = 'Incorrect IAM authentication information: decrypt token fail'
    assertIamError(await check('x'), 401, 'Unauthorized', reason)
    assertIamError(await check(token, 'x'), 401, 'Unauthorized', reason)
    assertIamError(
      await check(token, await rig.token({ account: OTHER_ACCOUNT })),
      401,
      'Unauthorized',
      reason,
    )
    const bare = await iam('GET', '/v3/auth/tokens', { 'x-auth-token': token })
    assertIamError(bare, 400, 'Bad Request', 'X-Subject-Token is missing')
    shows('huawei-vod', 'GET /v3/auth/tokens')
  })
})

describe('the list of projects', () => {
  const signedList = async (query: string, keys: typeof ACCOUNT | typeof OTHER_ACCOUNT = ACCOUNT) => {
    const url = `${rig.url}/v3/projects${query}`
    const headers = { host: new URL(rig.url).host, 'content-type': 'application/json' }
    const signed = signVod({ method: 'GET', url, headers, body: '', keys, now: rig.clock.now() })
    const answer = await sendWire(url, { method: 'GET', headers: { ...headers, ...signed } })
    assert.equal(answer.status, 200, answer.bytes.toString())
    return JSON.parse(answer.bytes.toString()).projects as readonly {
      readonly id: string
      readonly name: string
    }[]
  }
  const idsOf = (projects: readonly { readonly id: string }[]) => projects.map(({ id }) => id)

  test('has those of the account, or the one of a name', async () => {
    const { main, second } = PROJECTS
    assert.deepEqual(idsOf(await signedList('')), [main.id, second.id])
    const [only, ...more] = await signedList(`?name=${second.name}`)
    assert.deepEqual([only?.id, only?.name, more], [second.id, second.name, []])
    assert.deepEqual(await signedList('?name=nowhere'), [])
    assert.deepEqual(idsOf(await signedList('?name=cn-north-4', OTHER_ACCOUNT)), [OTHER_PROJECT.id])
    shows('huawei-vod', 'GET /v3/projects')
  })

  test('has for a token the token’s own', async () => {
    const token = await rig.token()
    const answer = await iam('GET', '/v3/projects', { 'x-auth-token': token })
    const { projects } = answer.body as { projects: readonly { id: string }[] }
    assert.deepEqual(idsOf(projects), [PROJECTS.main.id])
  })

  test('is not for strangers', async () => {
    const reason = 'Incorrect IAM authentication information: x-auth-token not found'
    assertIamError(await iam('GET', '/v3/projects'), 401, 'Unauthorized', reason)
  })
})

describe('what clients of IAM ask for first', () => {
  test('the version is told to anybody', async () => {
    for (const path of ['/v3', '/v3/']) {
      const { status, body } = await iam('GET', path)
      assert.equal(status, 200)
      assert.deepEqual(body, {
        version: {
          ...{ id: 'v3.6', status: 'stable', updated: '2016-04-04T00:00:00Z' },
          links: [{ rel: 'self', href: `${rig.url}/v3/` }],
          'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
        },
      })
    }
    shows('huawei-vod', 'GET /v3')
  })

  test('projects and domains that a token is good for', async () => {
    const all = [PROJECTS.main.id, PROJECTS.second.id]
    for (const [scope, ids] of [
      [undefined, all],
      [{ domain: { name: ACCOUNT.name } }, all],
      [{ project: { name: PROJECTS.main.name } }, [PROJECTS.main.id]],
    ] as const) {
      const headers = { 'x-auth-token': await tokenFor(scope) }
      const { status, body } = await iam('GET', '/v3/auth/projects', headers)
      const found = body.projects as readonly { readonly id: string }[]
      assert.deepEqual([status, found.map(({ id }) => id)], [200, ids])
      const domains = await iam('GET', '/v3/auth/domains', headers)
      const [domain, ...others] = domains.body.domains as readonly Readonly<Record<string, unknown>>[]
      assert.deepEqual([domains.status, domain?.name, domain?.enabled, others], [200, ACCOUNT.name, true, []])
    }
    const none = 'Incorrect IAM authentication information: x-auth-token not found'
    for (const path of ['/v3/auth/projects', '/v3/auth/domains'])
      assertIamError(await iam('GET', path), 401, 'Unauthorized', none)
    shows('huawei-vod', 'GET /v3/auth/projects, /v3/auth/domains')
  })
})

describe('the gateway', () => {
  test('has no other paths or methods', async () => {
    for (const [version, path] of [
      ['v1.0', 'asset/nothing'],
      ['v1', 'asset/list'],
      ['v2', 'asset'],
      ['v1.1', 'asset/list'],
    ] as const) {
      const answer = await rig.call('GET', path, { version })
      const message = 'The API does not exist or has not been published in the environment.'
      assertFailure(answer, 404, 'APIGW.0101', message)
    }
    for (const [method, path] of [
      ['PATCH', 'asset'],
      ['POST', LIST],
      ['DELETE', 'asset/status/uploaded'],
    ] as const) {
      assertFailure(await rig.call(method, path), 404, 'APIGW.0101')
    }
    shows('huawei-vod', 'APIGW.0101')
  })

  test('takes bodies of up to 256 KiB', async () => {
    const sized = (bytes: number) => {
      const [start, end] = ['{"title":"', '"}']
      return rig.call('POST', 'asset', {
        raw: `${start}${'a'.repeat(bytes - start.length - end.length)}${end}`,
      })
    }
    assertIllegal(await sized(256 * 1024), 'title')
    const large = await sized(256 * 1024 + 1)
    assertFailure(large, 413, 'APIGW.0201', 'Request entity too large.')
    shows('huawei-vod', 'request body', 'APIGW.0201')
  })

  test('lets bodies that are no JSON object through to VOD.10081', async () => {
    for (const raw of ['{', '[]', '"a"', 'null', '7', '{"a":1}x']) {
      assertFailure(await rig.call('POST', 'asset', { raw }), 400, 'VOD.10081')
      shows('huawei-vod', 'VOD.10081')
    }
    assertIllegal(await rig.call('POST', 'asset'), 'title')
  })

  test('gives every answer an X-Request-Id of its own', async () => {
    const category = { json: { name: 'ids' } }
    const answers: readonly WireAnswer[] = [
      await rig.call('GET', LIST),
      await rig.call('POST', 'asset/category', category),
      await rig.call('DELETE', 'asset/category', { query: { id: 0 } }),
      await rig.call('POST', 'asset', { json: {} }),
      await rig.call('GET', LIST, { as: { nobody: true } }),
      await rig.call('GET', 'asset/nothing'),
      await rig.call('PATCH', 'asset'),
      await login(),
      await login({ password: 'wrong' }),
      await iam('GET', '/v3/projects', { 'x-auth-token': await rig.token() }),
    ]
    const ids = answers.map(({ headers }) => String(headers['x-request-id']))
    for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/)
    assert.equal(new Set(ids).size, answers.length)
    const log = rig.server.logLines.join('\n')
    for (const id of ids) assert.ok(log.includes(id), id)
    shows('huawei-vod', 'X-Request-Id')
  })

  test('keeps secrets out of the log', async () => {
    const token = await rig.token()
    await rig.call('GET', LIST, { as: { token } })
    await login({ password: 'a wrong password' })
    const log = rig.server.logLines.join('\n')
    const secrets = [token, token.slice(3, 40), TESTER.password, 'a wrong password', ACCOUNT.secret_key]
    for (const secret of secrets) assert.ok(!log.includes(secret))
    shows('huawei-vod', 'tokens and secrets')
  })
})

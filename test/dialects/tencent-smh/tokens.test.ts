import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { AccountEntry } from '../../../src/config/accounts.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { ACCOUNT, OTHER_ACCOUNT } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { assertFailure, LIBRARIES, type Params, type Rig, startRig } from './rig.ts'

let rig: Rig
before(async () => {
  rig = await startRig()
})
after(() => rig.stop())

const { file, spaces, plain } = LIBRARIES
const secretOf = ({ id, secret }: { readonly id: string; readonly secret: string }) => ({
  library_id: id,
  library_secret: secret,
})
const TOKEN = /^[\w-]{32,}$/

/** The status of a call that any token of the library may make. */
async function use(access_token: string, library: { readonly id: string } = file): Promise<number> {
  return (await rig.call('GET', `directory/${library.id}/-`, { access_token })).status
}

const createSpace = async (space_id: string): Promise<void> => {
  const access_token = await rig.token('admin', { library: 'spaces' })
  await rig.expect(201, 'POST', `space/${spaces.id}`, { access_token, space_id })
}

test('GET and POST make an access token with its period', async () => {
  for (const method of ['GET', 'POST']) {
    const body = await rig.expect(200, method, 'token', { ...secretOf(file), grant: 'admin' })
    assert.deepEqual(Object.keys(body), ['accessToken', 'expiresIn'])
    assert.match(body.accessToken, TOKEN)
    assert.equal(body.expiresIn, 86_400)
    assert.equal(await use(body.accessToken), 200)
  }
  shows('tencent-smh', 'GET /token')
})

test('HEAD makes no token', async () => {
  const { status, bytes } = await rig.call('HEAD', 'token', secretOf(file))
  assert.deepEqual([status, bytes.byteLength], [405, 0])
  shows('tencent-smh', 'HEAD /token')
})

test('making a token by POST takes a body of what is shared, an empty one and none', async () => {
  const query = secretOf(file)
  await rig.expect(200, 'POST', 'token', query, { json: { attachInfo: 'for the log', shareAuthority: {} } })
  await rig.expect(200, 'POST', 'token', query, { json: {} })
  await rig.expect(200, 'POST', 'token', query)
  shows('tencent-smh', 'POST /token')
  assertFailure(await rig.call('POST', 'token', query, { raw: '{"a":' }), 400, 'BadRequest')
  assertFailure(await rig.call('POST', 'token', query, { raw: '"text"' }), 400, 'BadRequest')
})

test('a period that is no positive integer is a day, and one below 1200 is 1200', async () => {
  const periods: readonly (readonly [string, number])[] = [
    ['3600', 3600],
    ['1200', 1200],
    ['1', 1200],
    ['0', 86_400],
    ['-5', 86_400],
    ['1.5', 86_400],
    ['week', 86_400],
    ['', 86_400],
    ['604800', 604_800],
  ]
  for (const [period, expected] of periods) {
    const { expiresIn } = await rig.expect(200, 'GET', 'token', { ...secretOf(file), period })
    assert.equal(expiresIn, expected, period)
  }
  shows('tencent-smh', 'token.period')
})

test('a token without its library or secret is refused by what is missing', async () => {
  const { library_id, library_secret } = secretOf(file)
  const cases: readonly (readonly [Params, number, string])[] = [
    [{}, 400, 'EmptyLibraryIdOrSecret'],
    [{ library_id: '', library_secret: '' }, 400, 'EmptyLibraryIdOrSecret'],
    [{ library_secret }, 400, 'EmptyLibraryId'],
    [{ library_id }, 400, 'EmptyLibrarySecret'],
    [{ library_id, library_secret: `${library_secret}x` }, 404, 'WrongLibraryIdOrSecret'],
    [{ library_id, library_secret: plain.secret }, 404, 'WrongLibraryIdOrSecret'],
    [{ library_id: 'smh0nosuchlibrary', library_secret }, 404, 'WrongLibraryIdOrSecret'],
  ]
  for (const [query, status, code] of cases) {
    assertFailure(await rig.call('GET', 'token', query), status, code)
    assertFailure(await rig.call('POST', 'token', query), status, code)
  }
  shows(
    'tencent-smh',
    'EmptyLibraryIdOrSecret',
    'EmptyLibraryId',
    'EmptyLibrarySecret',
    'WrongLibraryIdOrSecret',
  )
})

test('a token is for the spaces it names', async () => {
  for (const space of ['token-one', 'token-two', 'token-three']) await createSpace(space)
  const query = { space_id: 'token-one,token-two' }
  const access_token = await rig.token('space_admin', { library: 'spaces', query })
  const list = (space: string) => rig.call('GET', `directory/${spaces.id}/${space}`, { access_token })
  assert.equal((await list('token-one')).status, 200)
  assert.equal((await list('token-two')).status, 200)
  shows('tencent-smh', 'token.space_id')
  assertFailure(await list('token-three'), 403, 'AccessTokenNotMatchSpace')
  shows('tencent-smh', 'AccessTokenNotMatchSpace')
  assertFailure(await list('no-such-space'), 403, 'AccessTokenNotMatchSpace')
})

test('a token of a library with many spaces has to name them, but for admins and to make spaces', async () => {
  await createSpace('token-named')
  const make = (query: Params) => rig.call('GET', 'token', { ...secretOf(spaces), ...query })
  assertFailure(await make({}), 400, 'EmptySpaceId')
  assertFailure(await make({ grant: 'space_admin' }), 400, 'EmptySpaceId')
  shows('tencent-smh', 'EmptySpaceId')
  assertFailure(await make({ space_id: 'no-such-space' }), 404, 'SpaceNotFound')
  shows('tencent-smh', 'SpaceNotFound')
  assertFailure(await make({ space_id: 'token-named,no-such-space' }), 404, 'SpaceNotFound')
  assert.equal((await make({ grant: 'admin' })).status, 200)
  const maker = await make({ grant: 'create_space,upload_file' })
  assert.equal(maker.status, 200)
  const access_token = maker.body?.accessToken ?? ''
  await rig.expect(201, 'POST', `space/${spaces.id}`, { access_token })
  assertFailure(
    await rig.call('GET', `directory/${spaces.id}/token-named`, { access_token }),
    403,
    'AccessTokenNotMatchSpace',
  )
  shows('tencent-smh', 'token.space_id, many spaces')
})

test('a token of a library with one space names none, or that one', async () => {
  const make = (space_id: string) => rig.call('GET', 'token', { ...secretOf(file), space_id })
  assert.equal((await make('-')).status, 200)
  assert.equal((await make('')).status, 200)
  shows('tencent-smh', 'token.space_id, one space')
  assertFailure(await make('other'), 404, 'SpaceNotFound')
})

test('a grant that there is not is refused, and nothing is made', async () => {
  const query = { ...secretOf(file), grant: 'upload_file,everything' }
  assertFailure(await rig.call('GET', 'token', query), 400, 'ParamInvalid')
  shows('tencent-smh', 'token.grant')
})

test('a user, client or session id that is too long is refused', async () => {
  const long = 'u'.repeat(256)
  const make = (query: Params) => rig.call('GET', 'token', { ...secretOf(file), ...query })
  assertFailure(await make({ user_id: long }), 400, 'UserIdLengthExceed')
  assertFailure(await make({ client_id: long }), 400, 'ClientIdLengthExceed')
  shows('tencent-smh', 'UserIdLengthExceed, ClientIdLengthExceed')
  assertFailure(await make({ session_id: long }), 400, 'ParamInvalid')
  const longest = 'u'.repeat(255)
  for (const name of ['user_id', 'client_id', 'session_id'])
    assert.equal((await make({ [name]: longest })).status, 200, name)
  shows('tencent-smh', 'user_id, client_id, session_id')
})

test('without a token a call is refused, and so is one with a token that is unknown', async () => {
  const path = `directory/${file.id}/-`
  assertFailure(await rig.call('GET', path), 400, 'EmptyAccessToken')
  assertFailure(await rig.call('GET', path, { access_token: '' }), 400, 'EmptyAccessToken')
  shows('tencent-smh', 'EmptyAccessToken')
  for (const access_token of ['x', 'a'.repeat(40), 'ü', '%00']) {
    assertFailure(await rig.call('GET', path, { access_token }), 403, 'InvalidAccessToken')
  }
  shows('tencent-smh', 'InvalidAccessToken')
})

test('a token in a header is not accepted', async () => {
  const headers = { authorization: await rig.token() }
  assertFailure(await rig.call('GET', `directory/${file.id}/-`, {}, { headers }), 400, 'EmptyAccessToken')
  shows('tencent-smh', 'access_token, header')
})

test('a token of another library is refused', async () => {
  const access_token = await rig.token('admin', { library: 'plain' })
  assertFailure(
    await rig.call('GET', `directory/${file.id}/-`, { access_token }),
    403,
    'AccessTokenNotMatchLibrary',
  )
  assertFailure(await rig.call('POST', `token/${file.id}/${access_token}`), 403, 'AccessTokenNotMatchLibrary')
  shows('tencent-smh', 'AccessTokenNotMatchLibrary')
})

test('a library that there is not is told', async () => {
  const access_token = await rig.token()
  assertFailure(
    await rig.call('GET', 'directory/smh0nosuchlibrary/-', { access_token }),
    404,
    'LibraryNotFound',
  )
  assertFailure(await rig.call('POST', `token/smh0nosuchlibrary/${access_token}`), 404, 'LibraryNotFound')
  assertFailure(await rig.call('DELETE', `token/smh0nosuchlibrary/${access_token}`), 404, 'LibraryNotFound')
  shows('tencent-smh', 'LibraryNotFound')
})

test('the library’s secret stands for an admin’s token', async () => {
  const path = `directory/${file.id}/-`
  await rig.expect(200, 'GET', path, { library_secret: file.secret })
  await rig.expect(201, 'PUT', `${path}/by-secret`, { library_secret: file.secret })
  shows('tencent-smh', 'library_secret')
  assertFailure(await rig.call('GET', path, { library_secret: 'wrong' }), 404, 'WrongLibraryIdOrSecret')
})

test('each use of a token renews it for its period, and without use it ends', async () => {
  const access_token = await rig.token('', { query: { period: 1200 } })
  for (let use_ = 0; use_ < 4; use_++) {
    rig.clock.advance(1100_000)
    assert.equal(await use(access_token), 200)
  }
  shows('tencent-smh', 'access_token, use')
  rig.clock.advance(1300_000)
  assertFailure(await rig.call('GET', `directory/${file.id}/-`, { access_token }), 403, 'InvalidAccessToken')
})

test('a token is renewed by its own call, with its own period', async () => {
  const access_token = await rig.token('', { query: { period: 1300 } })
  rig.clock.advance(1200_000)
  const body = await rig.expect(200, 'POST', `token/${file.id}/${access_token}`, { period: 9999 })
  assert.deepEqual(body, { accessToken: access_token, expiresIn: 1300 })
  rig.clock.advance(1200_000)
  assert.equal(await use(access_token), 200)
  shows('tencent-smh', 'POST /token/{L}/{Token}')
  rig.clock.advance(1500_000)
  assertFailure(await rig.call('POST', `token/${file.id}/${access_token}`), 403, 'InvalidAccessToken')
})

test('a token is deleted by who has it, and deleting it again is fine', async () => {
  const access_token = await rig.token()
  await rig.expect(204, 'DELETE', `token/${plain.id}/${access_token}`)
  assert.equal(await use(access_token), 200, 'it is not of that library')
  await rig.expect(204, 'DELETE', `token/${file.id}/${access_token}`)
  assert.equal(await use(access_token), 403)
  shows('tencent-smh', 'DELETE /token/{L}/{Token}')
  await rig.expect(204, 'DELETE', `token/${file.id}/${access_token}`)
})

test('tokens are deleted by their users', async () => {
  const make = (user_id: string) => rig.token('', { library: 'plain', query: { user_id } })
  const tokens = { a: await make('anna'), b: await make('ben'), c: await make('carl'), none: await make('') }
  const alive = async () => {
    const statuses = Object.entries(tokens).map(async ([name, token]) => [name, await use(token, plain)])
    return (await Promise.all(statuses)).filter(([, status]) => status === 200).map(([name]) => name)
  }
  const secret = { library_secret: plain.secret }
  await rig.expect(204, 'DELETE', `token/${plain.id}`, { ...secret, user_id: 'anna,ben' })
  assert.deepEqual(await alive(), ['c', 'none'])
  shows('tencent-smh', 'DELETE /token/{L}')
  await rig.expect(204, 'DELETE', `token/${plain.id}`, { ...secret, user_id: '' })
  assert.deepEqual(await alive(), ['c'])
})

test('tokens are deleted by their client and session, of any user or of those that are named', async () => {
  const make = (user_id: string, client_id: string, session_id: string) =>
    rig.token('', { library: 'plain', query: { user_id, client_id, session_id } })
  const first = await make('dora', 'phone', 's1')
  const second = await make('emil', 'phone', 's2')
  const third = await make('emil', 'desk', 's2')
  const remove = (query: Params) =>
    rig.expect(204, 'DELETE', `token/${plain.id}`, { library_secret: plain.secret, ...query })
  const statuses = async () =>
    Promise.all([first, second, third].map(async (token) => (await use(token, plain)) === 200))
  await remove({ client_id: 'phone', session_id: 's2', user_id: 'dora' })
  assert.deepEqual(await statuses(), [true, true, true])
  await remove({ client_id: 'phone', session_id: 's2' })
  assert.deepEqual(await statuses(), [true, false, true])
  await remove({ session_id: 's2', user_id: 'emil' })
  assert.deepEqual(await statuses(), [true, false, false])
  shows('tencent-smh', 'DELETE /token/{L} client_id, session_id')
})

test('deleting tokens of nobody in particular ends those without a user', async () => {
  const owned = await rig.token('', { library: 'plain', query: { user_id: 'fritz' } })
  const free = await rig.token('', { library: 'plain' })
  await rig.expect(204, 'DELETE', `token/${plain.id}`, { library_secret: plain.secret })
  assert.deepEqual([await use(owned, plain), await use(free, plain)], [200, 403])
  shows('tencent-smh', 'DELETE /token/{L} without any')
})

test('deleting many tokens takes the library’s secret', async () => {
  const access_token = await rig.token()
  const path = `token/${file.id}`
  assertFailure(await rig.call('DELETE', path, { access_token }), 400, 'EmptyLibrarySecret')
  shows('tencent-smh', 'EmptyLibrarySecret, deletion of tokens')
  assertFailure(await rig.call('DELETE', path, { library_secret: 'no' }), 404, 'WrongLibraryIdOrSecret')
  assert.equal(await use(access_token), 200)
})

test('an admin’s token of no user may act as any, and with other tokens user_id is read past', async () => {
  const path = `directory/${file.id}/-`
  const put = (access_token: string, user_id: string, name: string) =>
    rig.call('PUT', `${path}/${name}`, { access_token, user_id })
  const free = await rig.token('admin')
  assert.equal((await put(free, 'gerda', 'of-gerda')).status, 201)
  const info = await rig.expect(200, 'GET', `${path}/of-gerda`, { info: null, access_token: free })
  assert.equal(info.userId, 'gerda')
  const owned = await rig.token('admin', { query: { user_id: 'hans' } })
  assert.equal((await put(owned, 'hans', 'of-hans')).status, 201)
  const weak = await rig.token('space_admin')
  const named = await rig.token('space_admin', { query: { user_id: 'ilse' } })
  for (const [token, name, user] of [
    [owned, 'still-of-hans', 'hans'],
    [weak, 'of-nobody', ''],
    [named, 'of-ilse', 'ilse'],
  ] as const) {
    for (const [asked, at] of [
      ['gerda', name],
      ['u'.repeat(300), `${name}-2`],
    ] as const) {
      assert.equal((await put(token, asked, at)).status, 201)
      const { userId } = await rig.expect(200, 'GET', `${path}/${at}`, { info: null, access_token: free })
      assert.equal(userId, user)
    }
  }
  shows('tencent-smh', 'user_id')
})

test('tokens and secrets stay out of the log', async () => {
  const access_token = await rig.token('admin')
  await rig.expect(200, 'POST', `token/${file.id}/${access_token}`)
  await rig.expect(204, 'DELETE', `token/${file.id}/${access_token}`)
  const log = rig.server.logLines.join('\n')
  for (const secret of [access_token, file.secret]) assert.equal(log.includes(secret), false)
  shows('tencent-smh', 'access_token, log')
})

test('a token ends when its library gets another secret, or becomes another account’s', async (t) => {
  const dataDir = temporaryFolder()
  t.after(() => rmSync(dataDir, { recursive: true }))
  const during = async (owner: AccountEntry, secret: string, act: (rig: Rig) => Promise<void>) => {
    const libraries = [{ ...file, secret }]
    const others = [ACCOUNT, OTHER_ACCOUNT].filter(({ id }) => id !== owner.id)
    const accounts = [{ ...owner, libraries }, ...others.map((each) => ({ ...each, libraries: [] }))]
    const started = await startRig({ dataDir, accounts })
    await act(started).finally(() => started.stop())
  }
  let access_token = ''
  const path = `directory/${file.id}/-`
  const refuses = async (started: Rig) => {
    assertFailure(await started.call('GET', path, { access_token }), 403, 'InvalidAccessToken')
    const renewal = await started.call('POST', `token/${file.id}/${access_token}`)
    assertFailure(renewal, 403, 'InvalidAccessToken')
  }
  await during(ACCOUNT, file.secret, async (started) => {
    access_token = await started.token('admin')
  })
  await during(ACCOUNT, 'another secret', refuses)
  await during(OTHER_ACCOUNT, file.secret, refuses)
  await during(ACCOUNT, file.secret, async (started) => {
    await started.expect(200, 'GET', path, { access_token })
  })
})

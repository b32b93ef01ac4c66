import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, before, beforeEach, describe, test } from 'node:test'
import { uploadsBucket } from '../../../src/dialects/tencent-smh/storage/buckets.ts'
import { temporaryFolder } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import {
  assertCosFailure,
  assertFailure,
  type Body,
  LIBRARIES,
  type Rig,
  type SmhAnswer,
  startRig,
} from './rig.ts'
import { bytesOf, callsOf, crc64Of, filesOf, MIB, sendParts, type TaskCalls } from './upload-calls.ts'

const HOUR_MS = 3600_000
const DAY_MS = 24 * HOUR_MS

describe('tencent-smh: renewing multipart uploads', () => {
  let rig: Rig
  let calls: TaskCalls
  let task: Body
  before(async () => {
    rig = await startRig()
  })
  beforeEach(async () => {
    calls = callsOf(rig, await rig.token())
    task = await calls.begin('multipart', 'renewed.bin')
  })
  after(() => rig.stop())

  const renewed = async (query: Readonly<Record<string, string | number>> = {}, json?: unknown) => {
    const answer = await calls.renew(task.confirmKey, query, json)
    assert.equal(answer.status, 200, answer.bytes.toString())
    assert.ok(answer.body !== null)
    return answer.body
  }

  test('a renewal answers 200 with the fields of the document in their order', async () => {
    const answer = await calls.renew(task.confirmKey, { traffic_limit: 102400 })
    assert.equal(answer.status, 200)
    assert.match(String(answer.headers['content-type']), /^application\/json/)
    const { body } = answer
    assert.ok(body !== null)
    assert.deepEqual(Object.keys(body), [
      ...['domain', 'path', 'uploadId', 'headers', 'confirmKey', 'expiration', 'availableDomainNum'],
    ])
    assert.deepEqual(Object.keys(body.headers), [
      ...['Content-Type', 'Authorization', 'x-cos-security-token', 'x-cos-traffic-limit'],
    ])
    assert.deepEqual(
      [body.domain, body.path, body.uploadId, body.confirmKey, body.availableDomainNum],
      [task.domain, task.path, task.uploadId, task.confirmKey, 1],
    )
    shows('tencent-smh', 'renew: domain, path, uploadId, confirmKey, availableDomainNum')
    assert.equal(body.headers['Content-Type'], 'application/octet-stream')
    assert.equal(body.headers['x-cos-traffic-limit'], 102400)
    assert.match(body.expiration, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    shows('tencent-smh', 'POST /file/{L}/{S}/{ConfirmKey}?renew')
  })

  test('a renewal gives new credentials with a later end for the same upload', async () => {
    rig.clock.advance(10_000)
    const body = await renewed()
    assert.ok(Date.parse(body.expiration) >= Date.parse(task.expiration) + 9000)
    assert.notEqual(body.headers.Authorization, task.headers.Authorization)
    assert.notEqual(body.headers['x-cos-security-token'], task.headers['x-cos-security-token'])
    assert.deepEqual([body.uploadId, body.confirmKey], [task.uploadId, task.confirmKey])
    assert.equal((await rig.putPart(body, 1, Buffer.from('part'))).status, 200)
    shows('tencent-smh', 'renew: headers, expiration')
  })

  test('renewals within one second give other credentials each, all of them good', async () => {
    const all = [task, ...(await Promise.all(Array.from({ length: 8 }, () => renewed())))]
    const headers = all.map((each) => each.headers)
    for (const name of ['Authorization', 'x-cos-security-token']) {
      assert.equal(new Set(headers.map((each) => each[name])).size, all.length, name)
    }
    for (const [index, each] of all.entries()) {
      assert.equal((await rig.putPart(each, index + 1, Buffer.from('part'))).status, 200)
    }
  })

  test('credentials of before a renewal stay good to their own end and no longer', async () => {
    rig.clock.advance(HOUR_MS)
    const body = await renewed()
    assert.equal((await rig.putPart(task, 1, Buffer.from('old'))).status, 200)
    rig.clock.advance(HOUR_MS + 1000)
    assertCosFailure(await rig.putPart(task, 1, Buffer.from('too old')), 403, 'AccessDenied')
    shows('tencent-smh', 'renew: earlier credentials')
    assert.equal((await rig.putPart(body, 1, Buffer.from('new'))).status, 200)
  })

  test('a part with expired credentials is told so in the words that clients renew by', async () => {
    rig.clock.advance(2 * HOUR_MS + 1000)
    const answer = await rig.putPart(task, 1, Buffer.from('late'))
    assertCosFailure(answer, 403, 'AccessDenied')
    assert.match(answer.bytes.toString(), /<Message>Request has expired<\/Message>/)
    shows('tencent-smh', 'COS AccessDenied, Request has expired')
  })

  test('an upload can be renewed after all its credentials expired as long as it lives', async () => {
    rig.clock.advance(6 * DAY_MS)
    calls = callsOf(rig, await rig.token())
    const body = await renewed()
    assert.equal((await rig.putPart(body, 1, Buffer.from('part'))).status, 200)
    assert.equal((await calls.confirm(task.confirmKey)).status, 200)
    shows('tencent-smh', 'renew after expiration')
  })

  test('an upload whose time is over cannot be renewed', async () => {
    rig.clock.advance(7 * DAY_MS - 60_000)
    calls = callsOf(rig, await rig.token())
    assert.equal((await calls.status(task.confirmKey)).status, 200)
    rig.clock.advance(60_000)
    assertFailure(await calls.renew(task.confirmKey), 404, 'UploadNotFound')
    await rig.server.jobs.runAll()
    assertFailure(await calls.renew(task.confirmKey), 404, 'UploadNotFound')
    shows('tencent-smh', 'life of an upload')
  })

  test('renewals keep an upload alive beyond the time it was begun with', async () => {
    for (let day = 0; day < 20; day++) {
      rig.clock.advance(DAY_MS - 1000)
      calls = callsOf(rig, await rig.token())
      await rig.server.jobs.runAll()
      if (day % 6 === 5) await renewed()
    }
    rig.clock.advance(HOUR_MS)
    const body = await renewed()
    assert.ok(Date.parse(body.expiration) > rig.clock.now())
    assert.equal((await rig.putPart(body, 1, Buffer.from('part'))).status, 200)
    shows('tencent-smh', "renew: the upload's life")
  })

  test('credentials never outlive their task and the task is prolonged before that', async () => {
    rig.clock.advance(7 * DAY_MS - 60_000)
    calls = callsOf(rig, await rig.token())
    const body = await renewed()
    const lifeMs = Date.parse(body.expiration) - rig.clock.now()
    assert.ok(lifeMs > 2 * HOUR_MS - 2000 && lifeMs <= 2 * HOUR_MS)
    rig.clock.advance(2 * HOUR_MS - 60_000)
    assert.equal((await rig.putPart(body, 1, Buffer.from('part'))).status, 200)
    assert.equal((await calls.confirm(task.confirmKey)).status, 200)
  })

  test('a renewal writes nothing while the upload has enough of its time left', async () => {
    const find = async () => {
      const account = rig.server.engine.accounts.all[0]?.id
      assert.ok(account !== undefined)
      const upload = await rig.server.engine.core.uploads.find({
        account,
        bucket: uploadsBucket({ realm: LIBRARIES.file.id, volume: '-' }),
        ref: task.uploadId,
      })
      return upload?.version
    }
    const version = await find()
    for (let time = 0; time < 5; time++) await renewed()
    assert.equal(await find(), version)
  })

  test('traffic_limit of a renewal is for the credentials it gives and the others keep theirs', async () => {
    const slow = await renewed({ traffic_limit: 102400 })
    const fast = await renewed({ traffic_limit: 104857600 })
    assert.deepEqual(
      [slow.headers['x-cos-traffic-limit'], fast.headers['x-cos-traffic-limit']],
      [102400, 104857600],
    )
    assert.equal('x-cos-traffic-limit' in (await renewed()).headers, false)
    shows('tencent-smh', 'renew: traffic_limit')
  })

  test('a renewal without traffic_limit has the limit of the start', async () => {
    task = await calls.begin('multipart', 'limited.bin', { traffic_limit: 204800 })
    assert.equal(task.headers['x-cos-traffic-limit'], 204800)
    assert.equal((await renewed()).headers['x-cos-traffic-limit'], 204800)
    shows('tencent-smh', 'renew: no traffic_limit')
    assert.equal((await renewed({ traffic_limit: 102400 })).headers['x-cos-traffic-limit'], 102400)
  })

  test('a traffic_limit that is no number from 102400 to 104857600 is refused at the renewal', async () => {
    for (const traffic_limit of ['0', '102399', '104857601', '-1', 'fast', '102400.5', '1e6', '100KB']) {
      assertFailure(await calls.renew(task.confirmKey, { traffic_limit }), 400, 'ParamInvalid')
    }
    for (const traffic_limit of ['', '102400', '104857600'])
      assert.equal((await calls.renew(task.confirmKey, { traffic_limit })).status, 200)
    shows('tencent-smh', 'traffic_limit of a renewal')
  })

  test('a renewal with partNumberRange gives headers for just the parts asked for', async () => {
    const body = await renewed({}, { partNumberRange: '2-3' })
    assert.deepEqual(Object.keys(body), [
      ...['domain', 'path', 'uploadId', 'parts', 'confirmKey', 'expiration', 'availableDomainNum'],
    ])
    assert.deepEqual(Object.keys(body.parts), ['2', '3'])
    assert.equal((await rig.putPart(body, 3, Buffer.from('part'))).status, 200)
    const headers = Object.fromEntries(
      Object.entries(body.parts['2']?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    )
    const url = `http://${body.domain}${body.path}?partNumber=3&uploadId=${body.uploadId}`
    assertCosFailure(await sendWire(url, { method: 'PUT', headers, body: 'x' }), 403, 'SignatureDoesNotMatch')
    assert.deepEqual(Object.keys((await renewed({}, { partNumberRange: [7] })).parts), ['7'])
    shows('tencent-smh', 'POST /file/…?renew with partNumberRange')
  })

  test('an upload of per-part headers can be renewed for all parts and the other way round', async () => {
    task = await calls.begin('multipart', 'parts.bin', {}, { json: { partNumberRange: '1' } })
    const whole = await renewed()
    assert.equal((await rig.putPart(whole, 5, Buffer.from('part'))).status, 200)
    assert.deepEqual(Object.keys((await renewed({}, { partNumberRange: '1,2' })).parts), ['1', '2'])
  })

  test('a renewal with per-part headers has the traffic limit in each of them', async () => {
    const body = await renewed({ traffic_limit: 102400 }, { partNumberRange: '1-2' })
    for (const { headers } of Object.values(body.parts)) {
      assert.equal(headers['x-cos-traffic-limit'], 102400)
    }
  })

  test('a partNumberRange that is none is refused at the renewal', async () => {
    for (const partNumberRange of ['', '0-1', '1-101', 'x', [], [0], 5, ['1-2']]) {
      assertFailure(await calls.renew(task.confirmKey, {}, { partNumberRange }), 400, 'ParamInvalid')
    }
  })

  test('a renewal takes no body, an empty object and the flag in every spelling', async () => {
    const access_token = await rig.token()
    const path = `${filesOf()}/${task.confirmKey}`
    for (const options of [{}, { json: {} }, { raw: '', headers: { 'content-type': 'application/json' } }]) {
      for (const renew of [null, '', '1']) {
        assert.equal((await rig.call('POST', path, { renew, access_token }, options)).status, 200)
      }
    }
    shows('tencent-smh', 'renew: body')
    const slashed = await rig.call('POST', `${filesOf()}/%2F${task.confirmKey}`, { renew: 1, access_token })
    assert.equal(slashed.status, 200)
  })

  test('a body of a renewal that is no JSON object is refused', async () => {
    const access_token = await rig.token()
    const path = `${filesOf()}/${task.confirmKey}`
    const answer = await rig.call('POST', path, { renew: 1, access_token }, { raw: '[1' })
    assertFailure(answer, 400, 'BadRequest')
  })

  test('concurrent renewals are all valid and parts may be sent with any of them', async () => {
    const bodies = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        rig.clock.advance(1000)
        return renewed({ traffic_limit: 104857600 - index })
      }),
    )
    const bytes = bytesOf(MIB)
    const sent = await Promise.all(bodies.map((body, index) => rig.putPart(body, index + 1, bytes)))
    assert.deepEqual(new Set(sent.map(({ status }) => status)), new Set([200]))
    assert.equal(new Set(bodies.map(({ headers }) => headers.Authorization)).size, 20)
    const whole = Buffer.concat(bodies.map(() => bytes))
    const confirmed = await calls.confirm(task.confirmKey, {}, { crc64: crc64Of(whole) })
    assert.equal(confirmed.status, 200)
    shows('tencent-smh', 'renew, many at once')
  })

  test('concurrent renewals near the end of the upload all keep it alive', async () => {
    rig.clock.advance(7 * DAY_MS - 1000)
    calls = callsOf(rig, await rig.token())
    const answers = await Promise.all(Array.from({ length: 10 }, () => calls.renew(task.confirmKey)))
    for (const { status } of answers) assert.equal(status, 200)
    rig.clock.advance(6 * DAY_MS)
    calls = callsOf(rig, await rig.token())
    assert.equal((await calls.renew(task.confirmKey)).status, 200)
  })

  test('parts sent before and after a renewal make one file', async () => {
    const parts = [bytesOf(MIB, 1), bytesOf(MIB, 2), bytesOf(77, 3)]
    await rig.putPart(task, 1, parts[0] ?? Buffer.alloc(0))
    rig.clock.advance(3 * HOUR_MS)
    let body = await renewed()
    await rig.putPart(body, 2, parts[1] ?? Buffer.alloc(0))
    rig.clock.advance(3 * HOUR_MS)
    body = await renewed()
    await rig.putPart(body, 3, parts[2] ?? Buffer.alloc(0))
    const whole = Buffer.concat(parts)
    const record = await calls.confirm(task.confirmKey, {}, { crc64: crc64Of(whole) })
    assert.deepEqual([record.status, record.body?.size], [200, String(whole.byteLength)])
  })

  test('a confirmKey that there is not cannot be renewed', async () => {
    for (const key of ['0'.repeat(32), task.uploadId, 'renewed.bin', task.confirmKey.toUpperCase(), 'a/b']) {
      assertFailure(await calls.renew(key), 404, 'UploadNotFound')
    }
    assertFailure(await calls.renew(''), 404, 'UploadNotFound')
    shows('tencent-smh', 'renew: ConfirmKey')
  })

  test('simple and form uploads cannot be renewed', async () => {
    for (const kind of ['simple', 'form'] as const) {
      const { confirmKey } = await calls.begin(kind, 'simple.bin')
      assertFailure(await calls.renew(confirmKey), 404, 'NotMultipartUpload')
    }
    shows('tencent-smh', 'NotMultipartUpload')
  })

  test('a confirmed upload cannot be renewed', async () => {
    await rig.putPart(task, 1, Buffer.from('x'))
    await calls.confirm(task.confirmKey)
    assertFailure(await calls.renew(task.confirmKey), 409, 'UploadComplete')
    shows('tencent-smh', 'UploadComplete')
  })

  test('an aborted upload cannot be renewed', async () => {
    await calls.abort(task.confirmKey)
    assertFailure(await calls.renew(task.confirmKey), 404, 'UploadNotFound')
    shows('tencent-smh', 'UploadNotFound of renew')
  })

  test('an upload of another user cannot be renewed', async () => {
    const [alice, bob] = await Promise.all(
      ['alice', 'bob'].map(async (user_id) =>
        callsOf(rig, await rig.token('upload_file', { query: { user_id } })),
      ),
    )
    assert.ok(alice !== undefined && bob !== undefined)
    const { confirmKey } = await alice.begin('multipart', 'of-alice.bin')
    assertFailure(await bob.renew(confirmKey), 403, 'UploadNotBelongYou')
    shows('tencent-smh', 'UploadNotBelongYou')
    assert.equal((await alice.renew(confirmKey)).status, 200)
  })

  test('an admin renews for the user named in user_id, or for nobody any upload', async () => {
    const alice = callsOf(rig, await rig.token('begin_upload', { query: { user_id: 'alice' } }))
    const { confirmKey } = await alice.begin('multipart', 'of-alice.bin')
    assert.equal((await calls.renew(confirmKey)).status, 200)
    assert.equal((await calls.renew(confirmKey, { user_id: 'alice' })).status, 200)
    assertFailure(await calls.renew(confirmKey, { user_id: 'bob' }), 403, 'UploadNotBelongYou')
    shows('tencent-smh', 'renew: user_id')
    const { confirmKey: ofBob } = await calls.begin('multipart', 'of-bob.bin', { user_id: 'bob' })
    assertFailure(await alice.renew(ofBob), 403, 'UploadNotBelongYou')
  })

  test('user_id of a renewal is read past with tokens that are no admin or have a user of their own', async () => {
    const alice = callsOf(rig, await rig.token('begin_upload', { query: { user_id: 'alice' } }))
    const { confirmKey: ofAlice } = await alice.begin('multipart', 'of-alice.bin')
    for (const token of [
      await rig.token('upload_file'),
      await rig.token('admin', { query: { user_id: 'root' } }),
    ]) {
      const other = callsOf(rig, token)
      assert.equal((await other.renew(task.confirmKey, { user_id: 'alice' })).status, 200)
      assertFailure(await other.renew(ofAlice, { user_id: 'alice' }), 403, 'UploadNotBelongYou')
    }
    shows('tencent-smh', 'renew: user_id of others')
  })

  test('user_id of a renewal has at most 255 characters', async () => {
    assert.equal((await calls.renew(task.confirmKey, { user_id: '漢'.repeat(255) })).status, 200)
    const tooLong = await calls.renew(task.confirmKey, { user_id: 'u'.repeat(256) })
    assertFailure(tooLong, 400, 'UserIdLengthExceed')
  })

  test('each grant of the document lets renew an upload', async () => {
    for (const grant of [
      ...['admin', 'space_admin', 'upload_file', 'upload_file_force', 'begin_upload', 'begin_upload_force'],
    ]) {
      const granted = callsOf(rig, await rig.token(grant))
      assert.equal((await granted.renew(task.confirmKey)).status, 200, grant)
    }
    shows('tencent-smh', 'renew: grants')
  })

  test('a token without a grant of uploads cannot renew', async () => {
    for (const grant of [
      '',
      'confirm_upload',
      'create_directory,delete_file,move_file',
      'acl',
      'read_only',
    ]) {
      const refused = callsOf(rig, await rig.token(grant))
      assertFailure(await refused.renew(task.confirmKey), 403, 'NoPermission')
    }
    shows('tencent-smh', 'NoPermission')
  })

  test('a renewal without a token, with an unknown and with an expired one is refused', async () => {
    const path = `${filesOf()}/${task.confirmKey}`
    assertFailure(await rig.call('POST', path, { renew: null }), 400, 'EmptyAccessToken')
    assertFailure(await rig.call('POST', path, { renew: null, access_token: '' }), 400, 'EmptyAccessToken')
    const unknown = await rig.call('POST', path, { renew: null, access_token: 'unknown' })
    assertFailure(unknown, 403, 'InvalidAccessToken')
    const access_token = await rig.token('admin', { query: { period: 1200 } })
    rig.clock.advance(2 * HOUR_MS)
    assertFailure(await rig.call('POST', path, { renew: null, access_token }), 403, 'InvalidAccessToken')
    shows('tencent-smh', 'EmptyAccessToken, InvalidAccessToken')
  })

  test('the token is looked for in the query alone', async () => {
    const access_token = await rig.token()
    const headers = { authorization: `Bearer ${access_token}` }
    const answer = await rig.call('POST', `${filesOf()}/${task.confirmKey}`, { renew: null }, { headers })
    assertFailure(answer, 400, 'EmptyAccessToken')
    shows('tencent-smh', 'renew: access_token')
  })

  test('a renewal in a wrong library or space is refused', async () => {
    const renewIn = (path: string, access_token: string): Promise<SmhAnswer> =>
      rig.call('POST', `${path}/${task.confirmKey}`, { renew: null, access_token })
    const own = await rig.token()
    const other = await rig.token('admin', { library: 'plain' })
    assertFailure(await renewIn(filesOf('plain'), own), 403, 'AccessTokenNotMatchLibrary')
    assertFailure(await renewIn(filesOf('plain'), other), 404, 'UploadNotFound')
    assertFailure(await renewIn('file/smh0nolibrary/-', own), 404, 'LibraryNotFound')
    assertFailure(await renewIn(filesOf('file', 'space1'), own), 404, 'SpaceNotFound')
    shows('tencent-smh', 'renew: LibraryId, SpaceId')
  })

  test('an upload of one space cannot be renewed in another, nor with a token of another', async () => {
    const admin = await rig.token('admin', { library: 'spaces' })
    const made = await Promise.all(
      [1, 2].map(() => rig.expect(201, 'POST', `space/${LIBRARIES.spaces.id}`, { access_token: admin })),
    )
    const [first, second] = made.map(({ spaceId }) => String(spaceId))
    assert.ok(first !== undefined && second !== undefined)
    const { confirmKey } = await callsOf(rig, admin, filesOf('spaces', first)).begin('multipart', 'a.bin')
    const elsewhere = callsOf(rig, admin, filesOf('spaces', second))
    assertFailure(await elsewhere.renew(confirmKey), 404, 'UploadNotFound')
    shows('tencent-smh', 'renew: SpaceId of many')
    const ofSecond = await rig.token('upload_file', { library: 'spaces', query: { space_id: second } })
    assertFailure(
      await callsOf(rig, ofSecond, filesOf('spaces', first)).renew(confirmKey),
      ...([403, 'AccessTokenNotMatchSpace'] as const),
    )
    assert.equal((await callsOf(rig, admin, filesOf('spaces', first)).renew(confirmKey)).status, 200)
    shows('tencent-smh', 'AccessTokenNotMatchSpace')
  })

  test('other methods do not renew', async () => {
    const access_token = await rig.token()
    const path = `${filesOf()}/${task.confirmKey}`
    assertFailure(await rig.call('GET', path, { renew: null, access_token }), 404, 'FileNotFound')
    assertFailure(await rig.call('PATCH', path, { renew: null, access_token }), 405, 'MethodNotAllowed')
  })

  test('a renewal that finds its upload confirmed or aborted when it prolongs it is told so', async () => {
    const { uploads } = rig.server.engine.core
    const { renew } = uploads
    for (const [end, status, code] of [
      [(key: string) => calls.confirm(key), 409, 'UploadComplete'],
      [(key: string) => calls.abort(key), 404, 'UploadNotFound'],
    ] as const) {
      const raced = await sendParts(rig, calls, 'prolonged.bin', [bytesOf(10)])
      rig.clock.advance(6 * DAY_MS)
      calls = callsOf(rig, await rig.token())
      Object.assign(uploads, {
        renew: async (...given: Parameters<typeof renew>) => {
          await end(raced.confirmKey)
          return renew(...given)
        },
      })
      const answer = await calls.renew(raced.confirmKey)
      Object.assign(uploads, { renew })
      assertFailure(answer, status, code)
    }
  })

  test('a renewal while the upload is confirmed gives either credentials or UploadComplete', async () => {
    for (let round = 0; round < 10; round++) {
      const raced = await sendParts(rig, calls, `race-${round}.bin`, [bytesOf(1000)])
      const [confirmed, ...answers] = await Promise.all([
        calls.confirm(raced.confirmKey),
        ...Array.from({ length: 4 }, () => calls.renew(raced.confirmKey)),
      ])
      assert.equal(confirmed.status, 200)
      for (const answer of answers) {
        if (answer.status === 200) assert.equal(answer.body?.uploadId, raced.uploadId)
        else assertFailure(answer, 409, 'UploadComplete')
      }
      assertFailure(await calls.renew(raced.confirmKey), 409, 'UploadComplete')
    }
  })

  test('a renewal while the upload is aborted gives either credentials or UploadNotFound', async () => {
    for (let round = 0; round < 10; round++) {
      const raced = await calls.begin('multipart', `race-${round}.bin`)
      const [aborted, ...answers] = await Promise.all([
        calls.abort(raced.confirmKey),
        ...Array.from({ length: 4 }, () => calls.renew(raced.confirmKey)),
      ])
      assert.equal(aborted.status, 204)
      for (const answer of answers) {
        if (answer.status !== 200) assertFailure(answer, 404, 'UploadNotFound')
      }
      assertFailure(await calls.renew(raced.confirmKey), 404, 'UploadNotFound')
    }
  })
})

test('tencent-smh: an upload can be renewed and finished after the server was restarted', async () => {
  const dataDir = temporaryFolder()
  const first = await startRig({ dataDir })
  const access_token = await first.token()
  const calls = callsOf(first, access_token)
  const task = await calls.begin('multipart', 'restart.bin')
  await first.putPart(task, 1, bytesOf(MIB, 1))
  await first.stop()

  const second = await startRig({ dataDir })
  const after = callsOf(second, access_token)
  const renewed = await after.renew(task.confirmKey)
  assert.equal(renewed.status, 200)
  assert.ok(renewed.body !== null)
  assert.equal((await second.putPart(renewed.body, 2, bytesOf(5, 2))).status, 200)
  const record = await after.confirm(task.confirmKey)
  assert.deepEqual([record.status, record.body?.size], [200, String(MIB + 5)])
  await second.stop()
  rmSync(dataDir, { recursive: true })
})

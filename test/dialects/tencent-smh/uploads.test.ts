import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { sign } from '../../../src/object-plane/cos/signing.ts'
import { auditOf } from '../../support/audit.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { ACCOUNT, assertCosFailure, assertFailure, clientOf, LIBRARIES, type Rig, startRig } from './rig.ts'
import {
  bytesOf,
  callsOf,
  crc64Of,
  cutOff,
  filesOf,
  MIB,
  sendParts,
  stringsOf,
  type TaskCalls,
} from './upload-calls.ts'

const HEX_32 = /^[0-9a-f]{32}$/
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe('tencent-smh: starting uploads', () => {
  let rig: Rig
  let calls: TaskCalls
  before(async () => {
    rig = await startRig()
    calls = callsOf(rig, await rig.token())
  })
  after(() => rig.stop())

  test('the start of a simple upload answers 201 with the fields of the document in their order', async () => {
    const answer = await calls.start('simple', 'video.mp4')
    assert.equal(answer.status, 201)
    const { body } = answer
    assert.ok(body !== null)
    assert.deepEqual(Object.keys(body), [
      ...['domain', 'path', 'headers', 'confirmKey', 'expiration', 'availableDomainNum'],
    ])
    assert.deepEqual(Object.keys(body.headers), [
      ...['Cache-Control', 'Content-Type', 'x-cos-acl', 'x-cos-storage-class', 'Authorization'],
      'x-cos-security-token',
    ])
    assert.equal(body.headers['Content-Type'], 'video/mp4')
    assert.equal(body.domain, new URL(rig.url).host)
    assert.match(body.confirmKey, HEX_32)
    assert.match(body.expiration, ISO)
    assert.equal(body.availableDomainNum, 1)
    shows('tencent-smh', 'PUT /file/{L}/{S}/{FilePath}')
  })

  test('the start of a multipart upload answers 201 with one set of headers for every part', async () => {
    const body = await calls.begin('multipart', 'big.bin')
    assert.deepEqual(Object.keys(body), [
      ...['domain', 'path', 'uploadId', 'headers', 'confirmKey', 'expiration', 'availableDomainNum'],
    ])
    assert.deepEqual(Object.keys(body.headers), ['Content-Type', 'Authorization', 'x-cos-security-token'])
    assert.equal(body.headers['Content-Type'], 'application/octet-stream')
    assert.match(body.uploadId, HEX_32)
    for (const number of [1, 2, 10_000]) {
      assert.equal((await rig.putPart(body, number, Buffer.from('part'))).status, 200)
    }
    shows('tencent-smh', 'POST /file/{L}/{S}/{FilePath}?multipart')
  })

  test('partNumberRange as text gives headers for each part asked for and for no other', async () => {
    const json = { partNumberRange: '1,3-5, 10' }
    const body = await calls.begin('multipart', 'big.bin', {}, { json })
    assert.deepEqual(Object.keys(body), [
      ...['domain', 'path', 'uploadId', 'parts', 'confirmKey', 'expiration', 'availableDomainNum'],
    ])
    assert.deepEqual(Object.keys(body.parts), ['1', '3', '4', '5', '10'])
    for (const { headers } of Object.values(body.parts)) {
      assert.deepEqual(Object.keys(headers), ['Content-Type', 'Authorization', 'x-cos-security-token'])
    }
    assert.equal((await rig.putPart(body, 3, Buffer.from('part'))).status, 200)
    const other = await sendWire(`http://${body.domain}${body.path}?partNumber=4&uploadId=${body.uploadId}`, {
      method: 'PUT',
      headers: stringsOf(body.parts['3']?.headers),
      body: 'part',
    })
    assertCosFailure(other, 403, 'SignatureDoesNotMatch')
    shows('tencent-smh', 'POST /file/…?multipart with partNumberRange')
  })

  test('partNumberRange as an array of numbers gives headers for each of them', async () => {
    const body = await calls.begin('multipart', 'big.bin', {}, { json: { partNumberRange: [2, 1, 2] } })
    assert.deepEqual(Object.keys(body.parts), ['1', '2'])
    shows('tencent-smh', 'partNumberRange as an array')
  })

  test('partNumberRange takes 100 numbers and refuses everything that is none', async () => {
    const range = (partNumberRange: unknown) =>
      calls.start('multipart', 'big.bin', {}, { json: { partNumberRange } })
    assert.equal(Object.keys((await range('9901-10000')).body?.parts ?? {}).length, 100)
    const wrong = ['', '0', '1-101', '10001', '9999-10001', '3-1', 'a', '1,', '1.5', '-1', '1-2-3']
    for (const bad of [...wrong, [], [0], [1.5], ['x'], [10_001], 7, {}, true, [[1]]]) {
      assertFailure(await range(bad), 400, 'ParamInvalid')
    }
    assertFailure(await range(Array.from({ length: 101 }, (_, index) => index + 1)), 400, 'ParamInvalid')
    shows('tencent-smh', 'partNumberRange')
  })

  test('credentials end after their life and tasks live on without them', async () => {
    const body = await calls.begin('simple', 'short.bin')
    const lifeS = (Date.parse(body.expiration) - rig.clock.now()) / 1000
    assert.ok(lifeS > 7190 && lifeS <= 7200, String(lifeS))
    assert.equal((await rig.put(body, Buffer.from('in time'))).status, 200)
    rig.clock.advance(7201_000)
    assertCosFailure(await rig.put(body, Buffer.from('late')), 403, 'AccessDenied')
    shows('tencent-smh', 'life of credentials')
    assert.equal((await calls.confirm(body.confirmKey)).status, 200)
  })

  test('a simple upload is invisible until its confirm and then holds every byte', async () => {
    const bytes = bytesOf(200_000)
    const task = await calls.begin('simple', 'hello%20world.bin')
    const sent = await rig.put(task, bytes)
    assert.equal(sent.status, 200)
    assert.equal(sent.headers['x-cos-hash-crc64ecma'], crc64Of(bytes))
    const md5 = `"${createHash('md5').update(bytes).digest('hex')}"`
    assert.equal(sent.headers.etag, md5)
    const part = await rig.putPart(await calls.begin('multipart', 'hashes.bin'), 1, bytes)
    assert.deepEqual([part.headers.etag, part.headers['x-cos-hash-crc64ecma']], [md5, crc64Of(bytes)])
    shows('tencent-smh', 'PUT and parts')
    assert.equal(await rig.download('hello world.bin'), null)
    const record = await calls.confirm(task.confirmKey)
    assert.equal(record.status, 200)
    assert.deepEqual(record.body?.path, ['hello world.bin'])
    assert.ok((await rig.download('hello world.bin'))?.equals(bytes))
    shows('tencent-smh', 'PUT {domain}{path}')
  })

  test('a simple upload may be sent again until its confirm and the last bytes count', async () => {
    const task = await calls.begin('simple', 'again.bin')
    await rig.put(task, bytesOf(100_000))
    await rig.put(task, bytesOf(50_000, 7))
    await calls.confirm(task.confirmKey)
    assert.ok((await rig.download('again.bin'))?.equals(bytesOf(50_000, 7)))
  })

  test('a file without bytes can be uploaded', async () => {
    const record = await rig.upload('empty.txt', Buffer.alloc(0))
    assert.deepEqual([record.size, record.crc64], ['0', '0'])
    assert.equal((await rig.download('empty.txt'))?.byteLength, 0)
  })

  test('a multipart upload takes its parts in any order and each one again', async () => {
    const parts = [bytesOf(MIB, 1), bytesOf(MIB, 2), bytesOf(1000, 3)]
    const task = await calls.begin('multipart', 'parts.bin')
    for (const number of [3, 1, 2, 1]) {
      const sent = await rig.putPart(task, number, parts[number - 1] ?? Buffer.alloc(0))
      assert.equal(sent.status, 200)
      assert.match(String(sent.headers.etag), /^"[0-9a-f]{32}"$/)
    }
    const whole = Buffer.concat(parts)
    const record = await calls.confirm(task.confirmKey, {}, { crc64: crc64Of(whole) })
    assert.equal(record.status, 200)
    assert.equal(record.body?.size, String(whole.byteLength))
    assert.ok((await rig.download('parts.bin'))?.equals(whole))
    shows('tencent-smh', 'PUT {domain}{path}?uploadId&partNumber')
  })

  test('a part that is sent again with other bytes replaces the first', async () => {
    const task = await calls.begin('multipart', 'replaced.bin')
    await rig.putPart(task, 1, bytesOf(MIB, 1))
    await rig.putPart(task, 2, bytesOf(10, 2))
    await rig.putPart(task, 1, bytesOf(MIB, 9))
    await calls.confirm(task.confirmKey)
    const whole = Buffer.concat([bytesOf(MIB, 9), bytesOf(10, 2)])
    assert.ok((await rig.download('replaced.bin'))?.equals(whole))
  })

  test('flags count whatever their value and slashes of paths may be encoded', async () => {
    const access_token = await rig.token()
    for (const multipart of ['', '1']) {
      const query = { multipart, access_token }
      const task = await rig.expect(201, 'POST', `${filesOf()}/flags.bin`, query)
      assert.match(task.uploadId, HEX_32)
    }
    await rig.expect(201, 'PUT', `directory/${LIBRARIES.file.id}/-/enc/deep`, { access_token })
    for (const path of ['enc%2Fdeep%2Fa.bin', '%2Fenc%2Fdeep%2Fa.bin', 'enc/deep/a.bin']) {
      const task = await calls.begin('simple', path)
      const { body } = await calls.status(task.confirmKey)
      assert.deepEqual(body?.path, ['enc', 'deep', 'a.bin'])
    }
    shows('tencent-smh', 'start: flags and paths')
  })

  test('a start without a body, with an empty object and with unknown fields is the same', async () => {
    for (const options of [{}, { json: {} }, { json: { sampleHash: 'x', unknown: [1] } }]) {
      const query = { prefer_same_origin: 'true', content_cas: 'x', internal_domain: '1' }
      assert.equal((await calls.start('simple', 'any.bin', query, options)).status, 201)
    }
    shows('tencent-smh', 'start: unknown and optional parameters')
  })

  test('a start with a body that is no JSON object is refused', async () => {
    for (const raw of ['{', '[]', '"x"', 'null']) {
      const options = { raw, headers: { 'content-type': 'application/json' } }
      assertFailure(await calls.start('simple', 'any.bin', {}, options), 400, 'BadRequest')
    }
    shows('tencent-smh', 'BadRequest')
  })

  test('directories above an upload are not made', async () => {
    for (const kind of ['simple', 'form', 'multipart'] as const) {
      assertFailure(await calls.start(kind, 'nowhere/a.bin'), 404, 'DirectoryNotFound')
    }
    shows('tencent-smh', 'DirectoryNotFound')
    await rig.upload('plain-file', Buffer.from('x'))
    assertFailure(await calls.start('simple', 'plain-file/a.bin'), 404, 'DirectoryNotFound')
  })

  test('names that no file may have are refused at the start of an upload', async () => {
    assertFailure(await calls.start('simple', ''), 400, 'EmptyPath')
    assertFailure(await calls.start('simple', 'a%3Fb'), 400, 'IllegalFileName')
    assertFailure(await calls.start('simple', `${'x'.repeat(256)}`), 400, 'FileNameLengthExceed')
    assertFailure(await calls.start('simple', `${'x'.repeat(256)}/a`), 400, 'DirectoryNameLengthExceed')
    shows('tencent-smh', 'EmptyPath, IllegalFileName, FileNameLengthExceed, DirectoryNameLengthExceed')
    assert.equal((await calls.start('simple', 'x'.repeat(255))).status, 201)
  })

  test('ask refuses a taken name at the start and again at the confirm', async () => {
    const query = { conflict_resolution_strategy: 'ask' }
    const first = await calls.begin('simple', 'asked.bin', query)
    const second = await calls.begin('simple', 'asked.bin', query)
    for (const task of [first, second]) await rig.put(task, Buffer.from('asked'))
    assert.equal((await calls.confirm(first.confirmKey)).status, 200)
    assertFailure(await calls.confirm(second.confirmKey), 409, 'SameNameDirectoryOrFileExists')
    assertFailure(await calls.start('simple', 'asked.bin', query), 409, 'SameNameDirectoryOrFileExists')
    shows('tencent-smh', 'start: conflict_resolution_strategy=ask')
    const renamed = await calls.confirm(second.confirmKey, { conflict_resolution_strategy: 'rename' })
    assert.deepEqual(renamed.body?.path, ['asked (1).bin'])
  })

  test('rename is what a start does without a strategy', async () => {
    await rig.upload('taken.tar.gz', Buffer.from('1'))
    const second = await rig.upload('taken.tar.gz', Buffer.from('2'))
    const third = await rig.upload('taken.tar.gz', Buffer.from('3'))
    assert.deepEqual([second.path, third.path], [['taken.tar (1).gz'], ['taken.tar (2).gz']])
    assert.equal(second.isOverwritten, false)
    shows('tencent-smh', 'start: conflict_resolution_strategy=rename')
  })

  test('overwrite replaces a file and keeps its inode and creation time', async () => {
    const first = await rig.upload('over.bin', Buffer.from('old'))
    const second = await rig.upload('over.bin', Buffer.from('newer'), {
      query: { conflict_resolution_strategy: 'overwrite' },
    })
    assert.deepEqual(
      [second.path, second.inode, second.creationTime, second.isOverwritten],
      [['over.bin'], first.inode, first.creationTime, true],
    )
    assert.equal((await rig.download('over.bin'))?.toString(), 'newer')
    shows('tencent-smh', 'start: conflict_resolution_strategy=overwrite')
  })

  test('overwrite is refused where a directory stands', async () => {
    const access_token = await rig.token()
    await rig.expect(201, 'PUT', `directory/${LIBRARIES.file.id}/-/a-directory`, { access_token })
    const query = { conflict_resolution_strategy: 'overwrite' }
    assertFailure(
      await calls.start('simple', 'a-directory', query),
      ...([409, 'SameNameDirectoryOrFileExists'] as const),
    )
    const ask = await calls.start('simple', 'a-directory', { conflict_resolution_strategy: 'ask' })
    assertFailure(ask, 409, 'SameNameDirectoryOrFileExists')
    shows('tencent-smh', 'SameNameDirectoryOrFileExists')
  })

  test('a strategy that there is not is refused at the start', async () => {
    const query = { conflict_resolution_strategy: 'merge' }
    assertFailure(await calls.start('simple', 'a.bin', query), 400, 'InvalidConflictResolutionStrategy')
    shows('tencent-smh', 'InvalidConflictResolutionStrategy')
  })

  test('metadata, labels, category and local times of the start are those of the file', async () => {
    const json = {
      labels: ['red', 'blue'],
      category: 'doc',
      localCreationTime: '2020-01-02T03:04:05.678Z',
      localModificationTime: '2021-02-03T04:05:06Z',
    }
    const headers = { 'x-smh-meta-foo': 'bar', 'X-Smh-Meta-Creation-Date': '1700000000' }
    const task = await calls.begin('multipart', 'meta.bin', {}, { json, headers })
    await rig.putPart(task, 1, Buffer.from('meta'))
    const { body } = await calls.confirm(task.confirmKey)
    assert.deepEqual(body?.metaData, { 'x-smh-meta-foo': 'bar', 'x-smh-meta-creation-date': '1700000000' })
    assert.deepEqual([body.labels, body.category], [json.labels, 'doc'])
    assert.equal(body.localCreationTime, json.localCreationTime)
    assert.equal(body.localModificationTime, '2021-02-03T04:05:06.000Z')
    shows('tencent-smh', 'start: x-smh-meta-*, labels, category, local times')
  })

  test('a category of more than 16 bytes and times that are none are refused at the start', async () => {
    const start = (json: unknown) => calls.start('simple', 'a.bin', {}, { json })
    assertFailure(await start({ category: 'x'.repeat(17) }), 400, 'ParamInvalid')
    assert.equal((await start({ category: 'x'.repeat(16) })).status, 201)
    shows('tencent-smh', 'start: category')
    assertFailure(await start({ labels: 'red' }), 400, 'ParamInvalid')
    assertFailure(await start({ localCreationTime: 'yesterday' }), 400, 'InvalidTimeFormat')
    shows('tencent-smh', 'InvalidTimeFormat')
  })

  test('filesize and size have to be whole numbers of bytes', async () => {
    for (const filesize of ['-1', '1.5', 'x', '99999999999999999']) {
      assertFailure(await calls.start('simple', 'a.bin', { filesize }), 400, 'ParamInvalid')
    }
    for (const size of [-1, 1.5, 'x', {}]) {
      assertFailure(await calls.start('simple', 'a.bin', {}, { json: { size } }), 400, 'ParamInvalid')
    }
    assert.equal((await calls.start('simple', 'a.bin', { filesize: 5 }, { json: { size: '5' } })).status, 201)
    shows('tencent-smh', 'start: filesize, size')
  })

  test('a PUT of a task that is confirmed or aborted is refused as NoSuchUpload', async () => {
    const confirmed = await calls.begin('simple', 'done.bin')
    await rig.put(confirmed, Buffer.from('done'))
    await calls.confirm(confirmed.confirmKey)
    const aborted = await calls.begin('simple', 'aborted.bin')
    await calls.abort(aborted.confirmKey)
    const parts = await sendParts(rig, calls, 'done-parts.bin', [Buffer.from('x')])
    await calls.confirm(parts.confirmKey)
    for (const task of [confirmed, aborted]) {
      assertCosFailure(await rig.put(task, Buffer.from('late')), 404, 'NoSuchUpload')
    }
    assertCosFailure(await rig.putPart(parts, 1, Buffer.from('late')), 404, 'NoSuchUpload')
    shows('tencent-smh', 'COS NoSuchUpload')
    assert.equal((await rig.download('done.bin'))?.toString(), 'done')
  })

  test('the bytes of a task that is over are not waited for', async () => {
    const task = await calls.begin('simple', 'aborted.bin')
    await calls.abort(task.confirmKey)
    const headers = { ...stringsOf(task.headers), 'content-length': '1000000000', expect: '100-continue' }
    const answer = await sendWire(`http://${task.domain}${task.path}`, { method: 'PUT', headers })
    assertCosFailure(answer, 404, 'NoSuchUpload')
  })

  test('credentials of a simple upload send no part and those of parts no whole object', async () => {
    const simple = await calls.begin('simple', 'a.bin')
    const multipart = await calls.begin('multipart', 'b.bin')
    const url = (task: typeof simple, query: string) => `http://${task.domain}${task.path}${query}`
    const put = (to: string, task: typeof simple) =>
      sendWire(to, { method: 'PUT', headers: stringsOf(task.headers), body: 'x' })
    assertCosFailure(
      await put(url(simple, `?partNumber=1&uploadId=${multipart.uploadId}`), simple),
      ...([403, 'AccessDenied'] as const),
    )
    assertCosFailure(await put(url(multipart, ''), multipart), 403, 'SignatureDoesNotMatch')
    assertCosFailure(await put(url(simple, ''), multipart), 403, 'SignatureDoesNotMatch')
    const other = url(multipart, `?partNumber=1&uploadId=${'0'.repeat(32)}`)
    assertCosFailure(await put(other, multipart), 403, 'SignatureDoesNotMatch')
    shows('tencent-smh', 'COS SignatureDoesNotMatch')
  })

  test("the account's own key sends no whole object where parts are expected, nor parts of another upload", async () => {
    const multipart = await calls.begin('multipart', 'b.bin')
    const simple = await calls.begin('simple', 'a.bin')
    const put = (task: typeof simple, query: readonly (readonly [string, string])[]) => {
      const nowS = Math.floor(rig.clock.now() / 1000)
      const time = `${nowS - 10};${nowS + 600}`
      const text = { method: 'PUT', path: String(task.path), params: [], headers: [] }
      const authorization =
        `q-sign-algorithm=sha1&q-ak=${ACCOUNT.access_key}&q-sign-time=${time}&q-key-time=${time}` +
        `&q-header-list=&q-url-param-list=&q-signature=${sign(ACCOUNT.secret_key, time, time, text)}`
      const url = `http://${task.domain}${task.path}?${new URLSearchParams(query.map(([...pair]) => pair))}`
      return sendWire(url, { method: 'PUT', headers: { authorization }, body: 'x' })
    }
    assertCosFailure(await put(multipart, []), 403, 'AccessDenied')
    const part = (uploadId: string) => [['partNumber', '1'] as const, ['uploadId', uploadId] as const]
    assertCosFailure(await put(simple, part(multipart.uploadId)), 404, 'NoSuchUpload')
    assertCosFailure(await put(multipart, part('0'.repeat(32))), 404, 'NoSuchUpload')
    assert.equal((await put(multipart, part(multipart.uploadId))).status, 200)
    assert.equal((await put(simple, [])).status, 200)
  })

  test('part numbers are 1 to 10000', async () => {
    const task = await calls.begin('multipart', 'numbers.bin')
    for (const number of [0, 10_001]) {
      assertCosFailure(await rig.putPart(task, number, Buffer.from('x')), 400, 'InvalidArgument')
    }
    for (const number of [1, 10_000])
      assert.equal((await rig.putPart(task, number, Buffer.from('x'))).status, 200)
    shows('tencent-smh', 'part numbers')
  })

  test('a part with a wrong Content-MD5 is refused and not kept', async () => {
    const task = await calls.begin('multipart', 'md5.bin')
    const answer = await sendWire(
      `http://${task.domain}${task.path}?uploadId=${task.uploadId}&partNumber=1`,
      {
        method: 'PUT',
        headers: { ...stringsOf(task.headers), 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' },
        body: 'not empty',
      },
    )
    assertCosFailure(answer, 400, 'BadDigest')
    shows('tencent-smh', 'COS BadDigest')
    assert.deepEqual((await calls.status(task.confirmKey)).body?.parts, [])
  })

  test('reading files needs no upload grant and starting uploads does', async () => {
    for (const grant of ['', 'confirm_upload', 'delete_file,move_file,copy_file', 'create_directory']) {
      const refused = callsOf(rig, await rig.token(grant))
      for (const kind of ['simple', 'form', 'multipart'] as const) {
        assertFailure(await refused.start(kind, 'a.bin'), 403, 'NoPermission')
      }
    }
    shows('tencent-smh', 'start without grants')
  })

  test('every grant of uploads lets start them', async () => {
    const grants = ['admin', 'space_admin', 'upload_file', 'upload_file_force', 'begin_upload']
    for (const grant of [...grants, 'begin_upload_force', 'delete_file,begin_upload']) {
      const granted = callsOf(rig, await rig.token(grant))
      assert.equal((await granted.start('multipart', 'a.bin')).status, 201, grant)
    }
    shows('tencent-smh', 'start: grants')
  })

  test('overwrite at the start needs a grant of force', async () => {
    const query = { conflict_resolution_strategy: 'overwrite' }
    for (const [grant, status] of [
      ...([
        ['upload_file', 403],
        ['begin_upload', 403],
        ['upload_file_force', 201],
      ] as const),
      ...([
        ['begin_upload_force', 201],
        ['space_admin', 201],
        ['admin', 201],
      ] as const),
    ] as const) {
      const granted = callsOf(rig, await rig.token(grant))
      assert.equal((await granted.start('simple', 'a.bin', query)).status, status, grant)
    }
    shows('tencent-smh', 'start: overwrite')
  })

  test('starts are refused without a token, with a bad one and with one of another library', async () => {
    const path = `${filesOf()}/a.bin`
    assertFailure(await rig.call('PUT', path), 400, 'EmptyAccessToken')
    assertFailure(await rig.call('PUT', path, { access_token: 'x'.repeat(40) }), 403, 'InvalidAccessToken')
    const access_token = await rig.token('admin', { library: 'plain' })
    assertFailure(await rig.call('PUT', path, { access_token }), 403, 'AccessTokenNotMatchLibrary')
    assertFailure(
      await rig.call('PUT', 'file/smh0nolibrary/-/a.bin', { access_token }),
      404,
      'LibraryNotFound',
    )
    const space = `${filesOf('file', 'space1')}/a.bin`
    assertFailure(await rig.call('PUT', space, { access_token: await rig.token() }), 404, 'SpaceNotFound')
    shows('tencent-smh', 'AccessTokenNotMatchLibrary, LibraryNotFound, SpaceNotFound')
  })

  test('media libraries with albums take uploads in albums alone', async () => {
    const access_token = await rig.token('admin', { library: 'media' })
    const media = callsOf(rig, access_token, filesOf('media'))
    assertFailure(await media.start('simple', 'a'), 400, 'UploadToRootDirectoryNotAllowed')
    await rig.expect(201, 'PUT', `directory/${LIBRARIES.media.id}/-/album`, { access_token })
    assertFailure(await media.start('simple', 'album/deep/a'), 400, 'DirectoryLevelExceed')
    assertFailure(await media.start('simple', 'album/a.exe'), 400, 'ExtnameNotAllowed')
    shows('tencent-smh', 'UploadToRootDirectoryNotAllowed, DirectoryLevelExceed, ExtnameNotAllowed')
    const task = await media.begin('simple', 'album/a.mp4')
    assert.equal((await media.status(task.confirmKey)).body?.type, 'video')
  })

  test('bytes of a client that goes away are not kept', async () => {
    const task = await calls.begin('multipart', 'gone.bin')
    const { live } = await auditOf(rig.server.engine)
    const url = new URL(`http://${task.domain}${task.path}?partNumber=1&uploadId=${task.uploadId}`)
    await cutOff(rig, url, stringsOf(task.headers), { size: 1_000_000, sent: 300_000 })
    const { body } = await calls.status(task.confirmKey)
    assert.deepEqual(body?.parts, [])
    assert.equal((await auditOf(rig.server.engine)).live, live)
    assert.equal((await rig.putPart(task, 1, bytesOf(1000))).status, 200)
    assert.equal((await calls.confirm(task.confirmKey)).status, 200)
  })

  test('a simple upload of fewer bytes than were announced is not kept', async () => {
    const { live } = await auditOf(rig.server.engine)
    const task = await calls.begin('simple', 'short.bin')
    const url = new URL(`http://${task.domain}${task.path}`)
    await cutOff(rig, url, stringsOf(task.headers), { size: 500_000, sent: 100_000 })
    assertFailure(await calls.confirm(task.confirmKey), 404, 'UploadIncomplete')
    assert.equal((await auditOf(rig.server.engine)).live, live)
  })
})

test('tencent-smh: behind a proxy uploads are told its name and path, and signed for the name', async () => {
  const rig = await startRig({ settings: { public_url: 'https://files.example.com/smh' } })
  const client = clientOf(`http://127.0.0.1:${rig.server.port}`)
  const calls = callsOf(client, await client.token())
  const task = await calls.begin('multipart', 'proxied.bin')
  const form = await calls.begin('form', 'proxied.bin')
  assert.deepEqual([task.domain, form.domain, form.path], ['files.example.com', 'files.example.com', '/smh/'])
  const path = String(task.path)
  assert.ok(path.startsWith('/smh/cos/'))
  const inside = `http://127.0.0.1:${rig.server.port}${path.slice('/smh'.length)}`
  const query = `?partNumber=1&uploadId=${task.uploadId}`
  for (const host of [{}, { host: 'files.example.com' }]) {
    const headers = { ...stringsOf(task.headers), ...host }
    const sent = await sendWire(`${inside}${query}`, { method: 'PUT', headers, body: 'x' })
    assert.equal(sent.status, 200, sent.bytes.toString())
  }
  shows('tencent-smh', 'domain and path behind a proxy')
  assert.equal((await calls.confirm(task.confirmKey)).status, 200)
  await rig.stop()
})

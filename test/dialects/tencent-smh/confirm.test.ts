import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { assertCosFailure, assertFailure, LIBRARIES, type Rig, type SmhAnswer, startRig } from './rig.ts'
import { bytesOf, callsOf, crc64Of, filesOf, MIB, sendParts, type TaskCalls } from './upload-calls.ts'

describe('tencent-smh: confirming uploads', () => {
  let rig: Rig
  let calls: TaskCalls
  before(async () => {
    rig = await startRig()
    calls = callsOf(rig, await rig.token())
  })
  after(() => rig.stop())

  /** A simple upload whose bytes are there. */
  const waiting = async (path: string, bytes: Uint8Array = Buffer.from('bytes'), query = {}) => {
    const task = await calls.begin('simple', path, query)
    await rig.put(task, bytes)
    return task
  }

  test('a confirm answers with the record of the document', async () => {
    const bytes = bytesOf(1000)
    const task = await waiting('record.docx', bytes)
    const { status, body } = await calls.confirm(task.confirmKey)
    assert.equal(status, 200)
    assert.ok(body !== null)
    assert.deepEqual(
      [body.path, body.name, body.type, body.size, body.crc64, body.isOverwritten, body.virusAuditStatus],
      [['record.docx'], 'record.docx', 'file', '1000', crc64Of(bytes), false, 0],
    )
    assert.deepEqual(
      [body.fileType, body.contentType],
      ['word', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    )
    assert.match(String(body.eTag), /^"[0-9a-f]{32}"$/)
    assert.equal(body.creationTime, body.modificationTime)
    assert.equal('metaData' in body, false)
    assert.equal('inode' in body, false)
    shows('tencent-smh', 'POST /file/{L}/{S}/{ConfirmKey}?confirm')
  })

  test('with_inode adds the inode to the record', async () => {
    const task = await waiting('inode.bin')
    const { body } = await calls.confirm(task.confirmKey, { with_inode: 1 })
    assert.match(body?.inode ?? '', /^[0-9a-f]{32}$/)
    shows('tencent-smh', 'confirm: with_inode')
  })

  test('a repeated confirm answers with the same record', async () => {
    const task = await sendParts(rig, calls, 'repeat.bin', [bytesOf(MIB), bytesOf(5)])
    const crc64 = crc64Of(Buffer.concat([bytesOf(MIB), bytesOf(5)]))
    const first = await calls.confirm(task.confirmKey, { with_inode: 1 }, { crc64 })
    assert.equal(first.status, 200)
    rig.clock.advance(60_000)
    for (const json of [undefined, {}, { crc64 }, { labels: ['other'] }]) {
      const again = await calls.confirm(task.confirmKey, { with_inode: 1 }, json)
      assert.deepEqual([again.status, again.body], [200, first.body])
    }
    shows('tencent-smh', 'confirm repeated')
    assertFailure(await calls.confirm(task.confirmKey, {}, { crc64: '1' }), 400, 'BadCrc64')
  })

  test('a repeated confirm of an overwrite still says that it overwrote', async () => {
    await rig.upload('twice.bin', Buffer.from('old'))
    const task = await waiting('twice.bin', Buffer.from('new'), { conflict_resolution_strategy: 'overwrite' })
    const first = await calls.confirm(task.confirmKey)
    assert.equal(first.body?.isOverwritten, true)
    assert.deepEqual((await calls.confirm(task.confirmKey)).body, first.body)
    shows('tencent-smh', 'confirm: isOverwritten')
  })

  test('parallel confirms answer with one record', async () => {
    const task = await sendParts(rig, calls, 'parallel.bin', [bytesOf(MIB), bytesOf(5)])
    const answers = await Promise.all(Array.from({ length: 8 }, () => calls.confirm(task.confirmKey)))
    for (const { status, body } of answers) assert.deepEqual([status, body], [200, answers[0]?.body])
    assert.equal(await rig.download('parallel (1).bin'), null)
  })

  test('a confirm of a file that was deleted since is UploadComplete', async () => {
    const task = await waiting('deleted.bin')
    await calls.confirm(task.confirmKey)
    const access_token = await rig.token()
    await rig.expect(204, 'DELETE', `${filesOf()}/deleted.bin`, { access_token, permanent: 1 })
    assertFailure(await calls.confirm(task.confirmKey), 409, 'UploadComplete')
    shows('tencent-smh', 'UploadComplete of confirm')
  })

  test('a confirm works after the credentials expired', async () => {
    const task = await waiting('late.bin')
    rig.clock.advance(24 * 3600_000)
    calls = callsOf(rig, await rig.token())
    assert.equal((await calls.confirm(task.confirmKey)).status, 200)
    shows('tencent-smh', 'confirm after the credentials expired')
  })

  test('a confirm after the time of the upload is UploadNotFound', async () => {
    const task = await waiting('too-late.bin')
    rig.clock.advance(7 * 24 * 3600_000)
    calls = callsOf(rig, await rig.token())
    assertFailure(await calls.confirm(task.confirmKey), 404, 'UploadNotFound')
    await rig.server.jobs.runAll()
    assertFailure(await calls.confirm(task.confirmKey), 404, 'UploadNotFound')
    shows('tencent-smh', 'UploadNotFound of confirm, later')
  })

  test('a crc64 is compared with that of all bytes', async () => {
    const parts = [bytesOf(MIB, 1), bytesOf(MIB, 2), bytesOf(3, 3)]
    const crc64 = crc64Of(Buffer.concat(parts))
    const task = await sendParts(rig, calls, 'crc.bin', parts)
    const wrong = String((BigInt(crc64) + 1n) % 2n ** 64n)
    assertFailure(await calls.confirm(task.confirmKey, {}, { crc64: wrong }), 400, 'BadCrc64')
    shows('tencent-smh', 'BadCrc64')
    assert.equal((await calls.status(task.confirmKey)).body?.confirmed, false)
    const { status, body } = await calls.confirm(task.confirmKey, {}, { crc64 })
    assert.deepEqual([status, body?.crc64], [200, crc64])
    shows('tencent-smh', 'confirm: crc64')
  })

  test('a wrong crc64 of a simple upload can be mended by sending the bytes again', async () => {
    const bytes = bytesOf(1000)
    const task = await waiting('mended.bin', bytesOf(1000, 1))
    assertFailure(await calls.confirm(task.confirmKey, {}, { crc64: crc64Of(bytes) }), 400, 'BadCrc64')
    await rig.put(task, bytes)
    assert.equal((await calls.confirm(task.confirmKey, {}, { crc64: crc64Of(bytes) })).status, 200)
  })

  test('a crc64 that is no decimal text is refused', async () => {
    const task = await waiting('crc-form.bin')
    for (const crc64 of ['x', '-1', '1.5', '0x10', {}, true, 1.5]) {
      assertFailure(await calls.confirm(task.confirmKey, {}, { crc64 }), 400, 'ParamInvalid')
    }
  })

  test('a confirm without bytes is UploadIncomplete', async () => {
    for (const kind of ['simple', 'form', 'multipart'] as const) {
      const { confirmKey } = await calls.begin(kind, 'nothing.bin')
      assertFailure(await calls.confirm(confirmKey), 404, 'UploadIncomplete')
      assertFailure(await calls.confirm(confirmKey, {}, { crc64: '0' }), 404, 'UploadIncomplete')
    }
    shows('tencent-smh', 'UploadIncomplete')
  })

  test('a confirm with missing parts is MultipartUploadIncomplete until they come', async () => {
    for (const numbers of [[2], [1, 3], [1, 2, 4]]) {
      const task = await calls.begin('multipart', 'gaps.bin')
      for (const number of numbers) await rig.putPart(task, number, bytesOf(MIB, number))
      assertFailure(await calls.confirm(task.confirmKey), 400, 'MultipartUploadIncomplete')
      const missing = numbers.length === 1 ? 1 : numbers.length
      await rig.putPart(task, missing, bytesOf(MIB, missing))
      assert.equal((await calls.confirm(task.confirmKey)).status, 200)
    }
    shows('tencent-smh', 'MultipartUploadIncomplete')
  })

  test('a part other than the last below 1 MiB is MultipartUploadPartTooSmall', async () => {
    const task = await calls.begin('multipart', 'small.bin')
    await rig.putPart(task, 1, bytesOf(MIB - 1))
    await rig.putPart(task, 2, bytesOf(10))
    assertFailure(await calls.confirm(task.confirmKey), 400, 'MultipartUploadPartTooSmall')
    shows('tencent-smh', 'MultipartUploadPartTooSmall')
    await rig.putPart(task, 1, bytesOf(MIB))
    assert.equal((await calls.confirm(task.confirmKey)).status, 200)
    shows('tencent-smh', 'parts but the last')
  })

  test('a single part may be of any size', async () => {
    const task = await sendParts(rig, calls, 'one.bin', [Buffer.from('1')])
    assert.equal((await calls.confirm(task.confirmKey)).body?.size, '1')
  })

  test('the strategy of a confirm goes over that of the start', async () => {
    await rig.upload('strategy.bin', Buffer.from('old'))
    const task = await waiting('strategy.bin', Buffer.from('new'))
    const ask = { conflict_resolution_strategy: 'ask' }
    assertFailure(await calls.confirm(task.confirmKey, ask), 409, 'SameNameDirectoryOrFileExists')
    const wrong = { conflict_resolution_strategy: 'merge' }
    assertFailure(await calls.confirm(task.confirmKey, wrong), 400, 'InvalidConflictResolutionStrategy')
    const { body } = await calls.confirm(task.confirmKey, { conflict_resolution_strategy: 'overwrite' })
    assert.deepEqual([body?.path, body?.isOverwritten], [['strategy.bin'], true])
    assert.equal((await rig.download('strategy.bin'))?.toString(), 'new')
    shows('tencent-smh', 'confirm: conflict_resolution_strategy')
  })

  test('a confirm that overwrites where a directory came meanwhile is refused', async () => {
    const task = await waiting('directory', Buffer.from('x'), { conflict_resolution_strategy: 'overwrite' })
    const access_token = await rig.token()
    await rig.expect(201, 'PUT', `directory/${LIBRARIES.file.id}/-/directory`, { access_token })
    assertFailure(await calls.confirm(task.confirmKey), 409, 'SameNameDirectoryOrFileExists')
    const renamed = await calls.confirm(task.confirmKey, { conflict_resolution_strategy: 'rename' })
    assert.deepEqual(renamed.body?.path, ['directory (1)'])
  })

  test('fields of a confirm go over those of the start', async () => {
    const json = { labels: ['a'], category: 'start', localCreationTime: '2020-01-01T00:00:00.000Z' }
    const task = await calls.begin('simple', 'fields.bin', {}, { json, headers: { 'x-smh-meta-k': 'v' } })
    await rig.put(task, Buffer.from('x'))
    const { body } = await calls.confirm(
      task.confirmKey,
      {},
      { labels: ['b', 'c'], category: 'confirm', localModificationTime: '2022-02-02T00:00:00.000Z' },
    )
    assert.deepEqual([body?.labels, body?.category], [['b', 'c'], 'confirm'])
    assert.deepEqual(
      [body?.localCreationTime, body?.localModificationTime, body?.metaData],
      ['2020-01-01T00:00:00.000Z', '2022-02-02T00:00:00.000Z', { 'x-smh-meta-k': 'v' }],
    )
    shows('tencent-smh', 'confirm: labels, category, local times')
  })

  test('a directory that is removed before the confirm makes the path null', async () => {
    const access_token = await rig.token()
    const directory = `directory/${LIBRARIES.file.id}/-/gone`
    await rig.expect(201, 'PUT', directory, { access_token })
    const task = await waiting('gone/a.bin')
    await rig.expect(200, 'DELETE', directory, { access_token })
    const { status, body } = await calls.confirm(task.confirmKey)
    assert.deepEqual([status, body?.path, body?.name], [200, null, 'a.bin'])
    shows('tencent-smh', 'confirm: path null')
  })

  test('a directory that is removed for good before the confirm is DirectoryNotFound', async () => {
    const access_token = await rig.token()
    const directory = `directory/${LIBRARIES.file.id}/-/gone-for-good`
    await rig.expect(201, 'PUT', directory, { access_token })
    const task = await waiting('gone-for-good/a.bin')
    await rig.expect(204, 'DELETE', directory, { access_token, permanent: 1 })
    assertFailure(await calls.confirm(task.confirmKey), 404, 'DirectoryNotFound')
    shows('tencent-smh', 'DirectoryNotFound of confirm')
  })

  test('a directory that is moved before the confirm takes the file along', async () => {
    const access_token = await rig.token()
    const directories = `directory/${LIBRARIES.file.id}/-`
    await rig.expect(201, 'PUT', `${directories}/before`, { access_token })
    const task = await waiting('before/a.bin')
    await rig.expect(204, 'PUT', `${directories}/after`, { access_token }, { json: { from: 'before' } })
    assert.deepEqual((await calls.confirm(task.confirmKey)).body?.path, ['after', 'a.bin'])
  })

  test('grants let confirm and a start grant alone does not', async () => {
    for (const grant of ['admin', 'space_admin', 'upload_file', 'upload_file_force', 'confirm_upload']) {
      const task = await waiting('granted.bin')
      const granted = callsOf(rig, await rig.token(grant))
      assert.equal((await granted.confirm(task.confirmKey)).status, 200, grant)
    }
    const task = await waiting('refused.bin')
    for (const grant of ['', 'begin_upload', 'begin_upload_force', 'delete_file']) {
      const refused = callsOf(rig, await rig.token(grant))
      assertFailure(await refused.confirm(task.confirmKey), 403, 'NoPermission')
    }
    shows('tencent-smh', 'confirm: grants')
  })

  test('a confirm that overwrites where the start did not needs a grant of force', async () => {
    await rig.upload('forced.bin', Buffer.from('old'))
    const overwrite = { conflict_resolution_strategy: 'overwrite' }
    const task = await waiting('forced.bin')
    for (const grant of ['upload_file', 'confirm_upload']) {
      const refused = callsOf(rig, await rig.token(grant))
      assertFailure(await refused.confirm(task.confirmKey, overwrite), 403, 'NoPermission')
    }
    shows('tencent-smh', 'confirm: overwrite where the start did not')
    const forced = await waiting('forced.bin', Buffer.from('new'), overwrite)
    const confirmer = callsOf(rig, await rig.token('confirm_upload'))
    assert.equal((await confirmer.confirm(forced.confirmKey)).body?.isOverwritten, true)
  })

  test('an upload of another user cannot be confirmed', async () => {
    const alice = callsOf(rig, await rig.token('upload_file', { query: { user_id: 'alice' } }))
    const bob = callsOf(rig, await rig.token('upload_file', { query: { user_id: 'bob' } }))
    const task = await alice.begin('simple', 'alice.bin')
    await rig.put(task, Buffer.from('x'))
    assertFailure(await bob.confirm(task.confirmKey), 403, 'UploadNotBelongYou')
    assert.equal((await calls.confirm(task.confirmKey)).status, 200)
  })

  test('a confirm of an unknown or aborted upload is UploadNotFound', async () => {
    assertFailure(await calls.confirm('1'.repeat(32)), 404, 'UploadNotFound')
    const task = await waiting('aborted.bin')
    await calls.abort(task.confirmKey)
    assertFailure(await calls.confirm(task.confirmKey), 404, 'UploadNotFound')
    shows('tencent-smh', 'UploadNotFound')
  })

  test('a quota is kept at the start, and again at the confirm', async () => {
    const access_token = await rig.token('admin', { library: 'plain' })
    const plain = callsOf(rig, access_token, filesOf('plain'))
    await rig.expect(
      201,
      'POST',
      `quota/${LIBRARIES.plain.id}`,
      { access_token },
      { json: { capacity: '1000' } },
    )
    assertFailure(await plain.start('simple', 'a.bin', { filesize: 1001 }), 400, 'QuotaLimitReached')
    assertFailure(
      await plain.start('form', 'a.bin', {}, { json: { size: '1001' } }),
      400,
      'QuotaLimitReached',
    )
    const first = await plain.begin('simple', 'a.bin', { filesize: 600 })
    assertFailure(await plain.start('simple', 'b.bin', { filesize: 401 }), 400, 'QuotaLimitReached')
    await rig.put(first, bytesOf(600))
    assert.equal((await plain.confirm(first.confirmKey)).status, 200)
    shows('tencent-smh', 'start: filesize with a quota')
    assertFailure(await plain.start('simple', 'c.bin', { filesize: 401 }), 400, 'QuotaLimitReached')
    const overwrite = { conflict_resolution_strategy: 'overwrite', filesize: 1000 }
    const replacing = await plain.begin('simple', 'a.bin', overwrite)
    await rig.put(replacing, bytesOf(1000))
    // What it was to replace goes, and something else comes.
    const remove = (name: string) =>
      rig.expect(204, 'DELETE', `${filesOf('plain')}/${name}`, { access_token })
    await remove('a.bin')
    const other = await plain.begin('simple', 'b.bin', { filesize: 600 })
    await rig.put(other, bytesOf(600))
    assert.equal((await plain.confirm(other.confirmKey)).status, 200)
    assertFailure(await plain.confirm(replacing.confirmKey), 400, 'QuotaLimitReached')
    await remove('b.bin')
    assert.equal((await plain.confirm(replacing.confirmKey)).status, 200)
    assertFailure(await plain.start('simple', 'c.bin'), 400, 'QuotaLimitReached')
    shows('tencent-smh', 'QuotaLimitReached')
  })

  test('a confirm against parts gives a file of either the old or the new bytes', async () => {
    for (let round = 0; round < 8; round++) {
      const [before, after] = [bytesOf(MIB, 1), bytesOf(MIB, 2)]
      const tail = bytesOf(10)
      const path = `confirm-part-${round}.bin`
      const task = await sendParts(rig, calls, path, [before, tail])
      const [confirmed, sent] = await Promise.all([
        calls.confirm(task.confirmKey),
        rig.putPart(task, 1, after),
      ])
      assert.equal(confirmed.status, 200, confirmed.bytes.toString())
      const got = await rig.download(path)
      const isOld = got?.equals(Buffer.concat([before, tail])) === true
      const isNew = got?.equals(Buffer.concat([after, tail])) === true
      assert.ok(isOld || isNew)
      if (sent.status !== 200) assertCosFailure(sent, 404, 'NoSuchUpload')
      if (isNew) assert.equal(sent.status, 200)
      assert.equal(confirmed.body?.crc64, crc64Of(got ?? Buffer.alloc(0)))
    }
  })

  test('a crc64 of a confirm holds for the bytes that are shown, whatever parts come meanwhile', async () => {
    for (let round = 0; round < 8; round++) {
      const path = `crc-race-${round}.bin`
      const bytes = bytesOf(MIB, 1)
      const task = await sendParts(rig, calls, path, [bytes])
      const [confirmed] = await Promise.all([
        calls.confirm(task.confirmKey, {}, { crc64: crc64Of(bytes) }),
        rig.putPart(task, 1, bytesOf(MIB, 2)),
      ])
      if (confirmed.status === 200) assert.ok((await rig.download(path))?.equals(bytes))
      else assertFailure(confirmed, 400, 'BadCrc64')
    }
  })

  describe('while other calls come between its steps', () => {
    /** Does something after each look at the parts, as another client may. */
    const afterEachLook = (meanwhile: () => Promise<unknown>) => {
      const { uploads } = rig.server.engine.core
      const { listParts } = uploads
      Object.assign(uploads, {
        listParts: async (...given: Parameters<typeof listParts>) => {
          const parts = await listParts(...given)
          await meanwhile()
          return parts
        },
      })
      return () => Object.assign(uploads, { listParts })
    }

    test('a confirm comes to its end though parts are sent again and again', async () => {
      const parts = [bytesOf(MIB, 1), bytesOf(10, 3)]
      const task = await sendParts(rig, calls, 'busy.bin', parts)
      const answers: number[] = []
      const restore = afterEachLook(async () => {
        answers.push((await rig.putPart(task, 2, bytesOf(10, 3))).status)
      })
      const crc64 = crc64Of(Buffer.concat(parts))
      const confirmed = await calls.confirm(task.confirmKey, {}, { crc64 })
      restore()
      assert.deepEqual([confirmed.status, confirmed.body?.crc64], [200, crc64])
      assert.deepEqual(new Set(answers), new Set([200]))
      assertCosFailure(await rig.putPart(task, 2, bytesOf(10, 3)), 404, 'NoSuchUpload')
    })

    test('a confirm never shows bytes other than those whose crc64 it compared', async () => {
      const bytes = bytesOf(MIB, 1)
      const task = await sendParts(rig, calls, 'swapped.bin', [bytes])
      const restore = afterEachLook(() => rig.putPart(task, 1, bytesOf(MIB, 2)))
      const confirmed = await calls.confirm(task.confirmKey, {}, { crc64: crc64Of(bytes) })
      restore()
      assertFailure(confirmed, 400, 'BadCrc64')
      assert.equal(await rig.download('swapped.bin'), null)
      const other = await calls.confirm(task.confirmKey, {}, { crc64: crc64Of(bytesOf(MIB, 2)) })
      assert.equal(other.status, 200)
    })

    test('a confirm whose upload is aborted under it is UploadNotFound', async () => {
      const task = await calls.begin('multipart', 'aborted-under.bin')
      const restore = afterEachLook(() => calls.abort(task.confirmKey))
      const confirmed = await calls.confirm(task.confirmKey)
      restore()
      assertFailure(confirmed, 404, 'UploadNotFound')
    })

    test('a confirm that finds a gap which is filled meanwhile goes on', async () => {
      const task = await calls.begin('multipart', 'filled.bin')
      await rig.putPart(task, 2, bytesOf(5))
      const restore = afterEachLook(() => rig.putPart(task, 1, bytesOf(MIB)))
      const confirmed = await calls.confirm(task.confirmKey)
      restore()
      assert.deepEqual([confirmed.status, confirmed.body?.size], [200, String(MIB + 5)])
    })
  })

  test('a confirm against an abort ends as one of them', async () => {
    for (let round = 0; round < 10; round++) {
      const path = `confirm-abort-${round}.bin`
      const task = await sendParts(rig, calls, path, [bytesOf(1000)])
      const [confirmed, aborted] = await Promise.all([
        calls.confirm(task.confirmKey),
        calls.abort(task.confirmKey),
      ])
      const isThere = (await rig.download(path)) !== null
      assert.equal(confirmed.status === 200, isThere)
      if (isThere) assertFailure(aborted, 409, 'UploadComplete')
      else {
        assert.equal(aborted.status, 204)
        assertFailure(confirmed, 404, 'UploadNotFound')
      }
    }
  })

  test('confirms of many uploads to one name give each a name of its own', async () => {
    const tasks = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => waiting('crowd.bin', Buffer.from(String(index)))),
    )
    const answers: readonly SmhAnswer[] = await Promise.all(
      tasks.map(({ confirmKey }) => calls.confirm(confirmKey)),
    )
    const names = answers.map(({ body }) => String(body?.name)).sort()
    const expected = ['crowd.bin', ...Array.from({ length: 9 }, (_, index) => `crowd (${index + 1}).bin`)]
    assert.deepEqual(names, expected.sort())
    shows('tencent-smh', 'rename pattern')
  })

  test('confirms that overwrite one name leave one whole file', async () => {
    const query = { conflict_resolution_strategy: 'overwrite' }
    const tasks = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => waiting('one.bin', bytesOf(100_000, index), query)),
    )
    const answers = await Promise.all(tasks.map(({ confirmKey }) => calls.confirm(confirmKey)))
    for (const { status, body } of answers) assert.deepEqual([status, body?.path], [200, ['one.bin']])
    const got = await rig.download('one.bin')
    assert.ok(tasks.some((_, index) => got?.equals(bytesOf(100_000, index))))
  })
})

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { uploadsBucket } from '../../../src/dialects/tencent-smh/storage/buckets.ts'
import { auditOf } from '../../support/audit.ts'
import { shows } from '../../support/shows.ts'
import { assertFailure, type Body, LIBRARIES, type Rig, startRig } from './rig.ts'
import { bytesOf, callsOf, filesOf, MIB, sendParts, type TaskCalls } from './upload-calls.ts'

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe('tencent-smh: status of uploads', () => {
  let rig: Rig
  let calls: TaskCalls
  before(async () => {
    rig = await startRig()
    calls = callsOf(rig, await rig.token())
  })
  after(() => rig.stop())

  const statusOf = async (
    confirmKey: string,
    query?: Readonly<Record<string, string | number>>,
  ): Promise<Body> => {
    const { status, body, bytes } = await calls.status(confirmKey, query)
    assert.equal(status, 200, bytes.toString())
    assert.ok(body !== null)
    return body
  }

  test('the status of a multipart upload tells of its parts with quoted MD5 ETags', async () => {
    const parts = [bytesOf(MIB, 1), bytesOf(10, 2)]
    const query = { conflict_resolution_strategy: 'overwrite' }
    const task = await sendParts(rig, calls, 'DCIM001.mp4', parts, query)
    const body = await statusOf(task.confirmKey)
    assert.deepEqual(
      [body.confirmed, body.path, body.type, body.conflictResolutionStrategy, body.force],
      [false, ['DCIM001.mp4'], 'file', 'overwrite', true],
    )
    assert.deepEqual([body.uploadId, body.availableDomainNum], [task.uploadId, 1])
    assert.match(String(body.creationTime), ISO)
    const listed = body.parts as unknown as readonly Readonly<Record<string, unknown>>[]
    assert.deepEqual(
      listed.map(({ LastModified: _, ...part }) => part),
      parts.map((bytes, index) => ({
        PartNumber: index + 1,
        ETag: `"${createHash('md5').update(bytes).digest('hex')}"`,
        Size: bytes.length,
      })),
    )
    for (const { LastModified } of listed) assert.match(String(LastModified), ISO)
    shows('tencent-smh', 'GET /file/{L}/{S}/{ConfirmKey}?upload')
  })

  test('uploadPartInfo has credentials that send parts and the confirmKey to renew by', async () => {
    const task = await calls.begin('multipart', 'info.bin', { traffic_limit: 1048576 })
    rig.clock.advance(3600_000)
    const { uploadPartInfo: info } = await statusOf(task.confirmKey)
    assert.deepEqual(
      [info.domain, info.path, info.uploadId, info.confirmKey],
      [task.domain, task.path, task.uploadId, task.confirmKey],
    )
    assert.equal(info.headers['x-cos-traffic-limit'], 1048576)
    assert.ok(Date.parse(info.expiration) > Date.parse(task.expiration))
    assert.equal((await rig.putPart(info, 1, Buffer.from('resumed'))).status, 200)
    assert.equal((await calls.renew(info.confirmKey)).status, 200)
    shows('tencent-smh', 'status: uploadPartInfo')
  })

  test('no_upload_part_info leaves out the credentials and nothing else', async () => {
    const task = await calls.begin('multipart', 'bare.bin')
    const { uploadPartInfo: _, ...rest } = await statusOf(task.confirmKey)
    assert.deepEqual(await statusOf(task.confirmKey, { no_upload_part_info: 1 }), rest)
    assert.ok('uploadPartInfo' in (await statusOf(task.confirmKey, { no_upload_part_info: 0 })))
    shows('tencent-smh', 'status: no_upload_part_info')
  })

  test('the status of simple and form uploads has nothing of parts', async () => {
    for (const kind of ['simple', 'form'] as const) {
      const { confirmKey } = await calls.begin(kind, 'plain.bin')
      assert.deepEqual(Object.keys(await statusOf(confirmKey)), [
        ...['confirmed', 'path', 'type', 'creationTime', 'conflictResolutionStrategy', 'force'],
      ])
    }
    shows('tencent-smh', 'status: simple and form uploads')
  })

  test('the status of a confirmed upload says so and where its file is', async () => {
    await rig.upload('where.bin', Buffer.from('first'))
    const task = await sendParts(rig, calls, 'where.bin', [Buffer.from('second')])
    await calls.confirm(task.confirmKey)
    const body = await statusOf(task.confirmKey)
    assert.deepEqual([body.confirmed, body.path], [true, ['where (1).bin']])
    shows('tencent-smh', 'status: confirmed')
    assert.equal('uploadPartInfo' in body, false)
  })

  test('the path of an upload follows its directory and is null when that is removed', async () => {
    const access_token = await rig.token()
    const directory = `directory/${LIBRARIES.file.id}/-`
    await rig.expect(201, 'PUT', `${directory}/old`, { access_token })
    const task = await calls.begin('multipart', 'old/a.bin')
    await rig.expect(204, 'PUT', `${directory}/new`, { access_token }, { json: { from: 'old' } })
    assert.deepEqual((await statusOf(task.confirmKey)).path, ['new', 'a.bin'])
    await rig.expect(200, 'DELETE', `${directory}/new`, { access_token })
    assert.equal((await statusOf(task.confirmKey)).path, null)
    shows('tencent-smh', 'status: path')
  })

  test('the status lists every part, however many there are', async () => {
    const task = await calls.begin('multipart', 'many.bin')
    const { core, accounts } = rig.server.engine
    const account = accounts.all[0]?.id
    assert.ok(account !== undefined)
    const at = {
      account,
      bucket: uploadsBucket({ realm: LIBRARIES.file.id, volume: '-' }),
      ref: task.uploadId,
    }
    const piece = async (number: number) => {
      const bytes = Buffer.from(String(number))
      const source = (async function* () {
        yield bytes
      })()
      const staged = await core.staging.receive(source, { sizeMax: 100, digests: ['md5', 'crc64'] })
      await core.uploads.attach(at, number, staged)
    }
    for (let from = 1; from <= 2500; from += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, index) => piece(from + index)))
    }
    const { parts } = await statusOf(task.confirmKey)
    const numbers = (parts as unknown as readonly { PartNumber: number }[]).map(
      ({ PartNumber }) => PartNumber,
    )
    assert.deepEqual(
      numbers,
      Array.from({ length: 2500 }, (_, index) => index + 1),
    )
  })

  test('the status of what is unknown, aborted or over its time is UploadNotFound', async () => {
    assertFailure(await calls.status('0'.repeat(32)), 404, 'UploadNotFound')
    assertFailure(await calls.status('no-key.bin'), 404, 'UploadNotFound')
    const aborted = await calls.begin('multipart', 'aborted.bin')
    await calls.abort(aborted.confirmKey)
    assertFailure(await calls.status(aborted.confirmKey), 404, 'UploadNotFound')
    const late = await calls.begin('multipart', 'late.bin')
    rig.clock.advance(7 * 24 * 3600_000)
    calls = callsOf(rig, await rig.token())
    assertFailure(await calls.status(late.confirmKey), 404, 'UploadNotFound')
    shows('tencent-smh', 'UploadNotFound of status')
  })

  test('the status needs a grant of uploads and one of the same user', async () => {
    const alice = callsOf(rig, await rig.token('upload_file', { query: { user_id: 'alice' } }))
    const bob = callsOf(rig, await rig.token('upload_file', { query: { user_id: 'bob' } }))
    const { confirmKey } = await alice.begin('multipart', 'private.bin')
    assertFailure(await bob.status(confirmKey), 403, 'UploadNotBelongYou')
    assertFailure(await callsOf(rig, await rig.token('')).status(confirmKey), 403, 'NoPermission')
    const confirmer = callsOf(rig, await rig.token('confirm_upload', { query: { user_id: 'alice' } }))
    assertFailure(await confirmer.status(confirmKey), 403, 'NoPermission')
    assert.equal((await alice.status(confirmKey)).status, 200)
    shows('tencent-smh', 'status: grants and user')
  })

  test('the status in another library is UploadNotFound', async () => {
    const { confirmKey } = await calls.begin('multipart', 'here.bin')
    const elsewhere = callsOf(rig, await rig.token('admin', { library: 'plain' }), filesOf('plain'))
    assertFailure(await elsewhere.status(confirmKey), 404, 'UploadNotFound')
  })
})

describe('tencent-smh: aborting uploads', () => {
  let rig: Rig
  let calls: TaskCalls
  before(async () => {
    rig = await startRig()
    calls = callsOf(rig, await rig.token())
  })
  after(() => rig.stop())

  test('an abort answers 204, also a second time, and gives up the bytes', async () => {
    const { live } = await auditOf(rig.server.engine)
    const task = await sendParts(rig, calls, 'aborted.bin', [bytesOf(MIB), bytesOf(MIB, 1)])
    assert.equal((await auditOf(rig.server.engine)).live, live + 2)
    const answer = await calls.abort(task.confirmKey)
    assert.deepEqual([answer.status, answer.bytes.length], [204, 0])
    assert.equal((await calls.abort(task.confirmKey)).status, 204)
    await rig.server.jobs.runAll()
    assert.deepEqual(await auditOf(rig.server.engine), { live, missing: [], unreferenced: [] })
    assertFailure(await calls.confirm(task.confirmKey), 404, 'UploadNotFound')
    shows('tencent-smh', 'DELETE /file/{L}/{S}/{ConfirmKey}?upload')
  })

  test('simple and form uploads can be aborted too', async () => {
    for (const kind of ['simple', 'form'] as const) {
      const { confirmKey } = await calls.begin(kind, 'aborted.bin')
      assert.equal((await calls.abort(confirmKey)).status, 204)
    }
  })

  test('a confirmed upload cannot be aborted and its file stays', async () => {
    const task = await sendParts(rig, calls, 'stays.bin', [Buffer.from('stays')])
    await calls.confirm(task.confirmKey)
    assertFailure(await calls.abort(task.confirmKey), 409, 'UploadComplete')
    assert.equal((await rig.download('stays.bin'))?.toString(), 'stays')
    shows('tencent-smh', 'UploadComplete of abort')
  })

  test('an abort of what is unknown, of another user or without a grant is refused', async () => {
    assertFailure(await calls.abort('f'.repeat(32)), 404, 'UploadNotFound')
    const alice = callsOf(rig, await rig.token('upload_file', { query: { user_id: 'alice' } }))
    const bob = callsOf(rig, await rig.token('upload_file', { query: { user_id: 'bob' } }))
    const { confirmKey } = await alice.begin('multipart', 'of-alice.bin')
    assertFailure(await bob.abort(confirmKey), 403, 'UploadNotBelongYou')
    assertFailure(await callsOf(rig, await rig.token('delete_file')).abort(confirmKey), 403, 'NoPermission')
    assert.equal((await alice.abort(confirmKey)).status, 204)
    shows('tencent-smh', 'abort: grants and user')
  })

  test('an abort against parts leaves no bytes behind', async () => {
    const { live } = await auditOf(rig.server.engine)
    for (let round = 0; round < 5; round++) {
      const task = await calls.begin('multipart', `abort-${round}.bin`)
      const [aborted, ...sent] = await Promise.all([
        calls.abort(task.confirmKey),
        ...[1, 2, 3].map((number) => rig.putPart(task, number, bytesOf(200_000, number))),
      ])
      assert.equal(aborted.status, 204)
      for (const { status } of sent) assert.ok(status === 200 || status === 404, String(status))
    }
    await rig.server.jobs.runAll()
    assert.deepEqual(await auditOf(rig.server.engine), { live, missing: [], unreferenced: [] })
  })
})

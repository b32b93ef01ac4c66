import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { AndroidClient, AndroidError, type AndroidSetup, partsOf, type Step } from './android-client.ts'
import { assertCosFailure, assertFailure, type Body, LIBRARIES, type Rig, startRig } from './rig.ts'
import { bytesOf, filesOf, MIB } from './upload-calls.ts'

const HOUR_MS = 3600_000
/** Seconds that the server's credentials live. */
const TTL_MS = 2 * HOUR_MS

describe('tencent-smh: the Android client', () => {
  let rig: Rig
  let token: string
  const files = filesOf()
  const directories = `directory/${LIBRARIES.file.id}/-`
  before(async () => {
    rig = await startRig()
    token = await rig.token('admin', { query: { period: 365 * 86_400 } })
    await rig.expect(201, 'PUT', `${directories}/dcim%2Fcamera`, { access_token: token }, { json: {} })
  })
  after(() => rig.stop())

  const client = (setup: Partial<AndroidSetup> = {}) => new AndroidClient(rig, { token, ...setup })
  /** The steps in any order: parts run side by side. */
  const sorted = (steps: readonly Step[]) => [...steps].sort()
  const partSteps = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, at) => `PUT part ${first + at} 200`)

  test('the Android client sends a short file with the headers of its task, and Host', async () => {
    const android = client()
    const bytes = bytesOf(1000, 1)
    const record = await android.upload('dcim/camera/IMG 1.jpg', bytes, {
      headers: { 'x-smh-meta-creation-date': '1700000000', 'x-smh-meta-local': 'a b' },
      confirm: { labels: ['trip', 'sea'], category: 'image' },
    })
    assert.deepEqual(android.steps, ['PUT start 201', 'PUT bytes 200', 'POST ?confirm 200'])
    assert.deepEqual(record.path, ['dcim', 'camera', 'IMG 1.jpg'])
    assert.deepEqual(record.metaData, { 'x-smh-meta-creation-date': '1700000000', 'x-smh-meta-local': 'a b' })
    const info = await rig.expect(200, 'GET', `${files}/dcim%2Fcamera%2FIMG%201.jpg`, {
      info: null,
      access_token: token,
    })
    assert.deepEqual([info.labels, info.category], [['trip', 'sea'], 'image'])
    assert.ok((await rig.download('dcim/camera/IMG 1.jpg'))?.equals(bytes))
    shows('tencent-smh', 'Android: short files')
  })

  test('the Android client uses the task of its hash round for a file below 2 MiB, and sends none that is known', async () => {
    const bytes = bytesOf(MIB + 1, 2)
    const first = client()
    await first.upload('dcim/camera/known.jpg', bytes)
    assert.deepEqual(first.steps, ['PUT start 201', 'PUT bytes 200', 'POST ?confirm 200'])
    const second = client()
    const record = await second.upload('dcim/camera/known.jpg', bytes)
    assert.deepEqual(second.steps, ['PUT start 202', 'PUT start 200'])
    assert.deepEqual(record.path, ['dcim', 'camera', 'known (1).jpg'])
    const third = client()
    const other = Buffer.concat([bytes.subarray(0, MIB), Buffer.from('x')])
    await third.upload('dcim/camera/other.jpg', other)
    assert.deepEqual(third.steps, ['PUT start 202', 'PUT start 201', 'PUT bytes 200', 'POST ?confirm 200'])
    assert.ok((await rig.download('dcim/camera/other.jpg'))?.equals(other))
    shows('tencent-smh', 'Android: hash round')
  })

  test('the Android client sends a long file in parts of 1 MiB beside each other', async () => {
    const android = client()
    const bytes = bytesOf(4 * MIB + 7, 3)
    await android.upload('dcim/camera/film.mp4', bytes)
    const [start, begin, ...sent] = android.steps
    assert.deepEqual(
      [start, begin, sent.pop()],
      ['PUT start 201', 'POST ?multipart 201', 'POST ?confirm 200'],
    )
    assert.deepEqual(sorted(sent), partSteps(1, 5))
    assert.ok((await rig.download('dcim/camera/film.mp4'))?.equals(bytes))
    shows('tencent-smh', 'Android: long files')
  })

  test('the Android client renews when less than 300 s of its credentials are left, and not before', async () => {
    const moves: Readonly<Record<number, number>> = { 1: TTL_MS - 310_000, 4: 20_000 }
    const android = client({ beforePart: (number) => rig.clock.advance(moves[number] ?? 0) })
    const bytes = bytesOf(9 * MIB, 4)
    await android.upload('dcim/camera/renewed.mp4', bytes)
    const renewals = android.steps.filter((step) => step === 'POST ?renew 200')
    assert.equal(renewals.length, 1)
    assert.equal(android.steps.filter((step) => step.endsWith('403')).length, 0)
    assert.ok((await rig.download('dcim/camera/renewed.mp4'))?.equals(bytes))
    shows('tencent-smh', 'Android: renewal ahead')
  })

  test('the Android client renews and sends a part again that was told Request has expired', async () => {
    let isFirst = true
    const android = client({
      beforePart: (number) => {
        if (number === 4 && isFirst) rig.clock.advance(3 * HOUR_MS)
        if (number === 4) isFirst = false
      },
    })
    const bytes = bytesOf(5 * MIB, 5)
    await android.upload('dcim/camera/late.mp4', bytes)
    assert.ok(android.steps.includes('PUT part 4 403'))
    assert.ok(android.steps.includes('POST ?renew 200'))
    assert.ok(android.steps.includes('PUT part 4 200'))
    assert.ok((await rig.download('dcim/camera/late.mp4'))?.equals(bytes))
    shows('tencent-smh', 'Android: Request has expired')
  })

  test('the Android client resumes after the parts whose quoted MD5 is that of its file, and sends the others', async () => {
    const bytes = bytesOf(6 * MIB + 5, 6)
    const task = await beginParts('dcim/camera/resumed.mp4')
    const parts = partsOf(bytes)
    for (const number of [1, 2, 5]) await send(task, number, parts[number - 1] ?? Buffer.alloc(0))
    await send(task, 3, bytesOf(MIB, 99))
    rig.clock.advance(24 * HOUR_MS)
    const android = client()
    const record = await android.resume(task.confirmKey, bytes)
    assert.equal(android.steps[0], 'GET ?upload 200')
    assert.deepEqual(sorted(android.steps.slice(1, -1)), partSteps(3, 7))
    assert.deepEqual(record.path, ['dcim', 'camera', 'resumed.mp4'])
    assert.ok((await rig.download('dcim/camera/resumed.mp4'))?.equals(bytes))
    shows('tencent-smh', 'Android: resume')
  })

  test('the Android client confirms again what it finds confirmed, and gets the same record', async () => {
    const bytes = bytesOf(2 * MIB, 7)
    const task = await beginParts('dcim/camera/again.mp4')
    for (const [at, part] of partsOf(bytes).entries()) await send(task, at + 1, part)
    const first = await client().resume(task.confirmKey, bytes)
    const android = client()
    assert.deepEqual(await android.resume(task.confirmKey, bytes), first)
    assert.deepEqual(android.steps, ['GET ?upload 200', 'POST ?confirm 200'])
    shows('tencent-smh', 'Android: resume of a confirmed upload')
  })

  test('the Android client asks a private deployment for the headers of a hundred parts at a time, one beyond the last', async () => {
    const android = client({ isPrivate: true })
    const bytes = bytesOf(102 * MIB + 5, 8)
    await android.upload('dcim/camera/private.mp4', bytes)
    const apiSteps = android.steps.filter((step) => !step.startsWith('PUT part'))
    assert.deepEqual(apiSteps, [
      'PUT start 201',
      'POST ?multipart 201',
      'POST ?renew 200',
      'POST ?confirm 200',
    ])
    assert.ok((await rig.download('dcim/camera/private.mp4'))?.equals(bytes))
    shows('tencent-smh', 'Android, private: partNumberRange')
  })

  test('the Android client resumes at a private deployment without credentials of the status, and renews the range it lacks', async () => {
    const bytes = bytesOf(4 * MIB, 9)
    const task = await beginParts('dcim/camera/private 2.mp4', { partNumberRange: '1-5' })
    await send(task, 1, partsOf(bytes)[0] ?? Buffer.alloc(0))
    const android = client({ isPrivate: true })
    await android.resume(task.confirmKey, bytes)
    assert.deepEqual(android.steps.slice(0, 2), ['GET ?upload 200', 'POST ?renew 200'])
    assert.deepEqual(sorted(android.steps.slice(2, -1)), partSteps(2, 4))
    assert.ok((await rig.download('dcim/camera/private 2.mp4'))?.equals(bytes))
    shows('tencent-smh', 'Android, private: resume')
  })

  test('the Android client confirms a stream that is read once without a crc64', async () => {
    const android = client()
    const bytes = bytesOf(2 * MIB + 1, 10)
    const record = await android.upload('dcim/camera/stream.bin', bytes, { isOneShot: true })
    assert.equal(android.steps[0], 'POST ?multipart 201')
    assert.equal(record.size, String(bytes.length))
    assert.match(String(record.crc64), /^\d+$/)
    shows('tencent-smh', 'Android: one-shot streams')
  })

  test('the Android client is told a wrong crc64 by its confirm, and that a quota is full by its start', async () => {
    const wrong = client().upload('dcim/camera/wrong.bin', bytesOf(10), { confirm: { crc64: '1' } })
    await assert.rejects(wrong, isFailure(400, 'BadCrc64'))
    await rig.expect(
      201,
      'POST',
      `quota/${LIBRARIES.file.id}`,
      { access_token: token },
      { json: { capacity: String(1024 ** 3), removeWhenExceed: false, removeAfterDays: 0 } },
    )
    const query = { access_token: token, filesize: 2 * 1024 ** 3, conflict_resolution_strategy: 'rename' }
    const full = await rig.call('PUT', `${files}/dcim%2Fcamera%2Ffull.bin`, query, { json: {} })
    assertFailure(full, 400, 'QuotaLimitReached')
    shows('tencent-smh', 'Android: failures')
  })

  test('the Android client follows conflict strategies: a taken name with ask is a conflict, with overwrite it is replaced', async () => {
    const path = 'dcim/camera/taken.bin'
    await client().upload(path, bytesOf(10, 11))
    await assert.rejects(
      client().upload(path, bytesOf(10, 12), { strategy: 'ask' }),
      isFailure(409, 'SameNameDirectoryOrFileExists'),
    )
    const record = await client().upload(path, bytesOf(10, 13), { strategy: 'overwrite' })
    assert.equal(record.isOverwritten, true)
    assert.ok((await rig.download(path))?.equals(bytesOf(10, 13)))
    shows('tencent-smh', 'Android: conflicts')
  })

  test('the Android client cancels, and what it goes on with is gone', async () => {
    const task = await beginParts('dcim/camera/cancelled.mp4')
    const android = client()
    await android.cancel(task.confirmKey)
    assert.deepEqual(android.steps, ['DELETE ?upload 204'])
    assertCosFailure(await rig.putPart(task, 1, bytesOf(10)), 404, 'NoSuchUpload')
    await assert.rejects(android.resume(task.confirmKey, bytesOf(MIB)), isFailure(404, 'UploadNotFound'))
    shows('tencent-smh', 'Android: cancel')
  })

  test('the Android client downloads by Location, which it does not follow, and by the link of info', async () => {
    const bytes = bytesOf(5000, 14)
    await client().upload('dcim/camera/read.jpg', bytes)
    const path = `${files}/dcim%2Fcamera%2Fread.jpg`
    const found = await rig.call('GET', path, { access_token: token })
    assert.equal(found.status, 302)
    assert.equal(found.headers['x-smh-meta-creation-date'], '1612167718')
    const info = await rig.expect(200, 'GET', path, { info: null, access_token: token })
    for (const url of [String(found.headers.location), String(info.cosUrl)]) {
      const answer = await sendWire(url, { method: 'GET' })
      assert.deepEqual([answer.status, answer.bytes.equals(bytes)], [200, true])
      const range = await sendWire(url, { method: 'GET', headers: { range: 'bytes=4990-' } })
      assert.deepEqual([range.status, range.bytes.equals(bytes.subarray(4990))], [206, true])
    }
    assertFailure(await rig.call('GET', `${files}/none.jpg`, { access_token: token }), 404, 'FileNotFound')
    shows('tencent-smh', 'Android: download')
  })

  test('the Android client lists with orderBy and orderByType, and asks again with If-None-Match', async () => {
    await rig.expect(201, 'PUT', `${directories}/listed`, { access_token: token }, { json: {} })
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) await client().upload(`listed/${name}`, bytesOf(10))
    const query = { access_token: token, limit: 2, orderBy: 'name', orderByType: 'desc' }
    const page = await rig.call('GET', `${directories}/listed`, query)
    assert.deepEqual(namesOf(page.body), ['c.jpg', 'b.jpg'])
    const marker = String(page.body?.nextMarker)
    const rest = await rig.expect(200, 'GET', `${directories}/listed`, { ...query, marker })
    assert.deepEqual([namesOf(rest), rest.nextMarker], [['a.jpg'], undefined])
    const headers = { 'if-none-match': String(page.headers.etag) }
    assert.equal((await rig.call('GET', `${directories}/listed`, query, { headers })).status, 304)
    shows('tencent-smh', 'Android: lists')
  })

  test('the Android client deletes by batches with permanent as 0 and 1, and reads tasks by taskId', async () => {
    for (const name of ['kept', 'gone']) await client().upload(`dcim/${name}.jpg`, bytesOf(10))
    const json = [
      { path: 'dcim/kept.jpg', permanent: 0 },
      { path: 'dcim/gone.jpg', permanent: 1 },
    ]
    const batch = `batch/${LIBRARIES.file.id}/-`
    const done = await rig.expect(200, 'POST', batch, { delete: null, access_token: token }, { json })
    const [kept, gone] = done.result as readonly Body[]
    assert.deepEqual([kept?.status, typeof kept?.recycledItemId, gone?.status], [200, 'number', 204])
    const many = Array.from({ length: 101 }, (_, at) => ({ path: `dcim/none-${at}`, permanent: 0 }))
    const { taskId } = await rig.expect(
      202,
      'POST',
      batch,
      { delete: null, access_token: token },
      { json: many },
    )
    const path = `task/${LIBRARIES.file.id}/-/${taskId}`
    const [task] = (await rig.expect(200, 'GET', path, { access_token: token })) as unknown as readonly Body[]
    assert.deepEqual([task?.taskId, task?.id], [taskId, taskId])
    shows('tencent-smh', 'Android: batches and tasks')
  })

  test('the Android client reads the request id of a failure from header and body, and the time of the server from Date', async () => {
    const failed = await rig.call('GET', `${files}/none.jpg`, { info: null, access_token: token })
    assertFailure(failed, 404, 'FileNotFound')
    assert.equal(failed.headers['x-request-id'], failed.body?.requestId)
    assert.ok(Number.isFinite(Date.parse(String(failed.headers.date))))
    shows('tencent-smh', 'Android: failures')
  })

  const namesOf = (body: Body | null) =>
    (body?.contents as readonly Body[] | undefined)?.map(({ name }) => name)

  const beginParts = (path: string, json: unknown = {}) =>
    rig.expect(
      201,
      'POST',
      `${files}/${encodeURIComponent(path)}`,
      { multipart: null, access_token: token },
      { json },
    )

  async function send(task: Body, number: number, bytes: Uint8Array): Promise<void> {
    assert.equal((await rig.putPart(task, number, bytes)).status, 200)
  }
})

const isFailure = (status: number, code: string) => (error: unknown) => {
  assert.ok(error instanceof AndroidError, String(error))
  assert.deepEqual([error.status, error.code], [status, code])
  return true
}

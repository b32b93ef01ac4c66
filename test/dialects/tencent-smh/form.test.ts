import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { auditOf } from '../../support/audit.ts'
import { shows } from '../../support/shows.ts'
import { sendWire, type WireAnswer } from '../../support/volcengine.ts'
import { assertCosFailure, assertFailure, type Body, type Rig, startRig } from './rig.ts'
import { bytesOf, callsOf, crc64Of, type TaskCalls } from './upload-calls.ts'

describe('tencent-smh: form uploads', () => {
  let rig: Rig
  let calls: TaskCalls
  before(async () => {
    rig = await startRig()
    calls = callsOf(rig, await rig.token())
  })
  after(() => rig.stop())

  test('the start of a form upload answers 201 with the fields of the document in their order', async () => {
    const body = await calls.begin('form', 'form.png')
    assert.deepEqual(Object.keys(body), [
      ...['domain', 'path', 'form', 'confirmKey', 'expiration', 'availableDomainNum'],
    ])
    assert.equal(body.path, '/')
    assert.deepEqual(Object.keys(body.form), [
      ...['key', 'acl', 'Content-Type', 'x-cos-security-token', 'policy', 'q-sign-algorithm', 'q-ak'],
      ...['q-key-time', 'q-signature'],
    ])
    assert.deepEqual(
      [body.form.acl, body.form['Content-Type'], body.form['q-sign-algorithm']],
      ['default', 'image/png', 'sha1'],
    )
    shows('tencent-smh', 'POST /file/{L}/{S}/{FilePath}')
  })

  test('a form with its fields first and the file last is answered 204 and confirmed', async () => {
    const bytes = bytesOf(150_000)
    const task = await calls.begin('form', 'form.png')
    const sent = await post(task, task.form, bytes)
    assert.equal(sent.status, 204, sent.bytes.toString())
    assert.equal(await rig.download('form.png'), null)
    const record = await calls.confirm(task.confirmKey, {}, { crc64: crc64Of(bytes) })
    assert.deepEqual([record.status, record.body?.contentType], [200, 'image/png'])
    assert.ok((await rig.download('form.png'))?.equals(bytes))
    shows('tencent-smh', 'POST {domain}/')
  })

  test('success_action_status asks for the answer to a form', async () => {
    const task = await calls.begin('form', 'status.png')
    for (const success_action_status of ['200', '201']) {
      const sent = await post(task, { ...task.form, success_action_status }, bytesOf(10))
      assert.equal(sent.status, Number(success_action_status))
    }
  })

  test('a form with another key, policy, signature or token is refused', async () => {
    const task = await calls.begin('form', 'mine.png')
    const other = await calls.begin('form', 'other.png')
    const changes: readonly (readonly [string, string, string])[] = [
      ['key', other.form.key ?? '', 'AccessDenied'],
      ['q-signature', '0'.repeat(40), 'SignatureDoesNotMatch'],
      ['policy', other.form.policy ?? '', 'SignatureDoesNotMatch'],
      ['x-cos-security-token', other.form['x-cos-security-token'] ?? '', 'InvalidAccessKeyId'],
      ['Content-Type', 'text/html', 'AccessDenied'],
    ]
    for (const [name, value, code] of changes) {
      assertCosFailure(await post(task, { ...task.form, [name]: value }, bytesOf(10)), 403, code)
    }
    assertFailure(await calls.confirm(task.confirmKey), 404, 'UploadIncomplete')
    shows('tencent-smh', 'form')
  })

  test('a form after its time is refused in the words that clients know', async () => {
    const task = await calls.begin('form', 'late.png')
    rig.clock.advance(2 * 3600_000 + 1000)
    const answer = await post(task, task.form, bytesOf(10))
    assertCosFailure(answer, 403, 'AccessDenied')
    assert.match(answer.bytes.toString(), /Request has expired/)
    calls = callsOf(rig, await rig.token())
    assert.equal((await calls.status(task.confirmKey)).status, 200)
  })

  test('a form for an upload that is confirmed or aborted is refused as NoSuchUpload', async () => {
    const done = await calls.begin('form', 'done.png')
    await post(done, done.form, bytesOf(10))
    await calls.confirm(done.confirmKey)
    const aborted = await calls.begin('form', 'aborted.png')
    await calls.abort(aborted.confirmKey)
    for (const task of [done, aborted]) {
      assertCosFailure(await post(task, task.form, bytesOf(10)), 404, 'NoSuchUpload')
    }
  })

  test('a form that is cut off or without a file leaves nothing behind', async () => {
    const task = await calls.begin('form', 'cut.png')
    const { live } = await auditOf(rig.server.engine)
    const { headers, body } = multipart(task.form, bytesOf(200_000))
    const cut = body.subarray(0, 100_000)
    const url = `http://${task.domain}/`
    const sent = await sendWire(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': cut.length },
      body: cut,
    })
    assert.equal(sent.status, 400)
    const bare = multipart(task.form, null)
    assert.equal((await sendWire(url, { method: 'POST', ...bare })).status, 400)
    assertFailure(await calls.confirm(task.confirmKey), 404, 'UploadIncomplete')
    assert.equal((await auditOf(rig.server.engine)).live, live)
  })

  test('what a form says of the file is kept as with other uploads', async () => {
    const options = { headers: { 'x-smh-meta-a': 'b' }, json: { labels: ['x'], category: 'c' } }
    const query = { conflict_resolution_strategy: 'overwrite', filesize: 10 }
    const task = await calls.begin('form', 'kept.png', query, options)
    await post(task, task.form, bytesOf(10))
    const { body } = await calls.confirm(task.confirmKey)
    assert.deepEqual([body?.metaData, body?.labels, body?.category], [{ 'x-smh-meta-a': 'b' }, ['x'], 'c'])
  })

  test('the voice API still takes what is posted to the same path', async () => {
    const answer = await sendWire(`${rig.url}/?Action=Nothing`, { method: 'POST', headers: {}, body: '{}' })
    assert.match(answer.bytes.toString(), /InvalidAction/)
  })
})

function post(task: Body, form: Readonly<Record<string, string>>, bytes: Uint8Array): Promise<WireAnswer> {
  return sendWire(`http://${task.domain}${task.path}`, { method: 'POST', ...multipart(form, bytes) })
}

/** The vendor's way: all fields as they are given, the file last. */
function multipart(form: Readonly<Record<string, string>>, bytes: Uint8Array | null) {
  const boundary = 'smh-form-boundary'
  const fields = Object.entries(form).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const file = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\n`
  const body = Buffer.concat([
    Buffer.from(fields.join('')),
    ...(bytes === null ? [] : [Buffer.from(file), bytes, Buffer.from('\r\n')]),
    Buffer.from(`--${boundary}--\r\n`),
  ])
  const headers = {
    'content-type': `multipart/form-data; boundary=${boundary}`,
    'content-length': String(body.length),
  }
  return { headers, body }
}

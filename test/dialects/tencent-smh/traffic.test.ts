import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { assertCosFailure, assertFailure, type Rig, startRig } from './rig.ts'
import { bytesOf, callsOf, stringsOf, type TaskCalls } from './upload-calls.ts'

const LOWEST = 102400

describe('tencent-smh: limits of traffic', () => {
  let rig: Rig
  let calls: TaskCalls
  before(async () => {
    rig = await startRig()
    calls = callsOf(rig, await rig.token())
  })
  after(() => rig.stop())

  test('a start with traffic_limit has the header with that very number', async () => {
    for (const kind of ['simple', 'multipart'] as const) {
      for (const traffic_limit of [102400, 819200, 104857600]) {
        const { headers } = await calls.begin(kind, 'limited.bin', { traffic_limit })
        assert.equal(headers['x-cos-traffic-limit'], traffic_limit)
      }
    }
    shows('tencent-smh', 'start: traffic_limit')
  })

  test('a traffic_limit out of its range is refused at every start', async () => {
    for (const kind of ['simple', 'form', 'multipart'] as const) {
      for (const traffic_limit of ['102399', '104857601', '0', '-1', 'x', '1.5']) {
        assertFailure(await calls.start(kind, 'a.bin', { traffic_limit }), 400, 'ParamInvalid')
      }
      for (const traffic_limit of ['102400', '104857600'])
        assert.equal((await calls.start(kind, 'a.bin', { traffic_limit })).status, 201)
    }
    shows('tencent-smh', 'traffic_limit')
  })

  test('a client that leaves the header out, or asks for more, is limited all the same', async () => {
    const task = await calls.begin('simple', 'sly.bin', { traffic_limit: LOWEST })
    const { 'x-cos-traffic-limit': _, ...headers } = stringsOf(task.headers)
    for (const more of [{}, { 'x-cos-traffic-limit': '104857600' }]) {
      const began = performance.now()
      const body = bytesOf(2 * LOWEST)
      const sent = await sendWire(`http://${task.domain}${task.path}`, {
        method: 'PUT',
        headers: { ...headers, ...more, 'content-length': body.length },
        body,
      })
      assert.equal(sent.status, 200)
      assert.ok(performance.now() - began > 1000)
    }
  })

  test('a form with a limit is as slow', async () => {
    const task = await calls.begin('form', 'slow-form.bin', { traffic_limit: LOWEST })
    const boundary = 'limited'
    const fields = Object.entries(task.form).map(
      ([name, value]) =>
        `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    const file = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n`
    const body = Buffer.concat([
      Buffer.from(fields.join('') + file),
      bytesOf(2 * LOWEST),
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ])
    const began = performance.now()
    const headers = {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': body.length,
    }
    const sent = await sendWire(`http://${task.domain}${task.path}`, { method: 'POST', headers, body })
    assert.equal(sent.status, 204, sent.bytes.toString())
    assert.ok(performance.now() - began > 1000)
  })

  test('a limit that a client sends must be one that there is', async () => {
    const task = await calls.begin('simple', 'a.bin')
    const headers = { ...stringsOf(task.headers), 'x-cos-traffic-limit': '1' }
    const sent = await sendWire(`http://${task.domain}${task.path}`, { method: 'PUT', headers, body: 'x' })
    assertCosFailure(sent, 400, 'InvalidArgument')
    shows('tencent-smh', 'COS InvalidArgument')
  })
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { RawClient } from '../../support/http-kit.ts'
import { sendWire } from '../../support/volcengine.ts'
import { assertCosFailure, type Rig, startRig } from './rig.ts'
import { bytesOf, callsOf, filesOf, MIB, sendParts, stringsOf } from './upload-calls.ts'

const INFO = 30

let rig: Rig
let token: string
before(async () => {
  rig = await startRig()
  token = await rig.token()
})
after(() => rig.stop())

interface Line {
  readonly [field: string]: unknown
  readonly level: number
}

/** The next request's line of the log that has this call, after `from` lines. */
async function lineOf(call: string, from: number): Promise<Line> {
  for (;;) {
    const found = rig.server.logLines.slice(from).map((line) => JSON.parse(line) as Line)
    const line = found.find((each) => each.call === call)
    if (line !== undefined) return line
    await pause(5)
  }
}

test('a signed request for what there is not is no error of the server’s log', async () => {
  const task = await callsOf(rig, token).begin('simple', 'copy.bin')
  const from = rig.server.logLines.length
  const headers = {
    ...stringsOf(task.headers),
    'x-cos-server-side-encryption': 'AES256',
    'content-length': '0',
  }
  const answer = await sendWire(`http://${task.domain}${task.path}`, { method: 'PUT', headers })
  assertCosFailure(answer, 501, 'NotImplemented')
  const { level, status, stack, error } = await lineOf('cos.put', from)
  assert.deepEqual([level, status, stack, error], [INFO, 501, undefined, 'not-implemented'])
})

test('a download whose file is deleted midway is cut off, and is no error of the server’s log', async () => {
  const calls = callsOf(rig, token)
  const parts = Array.from({ length: 40 }, (_, at) => bytesOf(MIB, at))
  const { confirmKey } = await sendParts(rig, calls, 'midway.bin', parts)
  assert.equal((await calls.confirm(confirmKey)).status, 200)
  const path = `${filesOf()}/midway.bin`
  const { headers } = await rig.call('GET', path, { access_token: token })
  const { host, pathname, search } = new URL(String(headers.location))
  const from = rig.server.logLines.length
  const client = await RawClient.connect(rig.server.port)
  client.send(`GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
  while (!client.received.startsWith('HTTP/1.1 200')) await pause(5)
  client.socket.pause()
  await rig.expect(204, 'DELETE', path, { access_token: token, permanent: 1 })
  for (let round = 0; round < 3; round++) await rig.server.jobs.runAll()
  client.socket.resume()
  await client.closed
  const { level, status, stack, error } = await lineOf('cos.get', from)
  assert.deepEqual([level, status, stack, error], [INFO, 200, undefined, 'object-not-found'])
})

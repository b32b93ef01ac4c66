import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reply } from '../../../http/types.ts'
import { type Segment, transcriptOf } from '../model/transcripts.ts'
import { envelope, success, transcriptEnvelope } from './answers.ts'

test('the answer has its keys in the order code, sid, data, message', () => {
  assert.equal(
    success('ost1', { url: 'u' }).body,
    '{"code":0,"sid":"ost1","data":{"url":"u"},"message":"success"}',
  )
  assert.equal(success('ost1').body, '{"code":0,"sid":"ost1","message":"success"}')
})

test('an answer is JSON in UTF-8 with the status asked for', () => {
  const reply = envelope(500, { code: 10001, sid: 'ost1', message: 'm' })
  assert.equal(reply.status, 500)
  assert.deepEqual(reply.headers, { 'content-type': 'application/json; charset=utf-8' })
})

const segments = (count: number): readonly Segment[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ begin: index * 10, end: index * 10 + 5, text: `"*" ${index} ${'x'.repeat(40)}` },
    speaker: index % 2 === 0 ? 'a' : null,
  }))

async function transcript(count: number): Promise<Reply> {
  const data = { force_refresh: '0', task_id: '1', task_status: '3', task_type: 'distribute_task' }
  return transcriptEnvelope(
    { code: 0, sid: 's', data, message: 'success' },
    await transcriptOf(segments(count)),
  )
}

test('a short transcript is answered in one go, its keys in alphabetical order', async () => {
  const { body } = await transcript(0)
  const result = '{"file_length":0,"lattice":[],"lattice2":[]}'
  assert.equal(
    body,
    `{"code":0,"data":{"force_refresh":"0","result":${result},"task_id":"1","task_status":"3","task_type":"distribute_task"},"message":"success","sid":"s"}`,
  )
})

test('a long transcript is answered in pieces that make the same answer, others in between', async () => {
  const count = 5001
  const { body } = await transcript(count)
  assert.ok(typeof body === 'object' && body !== null && Symbol.asyncIterator in body)
  let turns = 0
  const pieces: Uint8Array[] = []
  for await (const piece of body) {
    setImmediate(() => (turns += 1))
    pieces.push(piece)
  }
  // Eleven slices of each of the two lists, and three parts of the envelope.
  assert.equal(pieces.length, 25)
  assert.ok(turns >= 24, String(turns))
  const { data } = JSON.parse(Buffer.concat(pieces).toString())
  assert.equal(data.result.file_length, (count - 1) * 10 + 5)
  assert.deepEqual(data.result.lattice, data.result.lattice2)
  const said = data.result.lattice.map(
    (item: { json_1best: { st: { rt: { ws: { cw: { w: string }[] }[] }[] } } }) =>
      item.json_1best.st.rt[0]?.ws.flatMap(({ cw }) => cw.map(({ w }) => w)).join(''),
  )
  assert.deepEqual(
    said,
    segments(count).map(({ text }) => text),
  )
  const [last] = data.result.lattice.slice(-1)
  assert.deepEqual([last.json_1best.st.si, last.json_1best.st.rl], ['5000', '1'])
  assert.equal(last.json_1best.st.rt[0].ws.length, 2)
})

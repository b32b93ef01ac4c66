import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { withoutTable } from '../../support/broken-table.ts'
import { MovableClock, startTestServer, type TestServer } from '../../support/harness.ts'
import { TaskClient } from './task-rig.ts'
import {
  type Answer,
  APP,
  answerTo,
  Client,
  createBody,
  download,
  formBody,
  jsonBody,
  OTHER_APP,
  openPost,
  PATHS,
  post,
  postTask,
  queryBody,
  SECOND_APP,
  sha256,
  TASK_PATHS,
  urlOf,
} from './wire-client.ts'

const SID = /^ost[0-9a-f]{8}@dx[0-9a-f]{18}$/
const clock = new MovableClock()
let server: TestServer
let tasks: TaskClient
let url: string
before(async () => {
  const settings = {
    'iflytek_ost.recogniser': 'fixture',
    'iflytek_ost.audio_size_max_bytes': '100000',
  }
  server = await startTestServer({ clock, settings })
  tasks = new TaskClient(server.url)
  url = urlOf(await new Client(server.url).upload(randomBytes(5000), {}, 'voice.wav'))
})
after(() => server.stop())

function refused(answer: Answer, code: number, message: string): void {
  assert.equal(answer.status, 200, answer.text)
  assert.match(answer.type, /^application\/json/)
  assert.deepEqual(Object.keys(answer.json), ['code', 'message', 'sid'])
  assert.deepEqual([answer.json.code, answer.json.message], [code, message])
  assert.match(answer.json.sid ?? '', SID)
}

test('pro_create answers code, data.task_id, message, sid', async () => {
  const answer = await tasks.create(url)
  assert.equal(answer.status, 200)
  assert.match(
    answer.text,
    /^\{"code":0,"data":\{"task_id":"\d{24}"\},"message":"success","sid":"ost[0-9a-f]{8}@dx[0-9a-f]{18}"\}$/,
  )
  const digits = new Date(Date.now() + 8 * 3600_000).toISOString().slice(2, 10).replaceAll('-', '')
  assert.equal(answer.json.data?.task_id?.slice(0, 6), digits)
})

test('a task waits, then it is done, and its result has the shape of the vendor', async () => {
  const task_id = await tasks.begin(url)
  const waiting = await tasks.query(task_id)
  const data = { force_refresh: '0', task_id, task_status: '1', task_type: 'distribute_task' }
  assert.deepEqual(waiting.json, { code: 0, data, message: 'success', sid: waiting.json.sid })
  assert.equal(
    waiting.text.replace(/"ost[^"]*"/, '""'),
    JSON.stringify({ code: 0, data, message: 'success', sid: '' }),
  )
  await server.jobs.runAll()
  const done = await tasks.query(task_id)
  const word = (w: string, wp: string, wb: number, we: number) => ({ cw: [{ w, wc: '1.0000', wp }], wb, we })
  const item = (at: number, [begin, end]: readonly [number, number], spk: string, ws: readonly object[]) => {
    const rt = [{ nb: '1', nc: '1.0', ws }]
    const times = { bg: String(begin), ed: String(end) }
    const st = { ...times, pa: '0', pt: 'reserved', rl: spk, rt, sc: '0.00', si: String(at) }
    return { begin: String(begin), end: String(end), json_1best: { st }, lid: '0', spk }
  }
  const lattice = [
    item(0, [0, 1200], '1', [word('你好，', 'n', 1, 120)]),
    item(1, [1200, 2500], '1', [word('这是一段测试语音。', 'n', 1, 130)]),
    item(2, [2600, 4000], '2', [word('This is a fixed transcript.', 'n', 1, 140), word('', 'g', 140, 140)]),
  ]
  assert.deepEqual(done.json, {
    ...{ code: 0, message: 'success', sid: done.json.sid },
    data: { ...data, task_status: '3', result: { file_length: 4000, lattice, lattice2: lattice } },
  })
})

test('a repeated request_id makes tasks of their own', async () => {
  assert.notEqual(await tasks.begin(url), await tasks.begin(url))
})

test('task calls are signed like upload calls, for either host of the vendor', async () => {
  for (const host of ['ost-api.xfyun.cn', 'upload-ost-api.xfyun.cn', new URL(server.url).host]) {
    const answer = await postTask(server.url, TASK_PATHS.create, createBody(url), APP, {
      signedHost: () => host,
    })
    assert.equal(answer.json.code, 0, answer.text)
  }
  const forged = { ...APP, apiSecret: OTHER_APP.apiSecret }
  for (const path of Object.values(TASK_PATHS)) {
    const answer = await postTask(server.url, path, createBody(url), forged)
    assert.deepEqual([answer.status, answer.text], [401, '{"message":"HMAC signature does not match"}'])
    const unsigned = openPost(server.url, path, ['Host', 'x', 'Content-Type', 'application/json'])
    unsigned.end()
    assert.deepEqual((await answerTo(unsigned)).text, '{"message":"Unauthorized"}')
  }
})

test('demo-py queries a task with the digest of another body than it sends', async () => {
  const taskId = await tasks.begin(url)
  const digest = () => `SHA-256=${sha256(jsonBody(createBody(url)).bytes)}`
  const authorization = (text: string) => text.replace(', ', ',')
  const answer = await postTask(server.url, TASK_PATHS.query, queryBody(taskId), APP, {
    digest,
    authorization,
  })
  assert.equal(answer.json.code, 0)
})

test('pro_create needs no more than app_id and audio_url, and passes over what it does not know', async () => {
  const least = { common: { app_id: APP.appId }, data: { audio_url: url } }
  const most = {
    ...createBody(url),
    business: {
      request_id: 7,
      vspp_on: 1,
      speaker_num: 2,
      pd: 'edu',
      dhw: 'a,b',
      seg_max: 5,
      language_type: 1,
    },
    data: { ...createBody(url).data, audio_size: 5000 },
    more: [],
  }
  for (const body of [least, most]) {
    const answer = await tasks.send(TASK_PATHS.create, body)
    assert.equal(answer.json.code, 0, answer.text)
  }
})

test('a field that is missing is 10163, and app_id is 10313', async () => {
  const { common, business } = createBody(url)
  const create = (body: unknown) => tasks.send(TASK_PATHS.create, body)
  refused(await create({ common, business }), 10163, 'audio_url must not be empty')
  refused(await create({ common, business, data: { audio_url: '' } }), 10163, 'audio_url must not be empty')
  refused(await tasks.send(TASK_PATHS.query, { common }), 10163, 'task_id must not be empty')
  for (const path of Object.values(TASK_PATHS)) {
    const empty = 'app_id must not be empty'
    refused(await tasks.send(path, {}), 10313, empty)
    refused(await tasks.send(path, { common: { app_id: '' }, business: {} }), 10313, empty)
    const foreign = { common: { app_id: SECOND_APP.appId }, business: { task_id: '1' } }
    refused(await tasks.send(path, foreign), 10313, 'app_id is not the application of the api_key')
  }
})

test('a body that cannot be read is 10107, and so is a field of another type', async () => {
  const { common, data } = createBody(url)
  for (const path of Object.values(TASK_PATHS)) {
    refused(await tasks.send(path, '{'), 10107, 'request body must be a JSON object')
    refused(await tasks.send(path, []), 10107, 'request body must be a JSON object')
    refused(await tasks.send(path, { common: 'x' }), 10107, 'param decode error: common must be an object')
    const form = formBody([{ name: 'x', content: 'y' }])
    refused(await post(server.url, path, form), 10107, 'Content-Type must be application/json')
  }
  const wrong = { common, business: { language: 1 }, data }
  refused(await tasks.send(TASK_PATHS.create, wrong), 10107, 'param decode error: language must be a text')
})

test('a query with an unknown field is 10107', async () => {
  const body = queryBody(await tasks.begin(url))
  for (const [name, changed] of Object.entries({
    force_refresh: { ...body, business: { ...body.business, force_refresh: '1' } },
    data: { ...body, data: {} },
    uid: { ...body, common: { ...body.common, uid: 'x' } },
  })) {
    refused(await tasks.send(TASK_PATHS.query, changed), 10107, `param decode error: unknown field "${name}"`)
  }
})

test('a value that is not allowed is 10303', async () => {
  const body = createBody(url)
  for (const [message, data] of Object.entries({
    'audio_src is not valid': { ...body.data, audio_src: 'local' },
    'audio_url is not valid': { ...body.data, audio_url: `http://x/${'x'.repeat(5000)}` },
    'format is not valid': { ...body.data, format: 'a\u0000b' },
    'encoding is not valid': { ...body.data, encoding: 'x'.repeat(65) },
    'audio_url cannot be used: not an http or https URL': { ...body.data, audio_url: 'file:///etc/passwd' },
    'audio_url cannot be used: the host is not listed': {
      ...body.data,
      audio_url: 'http://example.com/a.wav',
    },
  })) {
    refused(await tasks.send(TASK_PATHS.create, { ...body, data }), 10303, message)
  }
})

test('a file of another app, of another account, or none at all is 10303', async () => {
  const message = 'audio_url leads to no file of this app'
  for (const keys of [SECOND_APP, OTHER_APP]) {
    refused(await new TaskClient(server.url, keys).create(url), 10303, message)
  }
  const wrong = url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  refused(await tasks.create(wrong), 10303, 'audio_url cannot be used: the host is not listed')
})

test('a file that is larger than allowed is 10303', async () => {
  const large = urlOf(await new Client(server.url).upload(randomBytes(100_001)))
  refused(await tasks.create(large), 10303, 'audio_url leads to a file of more than 100000 bytes')
})

test('the url of a file is known by whatever name the server was reached', async () => {
  const elsewhere = new URL(url)
  elsewhere.host = 'media.example.com'
  assert.equal((await tasks.create(elsewhere.href)).json.code, 0)
})

test('a task that cannot be pushed is 10007', async () => {
  await withoutTable(server, 'tasks', async () => {
    refused(await tasks.create(url), 10007, 'task could not be pushed')
  })
  assert.equal((await tasks.create(url)).json.code, 0)
})

test('a task_id that there is not, of another app or with other digits is 10401', async () => {
  const taskId = await tasks.begin(url)
  for (const keys of [SECOND_APP, OTHER_APP]) {
    refused(await new TaskClient(server.url, keys).query(taskId), 10401, 'no data found')
  }
  const other = taskId.replace(/^./, (first) => (first === '9' ? '8' : '9'))
  for (const id of [other, '250428101934461357198994', 'probe', '0', '1'.repeat(40), "' or 1=1"]) {
    refused(await tasks.query(id), 10401, 'no data found')
  }
})

test('a task is found for 7 days, then it is 10401', async () => {
  const dated = new TaskClient(server.url, APP, { date: () => new Date(clock.now()).toUTCString() })
  const taskId = await dated.begin(url)
  await server.jobs.runAll()
  clock.advance(7 * 24 * 3600_000 - 60_000)
  assert.equal(await dated.status(taskId), '3')
  clock.advance(120_000)
  refused(await dated.query(taskId), 10401, 'no data found')
  clock.advance(-7 * 24 * 3600_000 - 60_000)
})

test('the url of a task is still a download', async () => {
  await tasks.begin(url)
  await server.jobs.runAll()
  assert.equal((await download(url)).length, 5000)
  assert.equal(
    (await post(server.url, PATHS.init, jsonBody({ request_id: 1, app_id: APP.appId }))).json.code,
    0,
  )
})

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { MovableClock, startTestServer, type TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { createBody, postTask, queryBody, refused, TASK_PATHS, TaskClient } from './task-rig.ts'
import {
  APP,
  answerTo,
  Client,
  download,
  jsonBody,
  OTHER_APP,
  openPost,
  PATHS,
  PLAIN,
  post,
  sha256,
  urlOf,
} from './wire-client.ts'

const clock = new MovableClock()
let server: TestServer
let tasks: TaskClient
let url: string
before(async () => {
  server = await startTestServer({ clock, settings: { 'iflytek_ost.recogniser': 'fixture' } })
  tasks = new TaskClient(server.url)
  url = urlOf(await new Client(server.url).upload(randomBytes(5000), {}, 'voice.wav'))
})
after(() => server.stop())

test('pro_create answers code, data.task_id, message, sid', async () => {
  const answer = await tasks.create(url)
  assert.equal(answer.status, 200)
  assert.match(
    answer.text,
    /^\{"code":0,"data":\{"task_id":"\d{24}"\},"message":"success","sid":"ost[0-9a-f]{8}@dx[0-9a-f]{18}"\}$/,
  )
  shows('iflytek-ost', 'code, data, message, sid of task calls')
  const digits = new Date(Date.now() + 8 * 3600_000).toISOString().slice(2, 10).replaceAll('-', '')
  assert.equal(answer.json.data?.task_id?.slice(0, 6), digits)
  assert.equal(await tasks.status(String(answer.json.data?.task_id)), '1')
  shows('iflytek-ost', 'POST /v2/ost/pro_create')
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
  shows('iflytek-ost', 'POST /v2/ost/query', 'data.result', 'what uploads are for')
})

test('a repeated request_id makes tasks of their own', async () => {
  assert.notEqual(await tasks.begin(url), await tasks.begin(url))
  shows('iflytek-ost', 'pro_create, repeated')
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
  shows('iflytek-ost', 'host ost-api.xfyun.cn')
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
  shows('iflytek-ost', 'demo-py, task')
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
  shows('iflytek-ost', 'business, other fields of pro_create')
})

test('a task is found for 7 days, then it is 10401', async () => {
  const dated = new TaskClient(server.url, APP, { date: () => new Date(clock.now()).toUTCString() })
  const taskId = await dated.begin(url)
  await server.jobs.runAll()
  clock.advance(7 * 24 * 3600_000 - 60_000)
  assert.equal(await dated.status(taskId), '3')
  clock.advance(120_000)
  refused(await dated.query(taskId), 10401, 'no data found')
  shows('iflytek-ost', 'life of a result')
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

test('a query may be signed with the digest of the body that made the task, always with the same query', async () => {
  const [task, other] = [await tasks.begin(url), await tasks.begin(url)]
  const made = PLAIN.digest(jsonBody(createBody(url)))
  // No other test signs at that second.
  const date = new Date(Date.now() - 100_000).toUTCString()
  const query = (task_id: string) =>
    postTask(server.url, TASK_PATHS.query, queryBody(task_id), APP, { digest: () => made, date: () => date })
  for (let poll = 0; poll < 3; poll++) assert.equal((await query(task)).json.data?.task_id, task)
  const replayed = await query(other)
  assert.deepEqual([replayed.status, replayed.json.message], [401, 'HMAC signature does not match'])
  const create = await postTask(server.url, TASK_PATHS.create, createBody(url), APP, {
    digest: () => PLAIN.digest(jsonBody(queryBody(task))),
  })
  assert.equal(create.status, 401)
})

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { OPTIONS } from '../../../src/dialects/iflytek-ost/options.ts'
import { withoutTable } from '../../support/broken-table.ts'
import { startTestServer, type TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { createBody, queryBody, refused, TASK_PATHS, TaskClient } from './task-rig.ts'
import { APP, Client, formBody, OTHER_APP, post, SECOND_APP, urlOf } from './wire-client.ts'

let server: TestServer
let tasks: TaskClient
let url: string
before(async () => {
  server = await startTestServer({ settings: { 'iflytek_ost.audio_size_max_bytes': '100000' } })
  tasks = new TaskClient(server.url)
  url = urlOf(await new Client(server.url).upload(randomBytes(5000), {}, 'voice.wav'))
})
after(() => server.stop())

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
  shows('iflytek-ost', '10163, 10313')
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
  shows('iflytek-ost', '10107')
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
  assert.equal((await tasks.send(TASK_PATHS.query, body)).json.code, 0)
  shows('iflytek-ost', 'query, other fields')
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
  shows('iflytek-ost', '10303')
  const longest = { ...body.data, format: 'a'.repeat(64), encoding: '~'.repeat(64) }
  assert.equal((await tasks.send(TASK_PATHS.create, { ...body, data: longest })).json.code, 0)
  shows('iflytek-ost', 'data.audio_src, format, encoding')
})

test('a file of another app, of another account, or none at all is 10303', async () => {
  const message = 'audio_url leads to no file of this app'
  for (const keys of [SECOND_APP, OTHER_APP]) {
    refused(await new TaskClient(server.url, keys).create(url), 10303, message)
  }
  const wrong = url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  refused(await tasks.create(wrong), 10303, 'audio_url cannot be used: the host is not listed')
  const { common, business } = createBody(url)
  refused(await tasks.send(TASK_PATHS.create, { common, business }), 10163, 'audio_url must not be empty')
  assert.equal((await tasks.create(url)).json.code, 0)
  shows('iflytek-ost', 'data.audio_url')
})

test('a file that is larger than allowed is 10303', async () => {
  const large = urlOf(await new Client(server.url).upload(randomBytes(100_001)))
  refused(await tasks.create(large), 10303, 'audio_url leads to a file of more than 100000 bytes')
  const largest = urlOf(await new Client(server.url).upload(randomBytes(100_000)))
  assert.equal((await tasks.create(largest)).json.code, 0)
  assert.equal(OPTIONS.audioSizeMax.fallback, 524_288_000)
  shows('iflytek-ost', 'size of audio')
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
  shows('iflytek-ost', '10007')
})

test('a task is 10007 where too many of its app are not done, and goes again when one is', async () => {
  const settings = { 'iflytek_ost.tasks_max': '2', 'iflytek_ost.recogniser': 'fixture' }
  const small = await startTestServer({ settings })
  try {
    const audio = async (keys = APP) => urlOf(await new Client(small.url, keys).upload('x'))
    const [own, others] = [new TaskClient(small.url), new TaskClient(small.url, SECOND_APP)]
    const [mine, theirs] = [await audio(), await audio(SECOND_APP)]
    for (const _ of [1, 2]) await own.begin(mine)
    refused(await own.create(mine), 10007, 'task could not be pushed: 2 tasks are not done yet')
    await others.begin(theirs)
    await small.jobs.runAll()
    await own.begin(mine)
    shows('iflytek-ost', '10007, too many tasks')
  } finally {
    await small.stop()
  }
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
  shows('iflytek-ost', '10401')
})

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { tone } from '../../../demo/sounds.ts'
import { asAccountId, type ObjectId } from '../../../src/core/ids.ts'
import { ACCOUNT, startTestServer, type TestServer, temporaryFolder } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import {
  printSegment,
  refused,
  resultOf,
  shellRecogniser,
  TaskClient,
  taskFailures,
  textOf,
} from './task-rig.ts'
import { type Answer, Client, urlOf } from './wire-client.ts'

const README = join(import.meta.dirname, '../../../src/dialects/iflytek-ost/README.md')
const noJq = spawnSync('jq', ['--version']).status === 0 ? false : 'the example needs jq'
const HASH = printSegment(`$(sha256sum < "$1" | cut -d' ' -f1)`)
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function withRecogniser(
  t: TestContext,
  recogniser: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  const server = await startTestServer({
    settings: { 'iflytek_ost.recogniser': recogniser, 'iflytek_ost.slice_size_min_bytes': '1', ...settings },
  })
  t.after(() => server.stop())
  return server
}

/** What a task over these bytes ends with. */
async function transcribed(
  server: TestServer,
  bytes: Uint8Array = tone(1),
  filename = 'voice.wav',
): Promise<Answer> {
  const tasks = new TaskClient(server.url)
  const taskId = await tasks.begin(urlOf(await new Client(server.url).upload(bytes, {}, filename)))
  await server.jobs.runAll()
  return tasks.query(taskId)
}

function failedBecause({ json }: Answer, reason: string): void {
  assert.deepEqual([json.code, json.data?.task_status, json.message], [0, '-1', reason])
  assert.equal(json.data?.message, reason)
  assert.equal(json.data?.result, undefined)
}

test('the recogniser reads the bytes of the file, wherever they lie', async (t) => {
  const server = await withRecogniser(t, shellRecogniser(HASH))
  for (const size of [0, 10, 300_000]) {
    const bytes = randomBytes(size)
    assert.equal(textOf(await transcribed(server, bytes)), sha256(bytes))
  }
  const client = new Client(server.url)
  const uploadId = await client.begin()
  const slices = [randomBytes(200_000), randomBytes(5), randomBytes(70_000)]
  for (const [at, bytes] of slices.entries()) await client.slice(uploadId, at + 1, bytes)
  const tasks = new TaskClient(server.url)
  const taskId = await tasks.begin(urlOf(await client.complete(uploadId)))
  await server.jobs.runAll()
  assert.equal(textOf(await tasks.query(taskId)), sha256(Buffer.concat(slices)))
})

test('the path of the file is the last argument, or stands in place of {file}', async (t) => {
  const paths = 'for word in "$@"; do printf \'{"begin":0,"end":1,"text":"%s,"}\\n\' "$word"; done'
  const last = await withRecogniser(t, JSON.stringify(['/bin/sh', '-c', paths, 'sh', '-a', '$b;']))
  assert.match(textOf(await transcribed(last)), /^-a,\$b;,\/.+\/audio\.wav,$/)
  const placed = JSON.stringify(['/bin/sh', '-c', paths, 'sh', '--in={file}', '-x'])
  assert.match(textOf(await transcribed(await withRecogniser(t, placed))), /^--in=\/.+\/audio\.wav,-x,$/)
})

test('the ending of the file is that of its bytes, or else of its name', async (t) => {
  const server = await withRecogniser(t, shellRecogniser(printSegment('$(basename "$1")')))
  const name = async (bytes: Buffer, filename: string) => textOf(await transcribed(server, bytes, filename))
  assert.equal(await name(tone(1), 'voice'), 'audio.wav')
  assert.equal(await name(Buffer.from('ID3...'), 'voice.txt'), 'audio.mp3')
  assert.equal(await name(Buffer.from([0xff, 0xfb, 0x90, 0]), 'up_1'), 'audio.mp3')
  assert.equal(await name(Buffer.from('other'), 'voice.M4A'), 'audio.m4a')
  assert.equal(await name(Buffer.from('other'), 'voice.$(id)'), 'audio.pcm')
})

test('segments come in order of time, with speakers, and what is not asked for is passed over', async (t) => {
  const lines = [
    '{"begin":2000,"end":3000.4,"text":"world","speaker":7,"confidence":0.5}',
    '',
    '{"begin":0,"end":1000,"text":" hello\\n","speaker":"anna"}',
  ]
  const server = await withRecogniser(t, shellRecogniser(`printf '%s\\n' '${lines.join("' '")}'`))
  const answer = await transcribed(server)
  assert.equal(textOf(answer), ' hello world')
  assert.deepEqual(
    resultOf(answer).lattice.map(({ begin, end, spk }) => [begin, end, spk]),
    [
      ['0', '1000', 'anna'],
      ['2000', '3000', '7'],
    ],
  )
})

test('a recogniser that prints nothing has heard nothing', async (t) => {
  assert.equal(textOf(await transcribed(await withRecogniser(t, '/bin/true'))), '')
})

test('without a recogniser a task fails, and says so', async (t) => {
  const server = await startTestServer()
  t.after(() => server.stop())
  failedBecause(await transcribed(server), 'no recogniser is configured')
  shows('iflytek-ost', 'data.task_status -1')
  assert.match(taskFailures(server).join('\n'), /given up.*|iflytek_ost\.recogniser/)
})

const BROKEN: Readonly<Record<string, readonly [script: string, reason: string, log: RegExp]>> = {
  'ends with another status than 0': [
    'echo no model >&2; exit 3',
    'the recogniser failed',
    /ended with 3: no model/,
  ],
  dies: ['kill -9 $$', 'the recogniser failed', /ended by SIGKILL/],
  'takes too long': ['sleep 1000', 'the recogniser took too long', /took too long/],
  'writes too much': ['yes', 'the recogniser wrote too much', /wrote too much/],
  'prints a line that is no JSON': [
    `${printSegment('x')}; echo '[00:00] hello'`,
    'the output of the recogniser cannot be read',
    /line 2 of the recogniser's output/,
  ],
  'leaves a field out': [
    `echo '{"begin":1,"text":"x"}'`,
    'the output of the recogniser cannot be read',
    /line 1 .*: end is not a time/,
  ],
  'turns time back': [
    `echo '{"begin":2,"end":1,"text":"x"}'`,
    'the output of the recogniser cannot be read',
    /end is before begin/,
  ],
}

for (const [does, [script, reason, log]] of Object.entries(BROKEN)) {
  test(`a recogniser that ${does} makes its task fail, once, and the log says why`, async (t) => {
    const server = await withRecogniser(t, shellRecogniser(script), {
      'iflytek_ost.recogniser_timeout_s': '1',
      'iflytek_ost.recogniser_output_max_bytes': '1000',
    })
    failedBecause(await transcribed(server), reason)
    assert.equal(taskFailures(server).length, 1)
    assert.match(taskFailures(server)[0] ?? '', log)
    assert.match(taskFailures(server)[0] ?? '', /given up/)
  })
}

test('a recogniser may take recogniser_timeout_s, and is ended then', async (t) => {
  const script = shellRecogniser(`sleep 2; ${printSegment('late')}`)
  const hasty = await withRecogniser(t, script, { 'iflytek_ost.recogniser_timeout_s': '1' })
  failedBecause(await transcribed(hasty), 'the recogniser took too long')
  const patient = await withRecogniser(t, script, { 'iflytek_ost.recogniser_timeout_s': '600' })
  assert.equal(textOf(await transcribed(patient)), 'late')
  shows('iflytek-ost', 'time of a recogniser')
})

test('a recogniser that is not there makes its task fail', async (t) => {
  const server = await withRecogniser(t, '/no/such/program')
  failedBecause(await transcribed(server), 'the recogniser could not be started')
})

test('a file that was deleted makes its task fail', async (t) => {
  const server = await withRecogniser(t, shellRecogniser(HASH))
  const tasks = new TaskClient(server.url)
  const taskId = await tasks.begin(urlOf(await new Client(server.url).upload('x')))
  const { tasks: kept, objects } = server.engine.core
  const account = asAccountId(ACCOUNT.id)
  const [task] = await kept.find({ account, scope: null, ids: [Number(taskId.slice(15))] })
  assert.ok(task !== undefined)
  const source = task.input.source as { readonly object: ObjectId }
  await objects.delete({ account, id: source.object })
  await server.jobs.runAll()
  failedBecause(await tasks.query(taskId), 'the audio is not there any more')
})

test('nothing of a file is left on this machine after its task', async (t) => {
  for (const script of [HASH, 'touch "$1.txt" more; exit 1']) {
    const server = await withRecogniser(t, shellRecogniser(script))
    await transcribed(server, randomBytes(300_000))
    assert.deepEqual(readdirSync(join(server.dataDir, 'programs')), [])
  }
})

test('a recogniser is told what the client says of its audio', async (t) => {
  const server = await withRecogniser(
    t,
    shellRecogniser(printSegment('$OST_LANGUAGE $OST_ACCENT $OST_ENCODING $OST_FORMAT')),
  )
  assert.equal(textOf(await transcribed(server)), 'zh_cn mandarin raw audio/L16;rate=16000')
  shows('iflytek-ost', 'business.language, accent, data.encoding, format')
})

test('the example of whisper.cpp in the README is a recogniser', { skip: noJq }, async (t) => {
  const folder = temporaryFolder()
  const [, script = ''] =
    /```sh\n(#!\/bin\/sh\nset -e\nwhisper-cli[\s\S]*?)```/.exec(readFileSync(README, 'utf8')) ?? []
  const heard = { timestamps: {}, offsets: { from: 0, to: 2500 }, text: ' Hello there.' }
  const json = JSON.stringify({ result: { language: 'en' }, transcription: [heard] })
  const whisper = `#!/bin/sh\nwhile [ "$1" != -of ]; do shift; done; echo progress; echo '${json}' > "$2.json"\n`
  for (const [name, text] of Object.entries({ transcribe: script, 'whisper-cli': whisper })) {
    writeFileSync(join(folder, name), text, { mode: 0o755 })
  }
  const path = `PATH=${folder}:/usr/local/bin:/usr/bin:/bin`
  const server = await withRecogniser(t, JSON.stringify(['/usr/bin/env', path, join(folder, 'transcribe')]))
  const answer = await transcribed(server)
  assert.equal(textOf(answer), ' Hello there.')
  assert.equal(resultOf(answer).lattice[0]?.end, '2500')
})

test('a file of a listed host is fetched, and one that the host does not give makes its task fail', async (t) => {
  const bytes = randomBytes(100_000)
  const origin = createServer((request, response) => {
    if (request.url === '/voice.mp3') response.end(bytes)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve))
  t.after(() => origin.close())
  const server = await withRecogniser(t, shellRecogniser(HASH), {
    'iflytek_ost.fetch_hosts': '127.0.0.1',
    'iflytek_ost.audio_size_max_bytes': '100000',
  })
  const tasks = new TaskClient(server.url)
  const at = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`
  const [there, gone] = [await tasks.begin(`${at}/voice.mp3`), await tasks.begin(`${at}/gone.mp3`)]
  await server.jobs.runAll()
  assert.equal(textOf(await tasks.query(there)), sha256(bytes))
  failedBecause(await tasks.query(gone), 'the audio could not be fetched')
  const unlisted = await tasks.create(`${at.replace('127.0.0.1', 'localhost')}/voice.mp3`)
  refused(unlisted, 10303, 'audio_url cannot be used: the host is not listed')
  shows('iflytek-ost', 'data.audio_url, elsewhere')
})

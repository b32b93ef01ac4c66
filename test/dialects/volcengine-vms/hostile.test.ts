import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { auditOf } from '../../support/audit.ts'
import { RawClient } from '../../support/http-kit.ts'
import { seeded } from '../../support/seeded.ts'
import { shows } from '../../support/shows.ts'
import { compactNow, sendWire, signVms, type VmsBody, type VmsCall, wav } from '../../support/volcengine.ts'
import { ACCOUNT, assertError, type Rig, startRig } from './rig.ts'

let rig: Rig
before(async () => {
  rig = await startRig()
})
after(() => rig.stop())

const invalid = (subject: string) => ({
  status: 400,
  code: 'InvalidParameter',
  message: `The specified parameter ${subject} is invalid.`,
  reason: 'RequestParametersError',
})

const raw = (body: string | Uint8Array, contentType = 'application/json'): Partial<VmsCall> => ({
  raw: body,
  contentType,
})

async function assertWell(): Promise<void> {
  assert.equal((await rig.answer('QueryUsableResource', { Type: 0 })).status, 200)
}

/** Nothing is stored that no upload holds, and no upload was started by what was refused. */
async function assertNothingLeft(live: number): Promise<void> {
  assert.deepEqual(await auditOf(rig.server.engine), { live, missing: [], unreferenced: [] })
}

/** The head of a signed call, and what its body has to be, for requests whose bytes go out by hand. */
function signedHead(action: string, body: string, length: number | 'chunked'): string {
  const rawQuery = `Action=${action}&Version=2022-01-01`
  const signed = signVms({
    method: 'POST',
    rawQuery,
    headers: { 'content-type': 'application/json', host: new URL(rig.url).host },
    body,
    keys: ACCOUNT,
    date: compactNow(rig.clock.now()),
  })
  const lines = Object.entries(signed).map(([name, value]) => `${name}: ${value}\r\n`)
  const framing = length === 'chunked' ? 'transfer-encoding: chunked' : `content-length: ${length}`
  return `POST /?${rawQuery} HTTP/1.1\r\n${lines.join('')}${framing}\r\n\r\n`
}

const codeOf = (body: string): string | undefined =>
  (JSON.parse(body) as VmsBody).ResponseMetadata.Error?.Code

test('bodies that are no JSON object are refused', async () => {
  const bodies = [
    ...['{', '[]', '"text"', '1', 'null', '{"FileName":}', '{"FileName":"a"}x', '{"a":1e999}', '\u0000'],
    ...['{"FileName":"a","FileName":"b"}', '{"FileName":"\\ud800"}', '{FileName:"a"}', "{'FileName':'a'}"],
    ...['['.repeat(100_000), '{"a":'.repeat(100_000), `{"a":${'['.repeat(40)}${']'.repeat(40)}}`],
  ]
  for (const body of bodies) {
    assertError(await rig.answer('GetResourceUploadUrl', undefined, raw(body)), invalid('body'))
  }
  const notUtf8 = Buffer.concat([Buffer.from('{"FileName":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])
  assertError(await rig.answer('GetResourceUploadUrl', undefined, raw(notUtf8)), invalid('body'))
  await assertWell()
  shows('volcengine-vms', 'any, from hostile input')
})

test('forms and queries that cannot be read are refused', async () => {
  const form = 'application/x-www-form-urlencoded'
  assertError(
    await rig.answer('OpenDeleteResource', undefined, raw('ResourceKey=%zz', form)),
    invalid('request'),
  )
  assertError(
    await rig.answer('OpenDeleteResource', undefined, raw('ResourceKey=%ff', form)),
    invalid('request'),
  )
  const notUtf8 = Buffer.concat([Buffer.from('ResourceKey='), Buffer.from([0xff])])
  assertError(await rig.answer('OpenDeleteResource', undefined, raw(notUtf8, form)), invalid('request'))
  for (const query of ['Action=%zz', 'Action=%c3%28', '%=1']) {
    const { status, bytes } = await sendWire(`${rig.url}/?${query}`, { method: 'POST' })
    assert.deepEqual([status, codeOf(bytes.toString())], [400, 'InvalidParameter'])
  }
  shows('volcengine-vms', 'any, from hostile input')
})

test('10,000 parameters are refused', async () => {
  const pairs = Array.from({ length: 10_000 }, (_, index) => `p${index}=1`).join('&')
  const form = raw(`${pairs}&Type=0`, 'application/x-www-form-urlencoded')
  assertError(await rig.answer('QueryUsableResource', undefined, form), invalid('body'))
  const json = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`p${index}`, index]))
  assert.equal(
    (await rig.answer('QueryUsableResource', { ...json, Type: 0 })).status,
    200,
    'JSON is bounded by size',
  )
  const fields = (count: number) =>
    raw(`Type=0${'&p=1'.repeat(count - 1)}`, 'application/x-www-form-urlencoded')
  assert.equal((await rig.answer('QueryUsableResource', undefined, fields(1000))).status, 200)
  assertError(await rig.answer('QueryUsableResource', undefined, fields(1001)), invalid('body'))
  const { status } = await sendWire(`${rig.url}/?${pairs}`, { method: 'POST' })
  assert.ok(status === 414 || status === 431, `status ${status}`)
  shows('volcengine-vms', 'fields of a form')
})

test('a parameter that stands twice is refused where it is needed', async () => {
  const form = raw('Type=0&Type=1', 'application/x-www-form-urlencoded')
  assertError(await rig.answer('QueryUsableResource', undefined, form), invalid('Type'))
  shows('volcengine-vms', 'any')
})

test('names of the language’s own are fields like any other', async () => {
  const body = '{"__proto__":{"Type":0},"constructor":1,"toString":2}'
  assertError(await rig.answer('QueryUsableResource', undefined, raw(body)), {
    status: 400,
    code: 'MissingParameter',
  })
  await assertWell()
})

test('a body over 256 KiB is refused, announced or not', async () => {
  const body = `{"Type":0,"Pad":"${'x'.repeat(256 * 1024)}"}`
  assertError(await rig.answer('QueryUsableResource', undefined, raw(body)), invalid('body'))
  const client = await RawClient.connect(rig.server.port)
  client.send(signedHead('QueryUsableResource', body, 'chunked'))
  for (let at = 0; at < body.length; at += 65_536) {
    const piece = body.slice(at, at + 65_536)
    client.send(`${piece.length.toString(16)}\r\n${piece}\r\n`)
  }
  client.send('0\r\n\r\n')
  const answer = await client.answer()
  assert.deepEqual([answer.status, codeOf(answer.body)], [400, 'InvalidParameter'])
  client.destroy()
  shows('volcengine-vms', 'body of a call')
})

test('a large body is not read for a caller who is not known', async () => {
  const client = await RawClient.connect(rig.server.port)
  client.send(
    signedHead('QueryUsableResource', '', 1024 * 1024 * 1024).replace(ACCOUNT.access_key, 'AKLTNOBODY'),
  )
  const answer = await client.answer()
  assert.deepEqual([answer.status, codeOf(answer.body)], [403, 'InvalidAccessKeyId'])
  client.destroy()
})

test('content types that are neither JSON nor a form are refused', async () => {
  for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'nonsense']) {
    const answer = await rig.answer('QueryUsableResource', undefined, raw('{"Type":0}', type))
    assertError(answer, invalid('Content-Type'))
  }
  const upper = raw('{"Type":0}', 'APPLICATION/JSON;charset="utf-8"')
  assert.equal((await rig.answer('QueryUsableResource', undefined, upper)).status, 200)
  shows('volcengine-vms', 'any, from hostile input')
})

test('methods that the API does not have are refused in its own words', async () => {
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const { status, bytes } = await sendWire(`${rig.url}/?Action=QueryUsableResource`, { method })
    assert.deepEqual([status, codeOf(bytes.toString())], [400, 'InvalidAction'], method)
  }
  shows('volcengine-vms', 'any, from hostile input')
})

test('HEAD calls no action, signed or not', async () => {
  const key = await rig.make('head.wav', wav(1))
  const rawQuery = `Action=OpenDeleteResource&Version=2022-01-01&ResourceKey=${key}`
  const host = new URL(rig.url).host
  const headers = signVms({ method: 'HEAD', rawQuery, headers: { host }, body: '', keys: ACCOUNT })
  for (const sent of [headers, {}]) {
    const answer = await sendWire(`${rig.url}/?${rawQuery}`, { method: 'HEAD', headers: sent })
    assert.equal(answer.status, 400)
  }
  assert.equal((await rig.list({ Type: 0, Keyword: key })).length, 1)
})

test('headers of 1 MB are refused and the server stays up', async () => {
  const client = await RawClient.connect(rig.server.port)
  client.send(
    `POST /?Action=QueryUsableResource HTTP/1.1\r\nhost: x\r\nx-date: ${'1'.repeat(1024 * 1024)}\r\n\r\n`,
  )
  assert.match(await client.rest(), /^(HTTP\/1\.1 431 |$)/)
  await assertWell()
})

test('long signatures, lists and dates are refused without harm', async () => {
  const long = 'a'.repeat(12_000)
  const list = Array.from({ length: 5000 }, (_, index) => `h${index}`).join(';')
  const credential = `${ACCOUNT.access_key}/20260102/cn-north-1/vms/request`
  const authorizations = [
    `HMAC-SHA256 Credential=${long}, SignedHeaders=x-date, Signature=a`,
    `HMAC-SHA256 Credential=${credential}, SignedHeaders=${list}, Signature=a`,
    `HMAC-SHA256 Credential=${credential}, SignedHeaders=x-date, Signature=${long}`,
    `HMAC-SHA256 ${'Credential=a,'.repeat(1000)}`,
    `HMAC-SHA256 ${'='.repeat(10_000)}`,
    long,
  ]
  for (const authorization of authorizations) {
    for (const date of [compactNow(rig.clock.now()), long, '20260231T000000Z', '00000000T000000Z']) {
      const { status, bytes } = await sendWire(`${rig.url}/?Action=QueryUsableResource&Version=2022-01-01`, {
        method: 'POST',
        headers: { authorization, 'x-date': date, 'content-length': 0 },
      })
      assert.ok(status >= 400 && status < 500, `status ${status}`)
      assert.ok(codeOf(bytes.toString()))
    }
  }
})

test('a body cut short, or whose client went away, does nothing', async () => {
  const body = '{"FileName":"cut.wav"}'
  const before = await auditOf(rig.server.engine)
  for (const framing of [body.length + 100, 'chunked'] as const) {
    const client = await RawClient.connect(rig.server.port)
    client.send(signedHead('GetResourceUploadUrl', body, framing))
    client.send(framing === 'chunked' ? `${body.length.toString(16)}\r\n${body}` : body)
    client.socket.end()
    const rest = await client.rest()
    assert.ok(rest === '' || rest.startsWith('HTTP/1.1 400 '), rest)
    const aborted = await RawClient.connect(rig.server.port)
    aborted.send(signedHead('GetResourceUploadUrl', body, framing))
    aborted.socket.resetAndDestroy()
  }
  await assertWell()
  await assertNothingLeft(before.live)
})

test('a body longer than its announced length is not the body that was signed', async () => {
  const body = '{"FileName":"long.wav"}'
  const client = await RawClient.connect(rig.server.port)
  client.send(signedHead('GetResourceUploadUrl', body, body.length - 1) + body)
  const answer = await client.answer()
  assert.deepEqual([answer.status, codeOf(answer.body)], [401, 'SignatureNotMatch'])
  client.destroy()
  await assertWell()
})

test('a PUT cut short or aborted leaves nothing behind', async () => {
  const url = new URL(await rig.uploadUrl('cut-put.wav'))
  const { live } = await auditOf(rig.server.engine)
  for (const finish of ['end', 'reset'] as const) {
    const client = await RawClient.connect(rig.server.port)
    client.send(
      `PUT ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-length: 1000000\r\n\r\n`,
    )
    client.send(wav(20))
    if (finish === 'end') client.socket.end()
    else client.socket.resetAndDestroy()
    await client.closed
  }
  await assertWell()
  await rig.server.jobs.runAll()
  assertError(await rig.answer('CommitResourceUpload', { FileName: 'cut-put.wav' }), {
    status: 400,
    code: 'InvalidParameter',
    message: 'The specified parameter FileName is invalid.',
    reason: 'RESOURCE_IS_NONE',
  })
  await assertNothingLeft(live)
})

test('paths below an account that are no file name are refused', async () => {
  const { pathname, search } = new URL(await rig.uploadUrl('safe.wav'))
  const account = `/${ACCOUNT.id}/`
  for (const path of [
    `${account}..%2f..%2fetc%2fpasswd`,
    `${account}%2e%2e`,
    `${account}a%00b`,
    `${account}a/b`,
    account,
    `${account}%ff`,
    `/volc-voice-resource-bucket${account}..%5c`,
    '/volc-voice-resource-bucket/none/a.wav',
    pathname.toUpperCase(),
  ]) {
    const { status } = await sendWire(`${rig.url}${path}${search}`, {
      method: 'PUT',
      headers: { 'content-length': 1 },
      body: 'x',
    })
    assert.ok(status >= 400 && status < 500, `${path} ${status}`)
  }
})

test('random bytes in parameters never bring the server down', async (t) => {
  const random = seeded(t)
  const actions = ['GetResourceUploadUrl', 'CommitResourceUpload', 'OpenUpdateResource', 'OpenCreateTts']
  const names = [
    'FileName',
    'ResourceKey',
    'Name',
    'TtsTemplateContent',
    'TtsOption',
    'Remark',
    'DryRun',
    'Type',
  ]
  const value = () => Buffer.from(random.bytes(random.int(40))).toString('latin1')
  for (let round = 0; round < 200; round++) {
    const fields = Object.fromEntries(names.filter(() => random.int(2) === 0).map((name) => [name, value()]))
    const action = actions[random.int(actions.length)] ?? ''
    const call = random.int(2) === 0 ? { json: fields } : { form: fields }
    const { status } = await rig.answer(action, undefined, call)
    assert.ok(status === 200 || status === 400, `${action} ${JSON.stringify(fields)} ${status}`)
  }
  await assertWell()
})

test('neither secrets nor signed URLs reach the log', async () => {
  const url = await rig.uploadUrl('log.wav')
  await rig.put(url, wav(1))
  await rig.commit('log.wav')
  const log = rig.server.logLines.join('\n')
  assert.match(log, /CommitResourceUpload/)
  const signature = new URL(url).searchParams.get('X-Tos-Signature') ?? assert.fail()
  for (const secret of [ACCOUNT.secret_key, signature, 'Signature=']) assert.ok(!log.includes(secret), secret)
})

test('ServiceUnavailable: the server is going down', async () => {
  const going = await startRig()
  const busy = await RawClient.connect(going.server.port)
  const waiting = await RawClient.connect(going.server.port)
  const url = new URL(await going.uploadUrl('slow.wav'))
  busy.send(
    `PUT ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-length: 10\r\nexpect: 100-continue\r\n\r\n`,
  )
  assert.equal(await busy.interim(), 100)
  const stopped = going.stop()
  waiting.send(
    `POST /?Action=QueryUsableResource&Version=2022-01-01 HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n`,
  )
  const answer = await waiting.answer()
  assert.deepEqual([answer.status, codeOf(answer.body)], [503, 'ServiceUnavailable'])
  busy.destroy()
  await stopped
  shows('volcengine-vms', 'ServiceUnavailable')
})

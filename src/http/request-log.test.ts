import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Handlers, startKit } from '../../test/support/http-kit.ts'
import { CoreError } from '../core/errors.ts'
import { readBody } from './body.ts'
import { RequestFault } from './faults.ts'
import { errorNotes, isLoud } from './request-log.ts'

class OwnError extends Error {
  readonly code = 'SignatureNotMatch'
}

const HANDLERS: Handlers = {
  'POST /upload/*': async (exchange) => {
    exchange.note({ size: 5, call: 'upload.part' })
    return { status: 200, body: await readBody(exchange, 100) }
  },
  'GET /core': () => {
    throw new CoreError('upload-not-found', 'no such upload', { number: 7 })
  },
  'GET /storage': () => {
    throw new CoreError('storage-failed', 'the disk broke', {}, new Error('EIO'))
  },
  'GET /own': () => {
    throw new OwnError('the signature is another')
  },
  'GET /bug': () => {
    const nothing: { readonly at?: { readonly x: number } } = {}
    return { status: Number((nothing.at as { readonly x: number }).x) }
  },
  'GET /odd': () => {
    throw 'text'
  },
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`

test('one line tells all there is to know of a request, but not what it said', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const line = await kit.lineOf(
    'POST /upload/secret-path?token=sesame HTTP/1.1\r\nHost: h\r\nAuthorization: sesame\r\nContent-Length: 5\r\n\r\nhello',
  )
  assert.deepEqual(line, {
    call: 'upload.part',
    size: 5,
    requestId: 'test-1',
    dialect: 'test',
    method: 'POST',
    status: 200,
    bytesIn: 5,
    bytesOut: 5,
    durationMs: 0,
    remote: '127.0.0.1',
  })
  assert.equal(kit.lines.length, 1)
})

test('failures carry their code; stacks only what nobody expected', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const { error, reason, detail, call } = await kit.lineOf(get('/core'))
  assert.deepEqual(
    [error, reason, detail, call],
    ['upload-not-found', 'no such upload', { number: 7 }, 'GET /core'],
  )
  const storage = await kit.lineOf(get('/storage'))
  assert.equal(storage.error, 'storage-failed')
  assert.match(String(storage.stack), /the disk broke[\s\S]+caused by: Error: EIO/)
  const own = await kit.lineOf(get('/own'))
  assert.deepEqual([own.error, own.reason], ['SignatureNotMatch', 'the signature is another'])
  const bug = await kit.lineOf(get('/bug'))
  assert.equal(bug.error, 'TypeError')
  assert.match(String(bug.stack), /request-log\.test\.ts/)
  assert.equal((await kit.lineOf(get('/odd'))).error, 'unknown')
})

test('what nobody expected keeps its stack, whatever status the dialect answers with', () => {
  for (const failure of [
    new TypeError('bug'),
    new CoreError('storage-failed', 'broke', {}, new Error('EIO')),
    'text',
  ]) {
    assert.ok('stack' in errorNotes(failure, 200))
  }
  const system = Object.assign(new Error('no file'), { code: 'ENOENT', syscall: 'open' })
  assert.ok('stack' in errorNotes(system, 200))
  for (const failure of [
    new OwnError('x'),
    new CoreError('upload-not-found', 'x'),
    new RequestFault('timeout', 'x'),
  ]) {
    assert.ok(!('stack' in errorNotes(failure, 200)))
  }
  assert.deepEqual(errorNotes(Object.assign(new Error('x'), { code: 10005 }), 200), {
    error: 10005,
    reason: 'x',
  })
})

test('what the server does not offer is no failure of its own', () => {
  const notOffered = { status: 501, ...errorNotes(new OwnError('no copies here'), 501) }
  assert.deepEqual(notOffered, { status: 501, error: 'SignatureNotMatch', reason: 'no copies here' })
  assert.equal(isLoud(notOffered), false)
  const broken = new CoreError('storage-failed', 'broke', {}, new Error('EIO'))
  for (const [error, status] of [
    [broken, 500],
    [new CoreError('unavailable', 'away'), 503],
    [new TypeError('bug'), 501],
    [broken, 200],
  ] as const) {
    const notes = { status, ...errorNotes(error, status) }
    assert.ok('stack' in notes && isLoud(notes), `${error.message} at ${status}`)
  }
  assert.equal(isLoud({ status: 500 }), true)
  assert.equal(isLoud({ status: 503, call: 'healthz' }), false)
  assert.equal(isLoud({ status: 503, call: 'x' }), true)
  assert.equal(isLoud({ status: 404, error: 'x' }), false)
})

test('what no surface answers has its line and an id too', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const unknown = await kit.lineOf(get('/secret-path?token=sesame'))
  assert.match(String(unknown.requestId), /^[0-9a-f]{32}$/)
  assert.deepEqual([unknown.dialect, unknown.call, unknown.status], ['none', 'unknown', 404])
  const { headers } = await kit.ask(get('/nothing'))
  assert.equal(kit.lines.at(-1)?.requestId, headers['x-request-id'])
  assert.equal((await kit.lineOf(get('/healthz'))).call, 'healthz')
  const fault = await kit.lineOf(get('/upload/x'))
  assert.deepEqual([fault.error, fault.call, fault.status], ['method-not-allowed', 'none', 400])
  assert.equal(JSON.stringify(kit.lines).includes('sesame'), false)
  assert.equal(JSON.stringify(kit.lines).includes('secret-path'), false)
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, get, request } from 'node:https'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { newAuthority } from '../../test/support/certificates.ts'
import { gate, type Handlers, type Kit, RawClient, startKit } from '../../test/support/http-kit.ts'
import { readBody } from './body.ts'
import type { HttpLimits } from './limits.ts'
import type { TlsListener } from './tls.ts'

const HOUR_MS = 3_600_000
const HANDLERS: Handlers = {
  'GET /': () => ({ status: 200, body: 'fine' }),
  'POST /': async (exchange) => ({ status: 200, body: await readBody(exchange, 100) }),
}

const authority = await newAuthority()
const certificate = await authority.issue(['localhost', '127.0.0.1'])
const named = await authority.issue(['named.example'])

interface SecureKit extends Kit {
  readonly tls: TlsListener
  readonly agent: Agent
  /** The status and body of one request. */
  fetchTls(path?: string, agent?: Agent): Promise<{ readonly status: number; readonly body: string }>
  /** A connection whose handshake is over. */
  secure(options?: ConnectionOptions): Promise<TLSSocket>
}

async function startSecureKit(
  t: TestContext,
  handlers = HANDLERS,
  limits: Partial<HttpLimits> = {},
): Promise<SecureKit> {
  const kit = await startKit(t, handlers, limits)
  const tls = await kit.server.listenTls('127.0.0.1', 0, {
    certificateFor: async (name) => (name === 'named.example' ? named : null),
  })
  tls.present(certificate)
  const agent = new Agent({ ca: authority.pem, keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const fetchTls = (path = '/', by = agent) => {
    const asked = Promise.withResolvers<{ status: number; body: string }>()
    get({ host: '127.0.0.1', port: tls.port, path, agent: by }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      response.on('end', () => asked.resolve({ status: response.statusCode ?? 0, body }))
    }).on('error', asked.reject)
    return asked.promise
  }
  const secure = async (options: ConnectionOptions = {}) => {
    const socket = connectTls({ host: '127.0.0.1', port: tls.port, ca: authority.pem, ...options })
    t.after(() => socket.destroy())
    await once(socket, 'secureConnect')
    return socket
  }
  return { ...kit, tls, agent, fetchTls, secure }
}

/** The code of what ends a handshake. */
async function failure(port: number, options: ConnectionOptions): Promise<unknown> {
  const socket = connectTls({ host: '127.0.0.1', port, ca: authority.pem, ...options })
  try {
    await once(socket, 'secureConnect')
    return null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  } finally {
    socket.destroy()
  }
}

test('HTTP and HTTPS are answered beside each other, by the same surfaces and in one log', async (t) => {
  const kit = await startSecureKit(t)
  assert.deepEqual(await kit.fetchTls(), { status: 200, body: 'fine' })
  assert.equal((await kit.ask('GET / HTTP/1.1\r\nHost: h\r\n\r\n')).body, 'fine')
  assert.deepEqual(
    kit.lines.map(({ call, status, remote }) => [call, status, remote]),
    [
      ['GET /', 200, '127.0.0.1'],
      ['GET /', 200, '127.0.0.1'],
    ],
  )
  assert.notEqual(kit.port, kit.tls.port)
})

test('a body comes by HTTPS, also where its sender waits for 100 Continue', async (t) => {
  const kit = await startSecureKit(t)
  const asked = request({
    ...{ host: '127.0.0.1', port: kit.tls.port, agent: kit.agent, method: 'POST' },
    headers: { expect: '100-continue', 'content-length': 5 },
  })
  asked.flushHeaders()
  await once(asked, 'continue')
  asked.end('bytes')
  const [response] = await once(asked, 'response')
  assert.equal(String(await once(response, 'data')), 'bytes')
})

test('TLS 1.2 and 1.3 are spoken, nothing older', async (t) => {
  const { tls, secure } = await startSecureKit(t)
  assert.equal((await secure({ maxVersion: 'TLSv1.2' })).getProtocol(), 'TLSv1.2')
  assert.equal((await secure()).getProtocol(), 'TLSv1.3')
  for (const version of ['TLSv1', 'TLSv1.1'] as const) {
    const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const
    assert.equal(await failure(tls.port, old), 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', version)
  }
})

test('a name with a certificate of its own gets that, any other one the listener’s', async (t) => {
  const { secure } = await startSecureKit(t)
  const ofName = await secure({ servername: 'named.example' })
  assert.equal(ofName.getPeerCertificate().subjectaltname, 'DNS:named.example')
  const own = await secure({ servername: 'localhost' })
  assert.equal(own.getPeerCertificate().subjectaltname, 'DNS:localhost, IP Address:127.0.0.1')
})

test('a certificate is replaced without a connection noticing', async (t) => {
  const kit = await startSecureKit(t)
  const before = await kit.secure()
  await kit.fetchTls()
  const [socket] = Object.values(kit.agent.freeSockets).flat()
  const next = await authority.issue(['localhost', '127.0.0.1', 'next.example'])
  kit.tls.present(next)
  await kit.fetchTls()
  assert.equal(Object.values(kit.agent.freeSockets).flat()[0], socket)
  before.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
  assert.match(String(await once(before, 'data')), /^HTTP\/1\.1 200 /)
  assert.match(String((await kit.secure()).getPeerCertificate().subjectaltname), /next\.example/)
})

test('before there is a certificate, handshakes fail and HTTP is answered', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const { port } = await kit.server.listenTls('127.0.0.1', 0)
  assert.match(String(await failure(port, {})), /^ERR_SSL_/)
  assert.equal((await kit.ask('GET / HTTP/1.1\r\nHost: h\r\n\r\n')).status, 200)
})

test('plain HTTP on the port of HTTPS is told so', async (t) => {
  const kit = await startSecureKit(t)
  const client = await RawClient.connect(kit.tls.port)
  const line = kit.nextLine()
  client.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
  const answer = await client.answer()
  assert.deepEqual([answer.status, answer.body], [400, '{"message":"this port speaks HTTPS"}'])
  await client.closed
  assert.deepEqual(await line, {
    ...{ dialect: 'none', call: 'malformed', status: 400, remote: '127.0.0.1' },
    error: 'ERR_SSL_HTTP_REQUEST',
  })
})

test('a failed handshake is a line in the log', async (t) => {
  const kit = await startSecureKit(t)
  const line = kit.nextLine()
  await failure(kit.tls.port, { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })
  const { call, error } = await line
  assert.deepEqual([call, error], ['handshake', 'ERR_SSL_UNSUPPORTED_PROTOCOL'])
})

test('the limit on connections is one for all listeners', async (t) => {
  const kit = await startSecureKit(t, HANDLERS, { connectionsMax: 1 })
  const secure = await kit.secure()
  const ended = new Promise((resolve) => secure.on('error', () => {}).once('close', resolve))
  assert.equal((await kit.ask('GET / HTTP/1.1\r\nHost: x\r\n\r\n')).status, 200)
  await ended
})

test('a connection counts before its handshake', async (t) => {
  const kit = await startSecureKit(t, HANDLERS, { connectionsMax: 1 })
  const silent = await RawClient.connect(kit.tls.port)
  assert.equal((await kit.ask('GET / HTTP/1.1\r\nHost: x\r\n\r\n')).status, 200)
  await silent.closed
})

test('so many handshakes of one address go on at a time, and the oldest ends for one more', async (t) => {
  const kit = await startSecureKit(t, HANDLERS, { addressHandshakesMax: 1 })
  const silent = await RawClient.connect(kit.tls.port)
  assert.deepEqual(await kit.fetchTls(), { status: 200, body: 'fine' })
  await silent.closed
})

test('a client that never begins its handshake is let go', async (t) => {
  const kit = await startSecureKit(t, HANDLERS, { headersMs: 50 })
  const silent = await RawClient.connect(kit.tls.port)
  await silent.closed
})

test('what is no HTTP, and what takes too long, is refused by TLS as well', async (t) => {
  const kit = await startSecureKit(t, HANDLERS, { headersMs: 3000 })
  for (const [sent, status] of [
    ['no HTTP\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\n', 408],
  ] as const) {
    const socket = await kit.secure()
    socket.write(sent)
    assert.ok(String(await once(socket, 'data')).startsWith(`HTTP/1.1 ${status} `))
    await once(socket, 'end')
  }
})

test('drain finishes what is in flight on both, and ends handshakes', async (t) => {
  const started = { plain: gate(), secure: gate() }
  const finished = gate()
  const slow = (which: 'plain' | 'secure') => async () => {
    started[which].open()
    await finished.opened
    return { status: 200, body: which }
  }
  const kit = await startSecureKit(t, { 'GET /plain': slow('plain'), 'GET /secure': slow('secure') })
  const client = await kit.connect()
  client.send('GET /plain HTTP/1.1\r\nHost: h\r\n\r\n')
  const secure = kit.fetchTls('/secure')
  const shaking = await RawClient.connect(kit.tls.port)
  await Promise.all([started.plain.opened, started.secure.opened])
  const drained = kit.server.drain({ graceMs: HOUR_MS })
  for (const port of [kit.port, kit.tls.port]) {
    assert.equal(
      (await once(connect(port, '127.0.0.1'), 'connect').catch((error) => error)).code,
      'ECONNREFUSED',
    )
  }
  finished.open()
  assert.equal((await client.answer()).body, 'plain')
  assert.equal((await secure).body, 'secure')
  assert.equal(await drained, true)
  await shaking.closed
})

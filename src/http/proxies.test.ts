import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, type TestContext, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { newAuthority } from '../../test/support/certificates.ts'
import { type Handlers, type Kit, type KitOptions, RawClient, startKit } from '../../test/support/http-kit.ts'
import { readBody } from './body.ts'

const LOOPBACK = ['127.0.0.0/8']
const HANDLERS: Handlers = {
  'GET /': (exchange) => ({ status: 200, body: exchange.remoteAddress }),
  'POST /': async (exchange) => ({ status: 200, body: String(await readBody(exchange, 1_000_000)) }),
}

const get = (forwardedFor?: string): string =>
  `GET / HTTP/1.1\r\nHost: x\r\n${forwardedFor === undefined ? '' : `X-Forwarded-For: ${forwardedFor}\r\n`}\r\n`

const start = (t: TestContext, options: KitOptions): Promise<Kit> => startKit(t, HANDLERS, {}, options)

describe('X-Forwarded-For', () => {
  test('of a trusted proxy names the client, for handlers and the log', async (t) => {
    const kit = await start(t, { trustedProxies: LOOPBACK })
    assert.equal((await kit.ask(get('203.0.113.9'))).body, '203.0.113.9')
    assert.equal((await kit.lineOf(get('198.51.100.1, 203.0.113.9'))).remote, '203.0.113.9')
    assert.equal((await kit.ask(get())).body, '127.0.0.1')
  })

  test('of anybody else says nothing', async (t) => {
    const kit = await start(t, { trustedProxies: ['192.0.2.0/24'] })
    assert.equal((await kit.ask(get('203.0.113.9'))).body, '127.0.0.1')
    assert.equal((await kit.lineOf(get('203.0.113.9'))).unheardProxy, true)
    assert.equal('unheardProxy' in (await kit.lineOf(get())), false)
  })

  test('gives each client behind a proxy a budget of its own', async (t) => {
    const address = { requestsMax: 0, callsPerSecond: 1, bytesInPerSecond: 0, bytesOutPerSecond: 0 }
    const kit = await startKit(
      t,
      HANDLERS,
      { address, addressConnectionsMax: 1 },
      {
        ...{ trustedProxies: LOOPBACK, ticks: () => 0 },
      },
    )
    const proxy = await kit.connect()
    const ask = async (client: string) => {
      proxy.send(get(client))
      return (await proxy.answer()).status
    }
    for (let call = 0; call < 5; call += 1) assert.equal(await ask('203.0.113.9'), 200)
    assert.equal(await ask('203.0.113.9'), 400)
    assert.equal(await ask('203.0.113.10'), 200)
    assert.equal((await kit.ask(get('203.0.113.11'))).status, 200)
  })
})

const V1 = 'PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n'
const V2 = Buffer.from('0d0a0d0a000d0a515549540a2111000ccb007109c0000201126f01bb', 'hex')

describe('the PROXY protocol', () => {
  const options = { trustedProxies: LOOPBACK, proxyProtocol: true }

  for (const [version, preface] of [
    ['1', V1],
    ['2', V2],
  ] as const) {
    test(`version ${version} names the client of a connection`, async (t) => {
      const kit = await start(t, options)
      const client = await kit.connect()
      const line = kit.nextLine()
      client.send(Buffer.concat([Buffer.from(preface), Buffer.from(get())]))
      assert.equal((await client.answer()).body, '203.0.113.9')
      assert.equal((await line).remote, '203.0.113.9')
      client.send(get('198.51.100.1'))
      assert.equal((await client.answer()).body, '203.0.113.9')
    })

    test(`version ${version} may come byte by byte, before a body that comes in pieces`, async (t) => {
      const kit = await start(t, options)
      const client = await kit.connect()
      for (const byte of Buffer.from(preface)) {
        client.send(Buffer.of(byte))
        await new Promise(setImmediate)
      }
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc')
      await new Promise(setImmediate)
      client.send('def')
      assert.equal((await client.answer()).body, 'abcdef')
    })

    test(`version ${version} comes before TLS`, async (t) => {
      const kit = await start(t, options)
      const authority = await newAuthority()
      const tls = await kit.server.listenTls('127.0.0.1', 0, { proxyProtocol: true })
      tls.present(await authority.issue(['localhost']))
      const raw = await RawClient.connect(tls.port)
      raw.send(typeof preface === 'string' ? preface : Buffer.from(preface))
      raw.socket.removeAllListeners('data').pause()
      const secure = connectTls({ socket: raw.socket, ca: authority.pem, servername: 'localhost' })
      await once(secure, 'secureConnect')
      secure.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
      let answer = ''
      for await (const chunk of secure) answer += String(chunk)
      assert.ok(answer.endsWith('203.0.113.9'), answer)
    })
  }

  test('of a proxy that speaks for itself leaves its own address', async (t) => {
    const kit = await start(t, options)
    const client = await kit.connect()
    client.send(`PROXY UNKNOWN\r\n${get()}`)
    assert.equal((await client.answer()).body, '127.0.0.1')
  })

  test('must be there, and well-formed: else the connection is closed, and the log says so', async (t) => {
    const kit = await start(t, options)
    for (const text of [get(), 'PROXY TCP4 a b c d\r\n']) {
      const line = kit.nextLine()
      const client = await kit.connect()
      client.send(text)
      assert.equal(await client.rest(), '')
      const { call, error, remote } = await line
      assert.deepEqual([call, error, remote], ['proxy-protocol', 'malformed', '127.0.0.1'])
    }
  })

  test('that does not come is not waited for', async (t) => {
    const kit = await startKit(t, HANDLERS, { headersMs: 30 }, options)
    const line = kit.nextLine()
    const client = await kit.connect()
    client.send('PROXY')
    await client.closed
    assert.equal((await line).error, 'timeout')
  })

  test('is no word of others: to them the listener is as any other', async (t) => {
    const kit = await start(t, { trustedProxies: ['192.0.2.0/24'], proxyProtocol: true })
    assert.equal((await kit.ask(get())).body, '127.0.0.1')
    assert.equal((await kit.ask(V1 + get())).status, 400)
  })
})

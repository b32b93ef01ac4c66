import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { newAuthority } from '../support/certificates.ts'
import { spawnServer, startTestServer } from '../support/harness.ts'
import { foldersOfTests, stowage } from '../support/program.ts'

const folder = foldersOfTests()

describe('certificates in files', () => {
  test('they are replaced under load without a failed request', async () => {
    const authority = await newAuthority()
    const dir = folder()
    const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')]
    const replace = async (...names: readonly string[]) => {
      const next = await authority.issue(['127.0.0.1', ...names])
      writeFileSync(cert, next.chain)
      writeFileSync(key, next.key)
    }
    await replace('first.example')
    const server = await startTestServer({
      settings: { 'tls.cert': cert, 'tls.key': key, 'tls.listen': '127.0.0.1:0' },
    })
    const { tls } = server
    assert.ok(tls !== null)
    const seen = new Set<string>()
    let isOver = false
    const ask = async (agent: Agent) => {
      const asked = request(`${tls.url}/healthz`, { agent }).end()
      const [answer] = await once(asked, 'response')
      assert.equal(answer.statusCode, 200)
      seen.add(answer.socket.getPeerCertificate().subjectaltname)
      await once(answer.resume(), 'end')
    }
    const load = [true, true, false, false].map(async (keepAlive) => {
      const agent = new Agent({ ca: authority.pem, keepAlive, maxSockets: 1, maxCachedSessions: 0 })
      let count = 0
      for (; !isOver || count === 0; count++) await ask(agent)
      agent.destroy()
      return count
    })
    const until = async (name: string) => {
      while (![...seen].some((names) => names.includes(name))) await new Promise(setImmediate)
    }
    await until('first.example')
    for (const name of ['second.example', 'third.example']) {
      await replace(name)
      await tls.look()
      await until(name)
    }
    writeFileSync(cert, 'half a certif')
    await tls.look()
    await tls.look()
    seen.clear()
    await until('third.example')
    isOver = true
    assert.ok((await Promise.all(load)).every((count) => count > 0))
    const warned = server.logLines.filter((line) => line.includes('stays as it was'))
    assert.equal(warned.length, 1)
    assert.match(String(warned[0]), /tls\.cert: .* holds no certificate/)
    await server.stop()
  })

  test('a server sees by itself that they changed', async () => {
    const authority = await newAuthority()
    const dir = folder()
    const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')]
    const write = async () => {
      const { chain, key: secret } = await authority.issue(['127.0.0.1'])
      writeFileSync(cert, chain)
      writeFileSync(key, secret)
      return new X509Certificate(chain).fingerprint256
    }
    await write()
    const server = await spawnServer({
      settings: { 'tls.cert': cert, 'tls.key': key, 'tls.listen': '127.0.0.1:0' },
    })
    const next = await write()
    for (let shown = ''; shown !== next; ) {
      const asked = request(`${server.tlsUrl}/healthz`, { ca: authority.pem, agent: false }).end()
      const [answer] = await once(asked, 'response')
      shown = answer.socket.getPeerCertificate().fingerprint256
      await once(answer.resume(), 'end')
    }
    await server.dispose()
  })

  test('a start with files of no use ends with one line, and leaves nothing behind', async () => {
    const dataDir = join(folder(), 'data')
    const args = [
      'serve',
      '--listen=127.0.0.1:0',
      `--data-dir=${dataDir}`,
      '--tls-key=/none',
      '--tls-cert=/none',
    ]
    const { code, stderr } = await stowage(args)
    assert.equal(code, 1)
    assert.match(stderr, /^stowage: tls\.cert: "\/none" cannot be read: ENOENT.*\n$/)
    assert.ok(!existsSync(dataDir))
  })
})

describe('a port that is taken', () => {
  const taken = async (port = 0) => {
    const holder = createServer().listen(port, '127.0.0.1')
    await once(holder, 'listening').catch(() => {})
    const address = holder.address()
    return { holder, port: address !== null && typeof address === 'object' ? address.port : port }
  }

  for (const [key, other] of [
    ['listen', []],
    ['tls.listen', ['--tls-auto=true', '--listen=127.0.0.1:0']],
  ] as const) {
    test(`${key} that is configured stops the start, which leaves nothing behind`, async () => {
      const { holder, port } = await taken()
      const dataDir = join(folder(), 'data')
      const flag = `--${key.replace('.', '-')}=127.0.0.1:${port}`
      const { code, stderr } = await stowage(['serve', flag, `--data-dir=${dataDir}`, ...other])
      holder.close()
      assert.equal(code, 1)
      assert.ok(
        stderr.startsWith(`stowage: ${key}: 127.0.0.1:${port} cannot be used: another program listens there`),
        stderr,
      )
      assert.ok(!existsSync(dataDir))
    })
  }

  test('the default address of HTTPS is left out with one warning', async () => {
    const { holder } = await taken(8443)
    const server = await spawnServer({ settings: { 'tls.auto': 'true' } })
    holder.close()
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200)
    assert.equal(server.tlsUrl, '')
    const warned = server.lines.filter((line) => line.includes('"level":"warn"'))
    assert.equal(warned.length, 1)
    assert.match(
      String(warned[0]),
      /tls\.listen: 127\.0\.0\.1:8443 cannot be used: another program listens there.*there is no HTTPS/,
    )
    await server.dispose()
  })
})

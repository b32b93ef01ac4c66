import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { loadConfig } from '../../src/config/load.ts'
import { tlsSource } from '../../src/config/tls.ts'
import { ConfigError } from '../../src/settings/error.ts'
import { temporaryFolder } from '../support/folder.ts'

describe('the [tls] section', () => {
  const folder = temporaryFolder()
  after(() => rmSync(folder, { recursive: true }))
  const load = (toml: string, environment = {}, flags = {}) => {
    const file = join(folder, 'stowage.toml')
    writeFileSync(file, toml)
    return loadConfig({ dialects: [], file, environment, flags })
  }

  test('is off where nothing is said', () => {
    const { tls } = load('')
    assert.equal(tlsSource(tls), 'off')
    assert.equal(tls.listen, null)
  })

  test('is read from the file, the environment and flags', () => {
    const toml = '[tls]\nlisten = "0.0.0.0:443"\ncert = "a.pem"\nkey = "b.pem"'
    const { tls } = load(toml)
    assert.deepEqual(tls.listen, { host: '0.0.0.0', port: 443 })
    assert.deepEqual(tlsSource(tls), { cert: 'a.pem', key: 'b.pem' })
    const environment = { STOWAGE_TLS_CERT: 'c.pem', STOWAGE_TLS_LISTEN: '[::1]:8443' }
    const other = load(toml, environment, { 'tls.key': 'd.pem' }).tls
    assert.deepEqual(tlsSource(other), { cert: 'c.pem', key: 'd.pem' })
    assert.deepEqual(other.listen, { host: '::1', port: 8443 })
    assert.equal(tlsSource(load('', { STOWAGE_TLS_AUTO: 'true' }).tls), 'auto')
    assert.equal(tlsSource(load('[tls]\nauto = true').tls), 'auto')
    assert.deepEqual(tlsSource(load('[tls]\nauto = false\ncert = "a"\nkey = "b"').tls), {
      cert: 'a',
      key: 'b',
    })
  })

  for (const [toml, message] of [
    ['cert = "a.pem"', 'tls.key: missing beside tls.cert "a.pem"; accepted: both or neither'],
    ['key = "b.pem"', 'tls.cert: missing beside tls.key "b.pem"; accepted: both or neither'],
    [
      'auto = true\ncert = "a.pem"\nkey = "b.pem"',
      'tls.auto: is true beside tls.cert; accepted: tls.auto, or tls.cert and tls.key',
    ],
    [
      'auto = true\nkey = "b.pem"',
      'tls.auto: is true beside tls.key; accepted: tls.auto, or tls.cert and tls.key',
    ],
    [
      'listen = "127.0.0.1:8443"',
      'tls.listen: is "127.0.0.1:8443", but there is no certificate; accepted: with tls.cert and tls.key, or with tls.auto',
    ],
    ['auto = "yes"', 'tls.auto: is "yes"; accepted: true or false'],
    [
      'auto = true\nlisten = 8443',
      'tls.listen: is 8443; accepted: host:port, such as "127.0.0.1:8440", "[::1]:8440" or "localhost:8440"',
    ],
    ['ca = "x"', `tls.ca: unknown key in ${join(folder, 'stowage.toml')}; accepted: the keys that`],
  ] as const) {
    test(`refuses ${toml.replaceAll('\n', ', ')}`, () => {
      assert.throws(
        () => load(`[tls]\n${toml}`),
        (error) => error instanceof ConfigError && error.message.startsWith(message),
      )
    })
  }
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { addressConnectionsWithin, connectionsWithin, LIMIT_OPTIONS } from '../../src/config/limits.ts'
import { loadConfig } from '../../src/config/load.ts'
import { DIALECTS } from '../../src/dialects/index.ts'
import { ConfigError } from '../../src/settings/error.ts'
import { environmentName } from '../../src/settings/options.ts'

const load = (environment: Readonly<Record<string, string>> = {}) =>
  loadConfig({ dialects: DIALECTS, file: null, environment, flags: {} })

const refused = (environment: Readonly<Record<string, string>>, message: RegExp) =>
  assert.throws(
    () => load(environment),
    (error) => error instanceof ConfigError && message.test(error.message) && !error.message.includes('\n'),
  )

describe('limits', () => {
  test('name themselves and what is accepted where a value is wrong', () => {
    for (const { key, kind } of Object.values(LIMIT_OPTIONS)) {
      const name = environmentName(key)
      refused({ [name]: 'much' }, new RegExp(`^${name}: is "?much"?; accepted: `))
      assert.ok(kind.accepts.length > 0)
    }
    refused({ STOWAGE_HEAD_TIMEOUT_S: '0' }, /accepted: a whole number from 1 to 86400/)
    refused({ STOWAGE_LIMITS_ADDRESS_CALLS_PER_S: '-1' }, /accepted: a whole number from 0 to/)
  })

  test('are turned off by 0, where that is a value', () => {
    const { limits } = load({ STOWAGE_LIMITS_ADDRESS_CALLS_PER_S: '0', STOWAGE_BODY_RATE_MIN: '0' })
    assert.deepEqual([limits.addressCallsPerS, limits.bodyRateMin], [0, 0])
  })

  test('trusted_proxies are addresses and networks', () => {
    const good = '10.0.0.0/8,192.0.2.1,fd00::/8,::1'
    assert.deepEqual(load({ STOWAGE_TRUSTED_PROXIES: good }).limits.trustedProxies, good.split(','))
    for (const wrong of [
      '10.0.0.0/33',
      'fd00::/129',
      '10.0.0/8',
      'proxy.example',
      '10.0.0.0/8/8',
      'fe80::1%eth0',
      '10.0.0.0/',
    ]) {
      refused(
        { STOWAGE_TRUSTED_PROXIES: wrong },
        /^STOWAGE_TRUSTED_PROXIES: .*accepted: a list of IP addresses/,
      )
    }
  })

  test('the PROXY protocol needs proxies to speak it', () => {
    refused({ STOWAGE_PROXY_PROTOCOL: 'true' }, /^proxy_protocol: is true, but trusted_proxies is empty/)
    refused(
      { STOWAGE_TLS_PROXY_PROTOCOL: 'true' },
      /^tls.proxy_protocol: is true, but trusted_proxies is empty/,
    )
    const given = { STOWAGE_PROXY_PROTOCOL: 'true', STOWAGE_TRUSTED_PROXIES: '10.0.0.1' }
    assert.equal(load(given).limits.proxyProtocol, true)
  })

  test('connections fit the files that the process may open, unless their number is given', () => {
    const { limits } = load()
    assert.equal(connectionsWithin(limits, 1024), 412)
    assert.equal(connectionsWithin(limits, 1_048_576), 10_000)
    assert.equal(connectionsWithin(limits, null), 10_000)
    assert.equal(connectionsWithin(limits, 64), 50)
    assert.equal(addressConnectionsWithin(limits, 412), 206)
    assert.equal(addressConnectionsWithin(limits, 10_000), 4000)
    const given = load({ STOWAGE_CONNECTIONS_MAX: '7000', STOWAGE_LIMITS_ADDRESS_CONNECTIONS: '7000' })
    assert.equal(addressConnectionsWithin(given.limits, 7000), 7000)
    assert.equal(connectionsWithin(load({ STOWAGE_CONNECTIONS_MAX: '7000' }).limits, 1024), 7000)
  })
})

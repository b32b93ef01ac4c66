import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { clientOf, TrustedProxies } from './addresses.ts'

describe('whose budget an address is on', () => {
  test('an IPv4 address is a client of its own, also where it came as IPv6', () => {
    assert.equal(clientOf('192.0.2.7'), '192.0.2.7')
    const mapped = [
      '::ffff:192.0.2.7',
      '::FFFF:c000:207',
      '0:0:0:0:0:ffff:192.0.2.7',
      '0000:0000::ffff:C000:0207',
    ]
    for (const address of mapped) assert.equal(clientOf(address), '192.0.2.7', address)
    for (const address of ['::fffe:c000:207', '0:0:0:1:0:ffff:c000:207', '::c000:207']) {
      assert.ok(clientOf(address).endsWith('::/64'), address)
    }
    assert.notEqual(clientOf('192.0.2.8'), clientOf('192.0.2.7'))
  })

  test('the addresses of one IPv6 /64 are one client, however they are written', () => {
    const same = [
      '2001:db8:0:1::1',
      '2001:db8:0:1:ffff:ffff:ffff:ffff',
      '2001:0DB8:0000:0001::',
      '2001:db8::1:0:0:0:9',
    ]
    assert.deepEqual([...new Set(same.map(clientOf))], ['2001:db8:0:1::/64'])
    assert.notEqual(clientOf('2001:db8:0:2::1'), '2001:db8:0:1::/64')
    assert.equal(clientOf('::1'), '0:0:0:0::/64')
    assert.equal(clientOf('fe80::1%eth0'), 'fe80:0:0:0::/64')
  })
})

describe('the address that proxies tell', () => {
  const trusted = new TrustedProxies(['10.0.0.0/8', '192.0.2.1', 'fd00::/8'])
  const behind = (peer: string, forwardedFor?: string) => trusted.clientBehind(peer, forwardedFor)

  test('counts from the end on, past those that are trusted', () => {
    assert.equal(behind('10.1.1.1', '203.0.113.9'), '203.0.113.9')
    assert.equal(behind('10.1.1.1', '203.0.113.9, 192.0.2.1, 10.2.2.2'), '203.0.113.9')
    assert.equal(behind('::ffff:10.1.1.1', '203.0.113.9'), '203.0.113.9')
    assert.equal(behind('fd00::1', '2001:db8::9'), '2001:db8::9')
  })

  test('does not count beyond the first that is not trusted', () => {
    assert.equal(behind('10.1.1.1', '127.0.0.1, 203.0.113.9'), '203.0.113.9')
    assert.equal(behind('10.1.1.1', '10.3.3.3'), '10.3.3.3')
  })

  test('does not count from anybody else', () => {
    assert.equal(behind('203.0.113.5', '127.0.0.1'), '203.0.113.5')
    assert.equal(new TrustedProxies([]).clientBehind('127.0.0.1', '203.0.113.9'), '127.0.0.1')
  })

  test('may have a port, and ends where it is no address', () => {
    assert.equal(behind('10.1.1.1', '203.0.113.9:4711'), '203.0.113.9')
    assert.equal(behind('10.1.1.1', '[2001:db8::9]:4711'), '2001:db8::9')
    for (const text of ['', ' ', 'unknown', '203.0.113.9.1', '_hidden', '203.0.113.9, ,']) {
      assert.equal(behind('10.1.1.1', text), '10.1.1.1', text)
    }
  })

  test('are unheard where a neighbour tells of others and is not named', () => {
    for (const peer of ['127.0.0.1', '172.17.0.1', '::ffff:192.168.1.2', '::1', 'fc00::1', 'fe80::1%eth0']) {
      assert.equal(trusted.isUnheard(peer, '203.0.113.9'), true, peer)
      assert.equal(trusted.isUnheard(peer, undefined), false, peer)
    }
    for (const peer of ['10.1.1.1', 'fd00::1', '203.0.113.5', '2001:db8::1', '']) {
      assert.equal(trusted.isUnheard(peer, '203.0.113.9'), false, peer)
    }
  })
})

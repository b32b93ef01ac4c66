import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { certificateNames, concreteNames, matchHost, type VendorHost } from './hosts.ts'

const HOSTS: readonly VendorHost[] = [
  { name: 'api.example.com' },
  { name: 'store-{region}.example.com', regions: ['north', 'south'] },
  {
    name: '*.store-{region}.example.com',
    regions: ['north', 'south'],
    below: ['films', 'films-{region}'],
  },
  { name: '*.api.example.com' },
]

describe('host names of a vendor', () => {
  test('a name is matched in any letter case, with any region, and with any names below', () => {
    assert.deepEqual(matchHost(HOSTS, 'API.example.com'), { below: null })
    assert.deepEqual(matchHost(HOSTS, 'api.example.com.'), { below: null })
    assert.deepEqual(matchHost(HOSTS, 'store-far-away-1.example.com'), { below: null })
    assert.deepEqual(matchHost(HOSTS, 'my.films.store-west.example.com'), { below: 'my.films' })
    assert.deepEqual(matchHost(HOSTS, 'lib1.api.example.com'), { below: 'lib1' })
  })

  test('names of others are not matched', () => {
    for (const other of ['example.com', 'xapi.example.com', 'apiXexample.com', 'api.example.com.evil.test'])
      assert.equal(matchHost(HOSTS, other), null, other)
    assert.equal(matchHost(HOSTS, 'store-a.b.example.com'), null)
    assert.equal(matchHost(HOSTS, '.api.example.com'), null)
  })

  test('a certificate has each common region, and the wildcards', () => {
    assert.deepEqual(certificateNames([...HOSTS, ...HOSTS]), [
      'api.example.com',
      'store-north.example.com',
      'store-south.example.com',
      '*.store-north.example.com',
      '*.store-south.example.com',
      '*.api.example.com',
    ])
  })

  test('a hosts file has no wildcards, but the names that commonly stand in their place', () => {
    assert.deepEqual(concreteNames(HOSTS.slice(0, 2), ['west', 'north']), [
      ...['api.example.com', 'store-north.example.com', 'store-south.example.com', 'store-west.example.com'],
    ])
    assert.deepEqual(concreteNames(HOSTS), [
      'api.example.com',
      'store-north.example.com',
      'store-south.example.com',
      'films.store-north.example.com',
      'films.store-south.example.com',
      'films-north.store-north.example.com',
      'films-south.store-south.example.com',
    ])
  })
})

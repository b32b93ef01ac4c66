import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nameFor, ownNames } from './names.ts'

const vendors = [
  { name: 'api.vendor.example' },
  { name: 'store.{region}.vendor.example', regions: ['north-1'] },
  { name: '*.store.{region}.vendor.example', regions: ['north-1'] },
]

describe('names of local certificates', () => {
  test('the server has those of any machine, those it is reached by, and those below its domains', () => {
    const own = ownNames(['Media.Example.com', '0.0.0.0', '[fd00::1]', '127.0.0.1'], ['store.example.com'])
    assert.deepEqual(own, [
      ...['localhost', '127.0.0.1', '::1', 'media.example.com', 'fd00::1'],
      ...['store.example.com', '*.store.example.com'],
    ])
  })

  const names = { own: ownNames(['media.example.com'], ['store.example.com']), vendors }
  const asked: Readonly<Record<string, string | null>> = {
    localhost: null,
    'media.example.com': null,
    'MEDIA.example.com.': null,
    'bucket.store.example.com': null,
    'deep.bucket.store.example.com': 'deep.bucket.store.example.com',
    'api.vendor.example': 'api.vendor.example',
    'API.Vendor.Example.': 'api.vendor.example',
    'store.north-1.vendor.example': 'store.north-1.vendor.example',
    'store.elsewhere-9.vendor.example': 'store.elsewhere-9.vendor.example',
    'bucket.store.north-1.vendor.example': '*.store.north-1.vendor.example',
    'bucket.store.elsewhere-9.vendor.example': 'bucket.store.elsewhere-9.vendor.example',
    'deep.bucket.store.north-1.vendor.example': 'deep.bucket.store.north-1.vendor.example',
    'vendor.example': null,
    'other.vendor.example': null,
    'api.vendor.example.evil.com': null,
    'evil.com': null,
    'with space.store.north-1.vendor.example': null,
    '*.store.north-1.vendor.example': null,
    '..store.north-1.vendor.example': null,
    [`${'a'.repeat(64)}.store.north-1.vendor.example`]: null,
    '': null,
  }
  for (const [name, certified] of Object.entries(asked)) {
    test(`${name || 'no name'} gets ${certified ?? "the server's certificate"}`, () => {
      assert.equal(nameFor(names, name), certified)
    })
  }
})

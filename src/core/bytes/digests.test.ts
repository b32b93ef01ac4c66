import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Digester } from './digests.ts'

const text = Buffer.from('123456789')

test('every digest, over several chunks', () => {
  const digester = new Digester(['md5', 'sha256', 'crc64'])
  for (const byte of text) digester.update(Uint8Array.of(byte))
  assert.deepEqual(digester.finish(), {
    size: 9,
    crc32: 0xcbf43926,
    digests: {
      md5: '25f9e794323b453885f5181f1b624d0b',
      sha256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
      crc64: '11051210869376104954',
    },
  })
})

test('only the digests asked for are there', () => {
  const digester = new Digester([])
  digester.update(text)
  assert.deepEqual(digester.finish(), { size: 9, crc32: 0xcbf43926, digests: {} })
})

test('no bytes at all', () => {
  assert.deepEqual(new Digester(['md5', 'crc64']).finish(), {
    size: 0,
    crc32: 0,
    digests: { md5: 'd41d8cd98f00b204e9800998ecf8427e', crc64: '0' },
  })
})

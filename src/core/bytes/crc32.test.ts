import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 as ofZlib } from 'node:zlib'
import { seeded } from '../../../test/support/seeded.ts'
import { crc32 } from './crc32.ts'

test('bytes of any size, after any others, have the CRC that zlib gives', (t) => {
  const random = seeded(t)
  assert.equal(crc32(Buffer.from('123456789')), 0xcbf43926)
  for (let round = 0; round < 100; round++) {
    const bytes = random.bytes(random.int(round % 2 === 0 ? 20_000 : 400_000))
    const before = random.int(2 ** 32)
    assert.equal(crc32(bytes, before), ofZlib(bytes, before), `round ${round}, ${bytes.byteLength} bytes`)
  }
})

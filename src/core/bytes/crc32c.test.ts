import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 as ofZlib } from 'node:zlib'
import { seeded } from '../../../test/support/seeded.ts'
import { Crc32c, combineCrc32, combineCrc32c, hex32 } from './crc32c.ts'

test('known CRCs, also those of RFC 3720', () => {
  assert.equal(crc32c(Buffer.from('')), '00000000')
  assert.equal(crc32c(Buffer.from('123456789')), 'e3069283')
  assert.equal(crc32c(Buffer.alloc(32)), '8a9136aa')
  assert.equal(crc32c(Buffer.alloc(32, 0xff)), '62a8ab43')
  assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index)), '46dd794e')
  assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, index) => 31 - index)), '113fdb5c')
})

test('random bytes in chunks of any size and alignment agree with the definition', (t) => {
  const random = seeded(t)
  for (let round = 0; round < 200; round++) {
    const bytes = random.bytes(random.int(600)).subarray(random.int(12))
    const crc = new Crc32c()
    for (let at = 0; at < bytes.byteLength; ) {
      const size = random.int(40)
      crc.update(bytes.subarray(at, at + size))
      at += size
    }
    assert.equal(crc.digest(), definition(bytes), `round ${round}`)
  }
})

test('a digest can be taken on the way', () => {
  const crc = new Crc32c()
  crc.update(Buffer.from('hello'))
  assert.equal(crc.digest(), crc32c(Buffer.from('hello')))
  crc.update(Buffer.from(' world'))
  assert.equal(crc.digest(), crc32c(Buffer.from('hello world')))
})

for (const [name, crc, combine] of [
  ['CRC-32', (bytes: Uint8Array) => hex32(ofZlib(bytes)), combineCrc32],
  ['CRC-32C', crc32c, combineCrc32c],
] as const) {
  test(`combining gives the ${name} of the joined bytes`, (t) => {
    const random = seeded(t)
    for (let round = 0; round < 200; round++) {
      const [a, b] = [random.bytes(random.int(300)), random.bytes(random.int(3000))]
      const joined = crc(Buffer.concat([a, b]))
      assert.equal(combine(crc(a), crc(b), b.byteLength), joined, `round ${round}`)
    }
  })

  test(`combining works for a ${name} of more than 32 bits of bytes`, () => {
    const zeros = Buffer.alloc(2 ** 20)
    let whole = crc(zeros)
    for (let size = 2 ** 20; size < 2 ** 33; size *= 2) whole = combine(whole, whole, size)
    const a = crc(Buffer.from('a'))
    const stepwise = combine(combine(a, whole, 2 ** 33), crc(zeros), 2 ** 20)
    assert.equal(combine(a, combine(crc(zeros), whole, 2 ** 33), 2 ** 33 + 2 ** 20), stepwise)
  })
}

function crc32c(bytes: Uint8Array): string {
  const crc = new Crc32c()
  crc.update(bytes)
  return crc.digest()
}

/** Bit by bit, as RFC 3720 defines it. */
function definition(bytes: Uint8Array): string {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) === 1 ? 0x82f63b78 : 0)
  }
  return hex32(~crc)
}

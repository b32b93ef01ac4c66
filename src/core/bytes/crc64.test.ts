import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../../../test/support/seeded.ts'
import { Crc64 } from './crc64.ts'

test('known CRCs', () => {
  assert.equal(crc64(Buffer.from('')), '0')
  assert.equal(crc64(Buffer.from('123456789')), '11051210869376104954')
  assert.equal(crc64(Buffer.from('hello')), '11177612005948864433')
})

test('random bytes in chunks of any size and alignment agree with the definition', (t) => {
  const random = seeded(t)
  for (let round = 0; round < 200; round++) {
    const pool = random.bytes(random.int(600))
    const bytes = pool.subarray(random.int(12))
    const crc = new Crc64()
    for (let at = 0; at < bytes.byteLength; ) {
      const size = random.int(40)
      crc.update(bytes.subarray(at, at + size))
      at += size
    }
    assert.equal(crc.digest(), definition(bytes), `round ${round}`)
  }
})

test('long chunks, which are folded first, agree with the definition and with short ones', (t) => {
  const random = seeded(t)
  const long = random.bytes(20_000)
  assert.equal(crc64(long), definition(long))
  for (let round = 0; round < 50; round++) {
    const bytes = random.bytes(random.int(300_000))
    const whole = new Crc64()
    const pieces = new Crc64()
    const start = random.int(1000)
    for (const crc of [whole, pieces]) crc.update(bytes.subarray(0, start))
    whole.update(bytes.subarray(start))
    for (let at = start; at < bytes.byteLength; at += 4096) pieces.update(bytes.subarray(at, at + 4096))
    assert.equal(whole.digest(), pieces.digest(), `round ${round}`)
  }
})

test('a digest can be taken on the way', () => {
  const crc = new Crc64()
  crc.update(Buffer.from('hello'))
  assert.equal(crc.digest(), crc64(Buffer.from('hello')))
  crc.update(Buffer.from(' world'))
  assert.equal(crc.digest(), crc64(Buffer.from('hello world')))
})

test('combining gives the CRC of the joined bytes', (t) => {
  const random = seeded(t)
  for (let round = 0; round < 200; round++) {
    const a = random.bytes(random.int(300))
    const b = random.bytes(random.int(3000))
    const joined = Buffer.concat([a, b])
    assert.equal(Crc64.combine(crc64(a), crc64(b), b.byteLength), crc64(joined), `round ${round}`)
  }
})

test('combining works for sizes beyond 32 bits', () => {
  const zeros = Buffer.alloc(2 ** 20)
  const size = 2 ** 33 + 2 ** 20
  let crc = crc64(zeros)
  for (let doubled = 2 ** 20; doubled < 2 ** 33; doubled *= 2) crc = Crc64.combine(crc, crc, doubled)
  const zerosLast = Crc64.combine(crc, crc64(zeros), 2 ** 20)
  const zerosFirst = Crc64.combine(crc64(zeros), crc, 2 ** 33)
  assert.equal(zerosLast, zerosFirst)
  const a = crc64(Buffer.from('a'))
  const stepwise = Crc64.combine(Crc64.combine(a, crc, 2 ** 33), crc64(zeros), 2 ** 20)
  assert.equal(Crc64.combine(a, zerosLast, size), stepwise)
})

test('ten thousand parts combine', () => {
  const part = crc64(Buffer.from('hello'))
  let whole = part
  for (let number = 0; number < 10_000; number++) whole = Crc64.combine(whole, part, 5)
  assert.equal(whole, crc64(Buffer.from('hello'.repeat(10_001))))
})

function crc64(bytes: Uint8Array): string {
  const crc = new Crc64()
  crc.update(bytes)
  return crc.digest()
}

/** Bit by bit, as CRC-64/XZ is defined. */
function definition(bytes: Uint8Array): string {
  let crc = 0xffffffffffffffffn
  for (const byte of bytes) {
    crc ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1n) ^ (crc % 2n === 1n ? 0xc96c5795d7870f42n : 0n)
  }
  return (crc ^ 0xffffffffffffffffn).toString()
}

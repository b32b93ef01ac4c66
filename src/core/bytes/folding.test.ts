import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Folding, OF_CRC32, OF_CRC64, OF_CRC64_NVME } from './folding.ts'

const POLYNOMIALS: readonly (readonly [Folding, bigint, number])[] = [
  [OF_CRC32, 0x04c11db7n, 32],
  [OF_CRC64, 0x42f0e1eba9ea3693n, 64],
  [OF_CRC64_NVME, 0xad93d23594c93659n, 64],
]

for (const [folding, polynomial, width] of POLYNOMIALS) {
  test(`what bytes of a ${folding.name} are folded by is a multiple of its polynomial`, () => {
    const remainders = [0, ...folding.exponents].map((exponent) => powerOfX(exponent, polynomial, width))
    assert.equal(
      remainders.reduce((sum, remainder) => sum ^ remainder),
      0n,
    )
  })

  test(`no term of a ${folding.name}'s folding is nearer than what a step writes`, () => {
    const [degree = 0, next = 0] = folding.exponents.toReversed()
    assert.ok(degree - next >= 64)
  })
}

/** x^`exponent` modulo the polynomial, whose highest term is left out. */
function powerOfX(exponent: number, polynomial: bigint, width: number): bigint {
  let power = 1n
  for (let step = 0; step < exponent; step++) {
    power <<= 1n
    if (power >> BigInt(width) === 1n) power = BigInt.asUintN(width, power) ^ polynomial
  }
  return power
}

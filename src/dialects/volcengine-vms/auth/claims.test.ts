import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VmsError } from '../errors.ts'
import { readClaim } from './claims.ts'

const claim = (count: number) => {
  const names = ['x-date', ...Array.from({ length: count - 1 }, (_, index) => `x-${index}`)].join(';')
  const credential = 'AKLT/20260102/cn-north-1/vms/request'
  return readClaim([], {
    'x-date': '20260102T030405Z',
    authorization: `HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=aa`,
  })
}

test('a list of signed headers has no more names than a request may have headers', () => {
  assert.equal(claim(200).signedHeaders.length, 200)
  assert.throws(
    () => claim(201),
    (error) => error instanceof VmsError && error.code === 'InvalidParameter',
  )
})

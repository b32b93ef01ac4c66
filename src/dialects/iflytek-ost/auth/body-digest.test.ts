import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import vectors from '../../../../test/vectors/iflytek-ost.json' with { type: 'json' }
import { BodyDigest } from './body-digest.ts'

const EMPTY_DIGEST = 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='

test('a body digest is compared over all chunks, in the form SHA-256= alone', () => {
  const body = Buffer.from(vectors.body)
  const base64 = createHash('sha256').update(body).digest('base64')
  const check = (digest: string): void => {
    const sum = new BodyDigest()
    sum.update(body.subarray(0, 10))
    sum.update(body.subarray(10))
    sum.check({ request: { headers: { digest } } })
  }
  check(`SHA-256=${base64}`)
  for (const digest of [EMPTY_DIGEST, base64, `SHA256=${base64}`, `SHA-256=SHA-256=${base64}`, '']) {
    assert.throws(() => check(digest), { name: 'GatewayError', message: 'HMAC signature does not match' })
  }
})

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import vectors from '../../../../test/vectors/iflytek-ost.json' with { type: 'json' }
import { bodyDigest, type DigestCheck, namedHash } from './body-digest.ts'

const EMPTY = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
const BODY = Buffer.from(vectors.body)
const HASH = createHash('sha256').update(BODY).digest('base64')
const OTHER = createHash('sha256').update('other').digest('base64')

/** Null: nothing is compared. */
function outcome(digest: string, check: DigestCheck): boolean | null {
  const sum = bodyDigest({ request: { headers: { digest } } }, check)
  sum?.update(BODY.subarray(0, 10))
  sum?.update(BODY.subarray(10))
  return sum?.isRight() ?? null
}

test('a body digest that always counts is compared over all chunks, in the form SHA-256= alone', () => {
  assert.equal(outcome(`SHA-256=${HASH}`, 'always'), true)
  for (const digest of [`SHA-256=${EMPTY}`, HASH, `SHA256=${HASH}`, `SHA-256=SHA-256=${HASH}`, ''])
    assert.equal(outcome(digest, 'always'), false, digest)
})

test('a digest that names a body has to be its own, in any form that clients write', () => {
  for (const prefix of ['SHA-256=', 'SHA256=', 'SHA256=SHA-256=', 'SHA-256=SHA-256=', 'sha-256=']) {
    assert.equal(outcome(`${prefix}${HASH}`, 'when-given'), true, prefix)
    assert.equal(outcome(`${prefix}${OTHER}`, 'when-given'), false, prefix)
  }
})

test('a digest of the empty text, and what is no SHA-256, names no body', () => {
  for (const digest of [
    `SHA-256=${EMPTY}`,
    `SHA256=${EMPTY}`,
    `SHA256=SHA-256=${EMPTY}`,
    `SHA-256=SHA-256=${EMPTY}`,
  ]) {
    assert.equal(namedHash(digest), null)
    assert.equal(outcome(digest, 'when-given'), null)
  }
  for (const digest of ['', 'SHA-256=wrong', 'anything at all', HASH, `MD5=${HASH}`])
    assert.equal(outcome(digest, 'when-given'), null, digest)
})

test('the digest of a form’s file stands for the form', async () => {
  const sum = bodyDigest({ request: { headers: { digest: `SHA-256=${OTHER}` } } }, 'when-given')
  assert.ok(sum)
  sum.update(BODY)
  const passed = []
  for await (const chunk of sum.file(chunksOf('ot', 'her'))) passed.push(chunk)
  assert.equal(Buffer.concat(passed).toString(), 'other')
  assert.equal(sum.isRight(), true)
})

async function* chunksOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

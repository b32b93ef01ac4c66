import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlaneError } from './errors.ts'
import { signedHeaderNames } from './signed-headers.ts'

const refused = (text: string): void =>
  assert.throws(
    () => signedHeaderNames(text),
    (error) => error instanceof PlaneError && error.code === 'signature-malformed',
    text.slice(0, 60),
  )

test('a list of signed headers has each name once, host among them', () => {
  assert.deepEqual(signedHeaderNames('Host;X-Date'), ['host', 'x-date'])
  for (const text of ['', 'x-date', 'host;', 'host;;x-date', 'host;x-date;X-Date']) refused(text)
})

test('a list of signed headers has no more names than a request may have headers', () => {
  const list = (count: number): string =>
    ['host', ...Array.from({ length: count - 1 }, (_, index) => `x-${index}`)].join(';')
  assert.equal(signedHeaderNames(list(200)).length, 200)
  refused(list(201))
})

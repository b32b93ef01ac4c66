import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newAuthority } from '../../test/support/certificates.ts'
import { watchEnd } from './ending.ts'

const DAY_MS = 24 * 3600 * 1000

test('a certificate that ends is warned of once before and once after', async () => {
  // It is of use for one more day.
  const certificate = await (await newAuthority()).issue(['one.example'])
  const warned: string[] = []
  let nowMs = Date.now() - 20 * DAY_MS
  const log = { info: () => {}, warn: (line: string) => void warned.push(line) }
  const watch = watchEnd({ clock: { now: () => nowMs }, log }, 14, 'replace it')
  const look = () => watch('the certificate', certificate)
  look()
  assert.deepEqual(warned, [])
  nowMs += 15 * DAY_MS
  look()
  look()
  nowMs += 10 * DAY_MS
  look()
  look()
  assert.equal(warned.length, 2)
  assert.match(String(warned[0]), /^the certificate ends on \d{4}-.*Z; replace it$/)
  assert.match(String(warned[1]), /^the certificate ended on \d{4}-.*Z; replace it$/)
})

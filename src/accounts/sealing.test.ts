import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../../test/support/seeded.ts'
import { createSealer, type SealOwner } from './sealing.ts'

const PLACE: SealOwner = { what: 'key', of: ['one', 'AK1'] }

test('what is sealed opens with the same key at the same place only', (t) => {
  const random = seeded(t)
  const key = random.bytes(32)
  const sealer = createSealer(key, random)
  for (const text of ['', 'secret', 'Größe '.repeat(1000)]) {
    const sealed = sealer.seal(text, PLACE)
    assert.equal(createSealer(new Uint8Array(key), random).open(sealed, PLACE), text)
    assert.equal(createSealer(random.bytes(32), random).open(sealed, PLACE), null)
    const others: readonly SealOwner[] = [
      { what: 'credential', of: ['one', 'AK1'] },
      { what: 'key', of: ['two', 'AK1'] },
      { what: 'key', of: ['one', 'AK2'] },
      { what: 'key', of: ['oneAK1'] },
      { what: 'key', of: ['one', 'AK1', ''] },
    ]
    for (const place of others) assert.equal(sealer.open(sealed, place), null)
  }
})

test('a changed byte, missing bytes and other bytes do not open', (t) => {
  const random = seeded(t)
  const sealer = createSealer(random.bytes(32), random)
  const sealed = sealer.seal('secret', PLACE)
  for (const [at, byte] of sealed.entries()) {
    assert.equal(sealer.open(sealed.with(at, byte ^ 1), PLACE), null)
    assert.equal(sealer.open(sealed.subarray(0, at), PLACE), null)
  }
})

test('the same text is sealed differently each time, and nothing of it shows', (t) => {
  const random = seeded(t)
  const sealer = createSealer(random.bytes(32), random)
  const [one, two] = [sealer.seal('secret', PLACE), sealer.seal('secret', PLACE)]
  assert.notDeepEqual(one, two)
  assert.ok(!Buffer.from(one).includes('secret'))
})

test('what an earlier version sealed opens', (t) => {
  const sealed = Buffer.from('AQcHBwcHBwcHBwcHB+zTmcFs3NTVeYLYSryocgE6aWAYUROgUA==', 'base64')
  assert.equal(createSealer(new Uint8Array(32).fill(1), seeded(t)).open(sealed, PLACE), 'a secret')
})

test('secrets for purposes are the same wherever the key is, and differ for each purpose and key', (t) => {
  const random = seeded(t)
  const key = random.bytes(32)
  const secretFor = (purpose: string, of: Uint8Array = key) =>
    Buffer.from(createSealer(of, random).secretFor(purpose)).toString('hex')
  assert.equal(secretFor('one'), secretFor('one', new Uint8Array(key)))
  assert.equal(secretFor('one').length, 64)
  const all = [
    secretFor('one'),
    secretFor('two'),
    secretFor('one', random.bytes(32)),
    Buffer.from(key).toString('hex'),
  ]
  assert.equal(new Set(all).size, all.length)
})

test('a secret for a purpose stays what it was in version 0.2', (t) => {
  const secret = createSealer(new Uint8Array(32).fill(1), seeded(t)).secretFor('a purpose')
  assert.equal(
    Buffer.from(secret).toString('hex'),
    'f807ad6c8d15a794ce17478e000b1422f8db6a402161f101ff9832733c71295e',
  )
})

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

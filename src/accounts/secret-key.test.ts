import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openStores } from '../../test/support/stores.ts'
import { ConfigError } from '../settings/error.ts'
import type { SealOwner } from './sealing.ts'
import { openSealer } from './secret-key.ts'

const PLACE: SealOwner = { what: 'key', of: ['one', 'AK1'] }

/** A metadata without secrets, and files of the names that nodes have for the key. */
async function placeOf(t: TestContext) {
  const { metadata, random, blobsDir } = await openStores(t)
  const fileOf = (node: string) => join(blobsDir, node, 'secret.key')
  return { fileOf, open: (node: string) => openSealer(fileOf(node), metadata, random) }
}

const refuses = (opening: Promise<unknown>, message: RegExp) =>
  assert.rejects(opening, (error) => error instanceof ConfigError && message.test(error.message))

test('the first start makes a key, for its owner alone, and later ones find it', async (t) => {
  const { fileOf, open } = await placeOf(t)
  const sealed = (await open('a')).seal('secret', PLACE)
  assert.match(readFileSync(fileOf('a'), 'utf8'), /^[A-Za-z0-9+/]{43}=\n$/)
  assert.equal(statSync(fileOf('a')).mode & 0o777, 0o600)
  assert.equal((await open('a')).open(sealed, PLACE), 'secret')
})

test('a start removes a draft of the key that an earlier one left', async (t) => {
  const { fileOf, open } = await placeOf(t)
  await open('a')
  const draft = `${fileOf('a')}.${randomUUID()}`
  writeFileSync(draft, readFileSync(fileOf('a')))
  utimesSync(draft, 1, 1)
  await open('a')
  assert.deepEqual(readdirSync(dirname(fileOf('a'))), ['secret.key'])
})

test('a node with another key, or with none, does not start', async (t) => {
  const { fileOf, open } = await placeOf(t)
  await open('a')
  await refuses(open('b'), /^secret_key_file: .*\/b\/secret\.key is not there; accepted: [^\n]*$/)
  await open('c').catch(() => {})
  const other = await placeOf(t)
  await other.open('a')
  const key = readFileSync(other.fileOf('a'))
  writeFileSync(fileOf('a'), key)
  await refuses(open('a'), /^secret_key_file: .* has another key than the one .*; accepted: [^\n]*$/)
})

test('of nodes that start at once, each with a key of its own, one starts', async (t) => {
  const { open } = await placeOf(t)
  const starts = await Promise.allSettled([open('a'), open('b'), open('c')])
  assert.equal(starts.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('a key may be in hexadecimal digits; what is no key is refused, and not repeated', async (t) => {
  const { fileOf, open } = await placeOf(t)
  await open('a')
  const key = Buffer.from(readFileSync(fileOf('a'), 'utf8'), 'base64')
  writeFileSync(fileOf('a'), key.toString('hex'))
  await open('a')
  for (const text of ['', 'too short', key.toString('hex').slice(2), `${key.toString('base64')}AAAA`]) {
    writeFileSync(fileOf('a'), text)
    await refuses(
      open('a'),
      /^secret_key_file: .*secret\.key holds no key; accepted: 32 bytes in base64 or in hex/,
    )
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failsWith } from '../../../test/contracts/metadata/store.ts'
import { openStores } from '../../../test/support/stores.ts'
import { asAccountId } from '../ids.ts'
import { userBucket } from '../model/buckets.ts'
import { createBuckets } from './buckets.ts'

const account = asAccountId('account')
const media = { probe: () => assert.fail('not asked'), close: async () => {} }

test('users name buckets by S3’s rules, and not as dialects do', async (t) => {
  const buckets = createBuckets({ ...(await openStores(t)), media, reservedBuckets: ['pix', 'lib'] })
  const make = (name: string) => buckets.make({ account, name, settings: {} })
  const good = ['abc', '0.1', 'a-b.c', 'pixx', 'my-lib', 'a'.repeat(63)]
  for (const name of good) assert.equal((await make(name)).name, userBucket(name))
  const bad = ['ab', 'a'.repeat(64), 'A-b', '-ab', 'ab-', '.ab', 'ab.', 'a..b', 'a-.b', 'a.-b', '10.0.0.1']
  for (const name of [...bad, '', 'a/b', 'a_b', 'a:b', 'ä-b']) await failsWith(make(name), 'invalid-argument')
  for (const name of ['pix', 'pix-1', 'lib-a-b']) await failsWith(make(name), 'name-conflict')
  await failsWith(make('abc'), 'name-conflict')
  await buckets.remove({ account, bucket: userBucket('abc') })
  await make('abc')
})

test('a list of keys takes no text that no key can have', async (t) => {
  const buckets = createBuckets({ ...(await openStores(t)), media })
  await buckets.make({ account, name: 'mine', settings: {} })
  const query = { account, bucket: userBucket('mine'), prefix: '', delimiter: '/', after: '', limit: 10 }
  assert.deepEqual(await buckets.listKeys(query), { entries: [], next: null })
  for (const text of ['a\0b', '\ud800']) {
    for (const field of ['prefix', 'delimiter', 'after']) {
      await failsWith(buckets.listKeys({ ...query, [field]: text }), 'invalid-argument')
    }
  }
  await failsWith(buckets.listKeys({ ...query, delimiter: '' }), 'invalid-argument')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Account, createAccounts } from './accounts.ts'
import { asAccountId } from './ids.ts'

const accountOf = (id: string, change: Partial<Account> = {}): Account => ({
  ...{ id: asAccountId(id), name: `name of ${id}`, keys: { accessKey: `ak-${id}`, secretKey: 's' } },
  ...{ apps: [], libraries: [], projects: [], users: [], reviewCallback: null, ...change },
})

const library = { id: 'lib', secret: 's', kind: 'file', multiSpace: false, recycleBin: true } as const

test('accounts are found by each of their public names, and by no other', () => {
  const two = accountOf('2', {
    apps: [{ appId: 'app', apiKey: 'key', apiSecret: 's' }],
    libraries: [{ ...library, multiAlbum: false, publicRead: false }],
    projects: [{ id: 'project', name: 'cn-north-4' }],
    users: [{ name: 'tester', password: 'p' }],
  })
  const accounts = createAccounts([accountOf('1'), two])
  assert.equal(accounts.byId('2'), two)
  assert.equal(accounts.byAccessKey('ak-2'), two)
  assert.equal(accounts.byApiKey('key')?.account, two)
  assert.deepEqual(accounts.byLibrary('lib'), { account: two, library: two.libraries[0] })
  assert.deepEqual(accounts.byProject('project'), { account: two, project: two.projects[0] })
  assert.deepEqual(accounts.byUser('name of 2', 'tester'), { account: two, user: two.users[0] })
  for (const unknown of ['LIB', '', '__proto__', 'cn-north-4', 'tester']) {
    assert.equal(accounts.byLibrary(unknown), null)
    assert.equal(accounts.byProject(unknown), null)
    assert.equal(accounts.byUser('name of 1', unknown), null)
  }
})

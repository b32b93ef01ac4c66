import { CoreError } from '../../core/errors.ts'
import type { AccountId } from '../../core/ids.ts'
import {
  ACCOUNT_COLUMNS,
  type AccountRow,
  accountOf,
  bytesOf,
  CREDENTIAL_COLUMNS,
  type CredentialRow,
  changeAccounts,
  credentialOf,
  KEY_COLUMNS,
  type KeyRow,
  keyOf,
  requireAccount,
  VERSION,
} from './account-rows.ts'
import { CONTENTS } from './buckets.ts'
import type { ScriptOf } from './command.ts'
import { moveNames } from './credentials.ts'
import { all, one, run, type Script } from './script.ts'

export const accountsVersion: ScriptOf<'accountsVersion'> = function* () {
  const row = yield* one<{ value: string }>('SELECT value FROM settings WHERE name = ?', VERSION)
  return Number(row?.value ?? 0)
}

/** The version is read first, so that a change meanwhile has everything read again. */
export const readAccounts: ScriptOf<'readAccounts'> = function* () {
  const version = yield* accountsVersion({})
  const accounts = yield* all<AccountRow>(`SELECT ${ACCOUNT_COLUMNS} FROM accounts ORDER BY id`)
  const keys = yield* all<KeyRow>(
    `SELECT ${KEY_COLUMNS} FROM account_keys ORDER BY account, created_at, access_key`,
  )
  const credentials = yield* all<CredentialRow>(`SELECT ${CREDENTIAL_COLUMNS} FROM credentials ORDER BY id`)
  return {
    version,
    accounts: accounts.map(accountOf),
    keys: keys.map(keyOf),
    credentials: credentials.map(credentialOf),
  }
}

export const createAccount: ScriptOf<'createAccount'> = function* ({ account, adoptsContent }) {
  yield* changeAccounts()
  const { id, name, attributes, sealed, createdAt } = account
  const made = yield* run(
    `INSERT INTO accounts (id, name, attributes, sealed, created_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO NOTHING`,
    ...[id, name, JSON.stringify(attributes), bytesOf(sealed), createdAt],
  )
  if (made === 0) throw new CoreError('name-conflict', `there is an account ${id} already`)
  if (!adoptsContent && (yield* hasContent(id))) {
    throw new CoreError('name-conflict', `something is stored of an account ${id} that was before`, {
      content: true,
    })
  }
}

export const updateAccount: ScriptOf<'updateAccount'> = function* ({ id, change }) {
  yield* changeAccounts()
  const row = yield* requireAccount(id)
  const { name, attributes, sealed, disabledAt } = { ...accountOf(row), ...change }
  yield* run(
    'UPDATE accounts SET name = ?, attributes = ?, sealed = ?, disabled_at = ? WHERE id = ?',
    ...[name, JSON.stringify(attributes), bytesOf(sealed), disabledAt, id],
  )
  if (name !== row.name) yield* moveNames(id, row.name, name)
}

export const deleteAccount: ScriptOf<'deleteAccount'> = function* ({ id, keepsContent }) {
  yield* changeAccounts()
  yield* requireAccount(id)
  if (!keepsContent && (yield* hasContent(id))) {
    throw new CoreError('account-not-empty', `the account ${id} has something stored`)
  }
  yield* run(
    'DELETE FROM credential_names WHERE credential IN (SELECT id FROM credentials WHERE account = ?)',
    id,
  )
  yield* run('DELETE FROM credentials WHERE account = ?', id)
  yield* run('DELETE FROM account_keys WHERE account = ?', id)
  yield* run('DELETE FROM tokens WHERE account = ?', id)
  yield* run('DELETE FROM answers WHERE account = ?', id)
  yield* run('DELETE FROM accounts WHERE id = ?', id)
}

/** Where an account may have something. `list` has the rows to look through, `find` looks into one. */
const PLACES: readonly { readonly list: string; readonly find: string }[] = [
  ...CONTENTS.map((find) => ({ list: 'SELECT id FROM buckets WHERE account = ?', find })),
  {
    list: `SELECT volumes.id FROM realms JOIN volumes ON volumes.realm = realms.id WHERE realms.account = ?`,
    // Each volume has its root, which does not count.
    find: 'SELECT id FROM entries WHERE volume = ? ORDER BY id LIMIT 1 OFFSET 1',
  },
]

/** Objects, uploads that go on, and entries of trees, in the bin or not. */
export function* hasContent(account: AccountId): Script<boolean> {
  for (const { list, find } of PLACES) {
    for (const { id } of yield* all<{ id: number }>(list, account)) {
      if ((yield* one(find, id)) !== undefined) return true
    }
  }
  return false
}

const SECRET_KEY = 'secret-key'

export const registerSecretKey: ScriptOf<'registerSecretKey'> = function* ({ check }) {
  if (check !== null) {
    yield* run(
      'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING',
      ...[SECRET_KEY, check],
    )
  }
  const row = yield* one<{ value: string }>('SELECT value FROM settings WHERE name = ?', SECRET_KEY)
  return row?.value ?? null
}

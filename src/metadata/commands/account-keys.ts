import { CoreError } from '../../core/errors.ts'
import type { AccountId } from '../../core/ids.ts'
import { bytesOf, changeAccounts, KEY_COLUMNS, type KeyRow, keyOf, requireAccount } from './account-rows.ts'
import type { ScriptOf } from './command.ts'
import { one, run, type Script } from './script.ts'

export const addKey: ScriptOf<'addKey'> = function* (key) {
  yield* changeAccounts()
  yield* requireAccount(key.account)
  const { may, prefix, buckets } = key.rights
  const made = yield* run(
    `INSERT INTO account_keys (access_key, account, label, sealed, rights, prefix, buckets, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (access_key) DO NOTHING`,
    ...[key.accessKey, key.account, key.label, bytesOf(key.sealed)],
    ...[JSON.stringify(may), prefix, buckets === null ? null : JSON.stringify(buckets)],
    ...[key.createdAt, key.expiresAt],
  )
  if (made === 0) throw new CoreError('name-conflict', `the access key ${key.accessKey} is taken`)
}

export const updateKey: ScriptOf<'updateKey'> = function* ({ account, accessKey, change }) {
  yield* changeAccounts()
  const row = yield* requireKey(account, accessKey)
  const { label, rights, disabledAt, expiresAt } = { ...keyOf(row), ...change }
  const { may, prefix, buckets } = rights
  yield* run(
    `UPDATE account_keys SET label = ?, rights = ?, prefix = ?, buckets = ?, disabled_at = ?, expires_at = ?
     WHERE access_key = ?`,
    ...[label, JSON.stringify(may), prefix, buckets === null ? null : JSON.stringify(buckets)],
    ...[disabledAt, expiresAt, accessKey],
  )
}

export const deleteKey: ScriptOf<'deleteKey'> = function* ({ account, accessKey }) {
  yield* changeAccounts()
  yield* requireKey(account, accessKey)
  yield* run('DELETE FROM account_keys WHERE access_key = ?', accessKey)
}

function* requireKey(account: AccountId, accessKey: string): Script<KeyRow> {
  const row = yield* one<KeyRow>(
    `SELECT ${KEY_COLUMNS} FROM account_keys WHERE access_key = ? AND account = ?`,
    ...[accessKey, account],
  )
  if (row !== undefined) return row
  throw new CoreError('credential-not-found', `the account ${account} has no access key ${accessKey}`)
}

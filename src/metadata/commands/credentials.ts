import { CoreError } from '../../core/errors.ts'
import type { AccountId } from '../../core/ids.ts'
import type { CredentialName } from '../../core/model/accounts.ts'
import type { CredentialAddress } from '../../core/ports/commands/accounts.ts'
import { type AccountRow, bytesOf, changeAccounts, requireAccount } from './account-rows.ts'
import type { ScriptOf } from './command.ts'
import { all, one, run, type Script } from './script.ts'

export const addCredential: ScriptOf<'addCredential'> = function* (credential) {
  yield* changeAccounts()
  const { account, kind, publicId, settings, sealed, createdAt, names } = credential
  const owner = yield* requireAccount(account)
  const rows = yield* all<{ id: number }>(
    `INSERT INTO credentials (account, kind, public_id, settings, sealed, created_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (account, kind, public_id) DO NOTHING RETURNING id`,
    ...[account, kind, publicId, JSON.stringify(settings), bytesOf(sealed), createdAt],
  )
  const [row] = rows
  if (row === undefined)
    throw new CoreError('name-conflict', `the account ${account} has a ${kind} ${publicId}`)
  yield* addNames(row.id, kind, owner, names)
}

export const updateCredential: ScriptOf<'updateCredential'> = function* (command) {
  yield* changeAccounts()
  const owner = yield* requireAccount(command.account)
  const id = yield* requireCredential(command)
  yield* run(
    'UPDATE credentials SET settings = ?, sealed = ?, disabled_at = ? WHERE id = ?',
    ...[JSON.stringify(command.settings), bytesOf(command.sealed), command.disabledAt, id],
  )
  yield* run('DELETE FROM credential_names WHERE credential = ?', id)
  yield* addNames(id, command.kind, owner, command.names)
}

export const deleteCredential: ScriptOf<'deleteCredential'> = function* (address) {
  yield* changeAccounts()
  const id = yield* requireCredential(address)
  yield* run('DELETE FROM credential_names WHERE credential = ?', id)
  yield* run('DELETE FROM credentials WHERE id = ?', id)
}

function* requireCredential({ account, kind, publicId }: CredentialAddress): Script<number> {
  const row = yield* one<{ id: number }>(
    'SELECT id FROM credentials WHERE account = ? AND kind = ? AND public_id = ?',
    ...[account, kind, publicId],
  )
  if (row !== undefined) return row.id
  throw new CoreError('credential-not-found', `the account ${account} has no ${kind} ${publicId}`)
}

function* addNames(
  credential: number,
  kind: string,
  owner: AccountRow,
  names: readonly CredentialName[],
): Script<void> {
  for (const { field, value, scope } of names) {
    const made = yield* run(
      `INSERT INTO credential_names (kind, field, scope, value, credential) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (kind, field, scope, value) DO NOTHING`,
      ...[kind, field, scope === 'everywhere' ? '' : owner.name, value, credential],
    )
    if (made === 0) throw taken(kind, field, value)
  }
}

interface Name {
  readonly kind: string
  readonly field: string
  readonly value: string
}

/** Takes the names that are unique among the accounts of one name along to another one. Errors: `name-conflict`. */
export function* moveNames(account: AccountId, from: string, to: string): Script<void> {
  const own = yield* all<Name>(
    `SELECT names.kind, names.field, names.value FROM credentials
     JOIN credential_names AS names ON names.credential = credentials.id
     WHERE credentials.account = ? AND names.scope = ?`,
    ...[account, from],
  )
  // Of several that are taken the first is told, by both stores the same.
  for (const { kind, field, value } of own.toSorted(inOrderOfNames)) {
    const wanted = [kind, field, to, value]
    const other = yield* one(
      'SELECT 1 AS found FROM credential_names WHERE kind = ? AND field = ? AND scope = ? AND value = ?',
      ...wanted,
    )
    if (other !== undefined) throw taken(kind, field, value)
    yield* run(
      'UPDATE credential_names SET scope = ? WHERE kind = ? AND field = ? AND scope = ? AND value = ?',
      ...[to, kind, field, from, value],
    )
  }
}

const textOf = ({ kind, field, value }: Name): string => [kind, field, value].join('\0')
const inOrderOfNames = (one: Name, other: Name): number => (textOf(one) < textOf(other) ? -1 : 1)

const taken = (kind: string, field: string, value: string): CoreError =>
  new CoreError('name-conflict', `another ${kind} has the ${field} ${value}`, { field })

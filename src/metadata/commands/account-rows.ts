import { CoreError } from '../../core/errors.ts'
import type { AccountId } from '../../core/ids.ts'
import type { AccountRecord, CredentialRecord, KeyRecord, Right } from '../../core/model/accounts.ts'
import { parseJson } from '../values.ts'
import { one, run, type Script, type ScriptValue } from './script.ts'

export interface AccountRow {
  readonly id: AccountId
  readonly name: string
  readonly attributes: string
  readonly sealed: Uint8Array | null
  readonly created_at: number
  readonly disabled_at: number | null
}

export interface KeyRow {
  readonly access_key: string
  readonly account: AccountId
  readonly label: string
  readonly sealed: Uint8Array
  readonly rights: string
  readonly prefix: string | null
  readonly buckets: string | null
  readonly created_at: number
  readonly disabled_at: number | null
  readonly expires_at: number | null
}

export interface CredentialRow {
  readonly id: number
  readonly account: AccountId
  readonly kind: string
  readonly public_id: string
  readonly settings: string
  readonly sealed: Uint8Array | null
  readonly created_at: number
  readonly disabled_at: number | null
}

export const ACCOUNT_COLUMNS = 'id, name, attributes, sealed, created_at, disabled_at'
export const KEY_COLUMNS =
  'access_key, account, label, sealed, rights, prefix, buckets, created_at, disabled_at, expires_at'
export const CREDENTIAL_COLUMNS = 'id, account, kind, public_id, settings, sealed, created_at, disabled_at'

export const accountOf = (row: AccountRow): AccountRecord => ({
  id: row.id,
  name: row.name,
  attributes: parseJson(row.attributes),
  sealed: row.sealed === null ? null : plain(row.sealed),
  createdAt: row.created_at,
  disabledAt: row.disabled_at,
})

export const keyOf = (row: KeyRow): KeyRecord => ({
  accessKey: row.access_key,
  account: row.account,
  label: row.label,
  sealed: plain(row.sealed),
  rights: {
    may: JSON.parse(row.rights) as Right[],
    prefix: row.prefix,
    buckets: row.buckets === null ? null : (JSON.parse(row.buckets) as string[]),
  },
  createdAt: row.created_at,
  disabledAt: row.disabled_at,
  expiresAt: row.expires_at,
})

export const credentialOf = (row: CredentialRow): CredentialRecord => ({
  account: row.account,
  kind: row.kind,
  publicId: row.public_id,
  settings: parseJson(row.settings),
  sealed: row.sealed === null ? null : plain(row.sealed),
  createdAt: row.created_at,
  disabledAt: row.disabled_at,
})

const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes)

export const bytesOf = (sealed: Uint8Array | null): ScriptValue =>
  sealed === null ? null : Buffer.from(sealed)

/** The setting that counts changes of accounts. */
export const VERSION = 'accounts-version'

/**
 * Every change of accounts begins with this. Changes wait for each other here until their transactions end, so that what one
 * of them has read stays as it is.
 */
export function* changeAccounts(): Script<void> {
  yield* run(
    `INSERT INTO settings (name, value) VALUES (?, '1') ON CONFLICT (name)
     DO UPDATE SET value = CAST(CAST(settings.value AS bigint) + 1 AS text)`,
    VERSION,
  )
}

/** Errors: `account-not-found`. */
export function* requireAccount(id: AccountId): Script<AccountRow> {
  const row = yield* one<AccountRow>(`SELECT ${ACCOUNT_COLUMNS} FROM accounts WHERE id = ?`, id)
  if (row === undefined) throw new CoreError('account-not-found', `there is no account ${id}`)
  return row
}

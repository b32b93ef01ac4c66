import type { Account } from '../core/accounts.ts'
import type { TimeMs } from '../core/clock.ts'
import {
  type AccountRecord,
  ALL_RIGHTS,
  type CredentialRecord,
  type KeyRecord,
  type Rights,
} from '../core/model/accounts.ts'
import type { JsonObject } from '../core/model/json.ts'
import type { AccountRecords } from '../core/ports/commands/accounts.ts'
import { fieldValues, publicEntry } from './kept-fields.ts'
import type { Declarations } from './made-accounts.ts'

/** An account as operators see it: without secrets. */
export interface AccountView {
  readonly id: string
  readonly name: string
  /** Which source has it. One of the configuration is changed in its file. */
  readonly source: 'configuration' | 'metadata'
  /** By key, as files write them. */
  readonly attributes: JsonObject
  /** Null of the configuration's. */
  readonly createdAt: TimeMs | null
  readonly disabledAt: TimeMs | null
  readonly keys: readonly KeyView[]
  readonly credentials: readonly CredentialView[]
}

export interface KeyView {
  readonly accessKey: string
  readonly label: string
  readonly rights: Rights
  /** Null of the configuration's. */
  readonly createdAt: TimeMs | null
  readonly disabledAt: TimeMs | null
  readonly expiresAt: TimeMs | null
}

export interface CredentialView {
  readonly kind: string
  /** What it is called by. */
  readonly id: string
  /** By key, as files write them. */
  readonly settings: JsonObject
  /** Null of the configuration's. */
  readonly createdAt: TimeMs | null
  readonly disabledAt: TimeMs | null
}

/** The accounts of the metadata. */
export function viewsOfRecords({ accounts, keys, credentials }: AccountRecords): readonly AccountView[] {
  const keysOf = Map.groupBy(keys, ({ account }) => account)
  const credentialsOf = Map.groupBy(credentials, ({ account }) => account)
  return accounts.map((account) => ({
    ...viewOfRecord(account),
    keys: (keysOf.get(account.id) ?? []).map(viewOfKey),
    credentials: (credentialsOf.get(account.id) ?? []).map(viewOfCredential),
  }))
}

const viewOfRecord = ({ id, name, attributes, createdAt, disabledAt }: AccountRecord) =>
  ({ id, name, source: 'metadata', attributes, createdAt, disabledAt }) as const

/** A key pair of the metadata. */
export const viewOfKey = ({
  accessKey,
  label,
  rights,
  createdAt,
  disabledAt,
  expiresAt,
}: KeyRecord): KeyView => ({
  ...{ accessKey, label, rights, createdAt, disabledAt, expiresAt },
})

/** A credential of the metadata. */
export const viewOfCredential = (record: CredentialRecord): CredentialView => {
  const { kind, publicId: id, settings, createdAt, disabledAt } = record
  return { kind, id, settings, createdAt, disabledAt }
}

/** An account of the configuration. */
export function viewOfConfigured(account: Account, declarations: Declarations): AccountView {
  const attributes = declarations.attributes.map((kind) =>
    publicEntry(fieldValues(kind.fields, account.attributes[kind.name] ?? kind.none)),
  )
  return {
    ...{ id: account.id, name: account.name, source: 'configuration' },
    ...{ attributes: Object.assign({}, ...attributes), createdAt: null, disabledAt: null },
    keys: account.keys.map(({ accessKey, rights = ALL_RIGHTS }) => ({
      ...{ accessKey, label: '', rights, createdAt: null, disabledAt: null, expiresAt: null },
    })),
    credentials: declarations.credentials.flatMap((kind) =>
      (account.credentials[kind.name] ?? []).map((each) => ({
        ...{ kind: kind.name, id: publicIdOf(kind, each) },
        ...{ settings: publicEntry(fieldValues(kind.fields, each)), createdAt: null, disabledAt: null },
      })),
    ),
  }
}

/** What people call a credential by: the first of what is unique. */
export const publicIdOf = (kind: Declarations['credentials'][number], credential: object): string =>
  String(new Map<string, unknown>(Object.entries(credential)).get(kind.unique[0] ?? ''))

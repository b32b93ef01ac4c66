import type { Account, AccountKey } from '../core/accounts.ts'
import type { TimeMs } from '../core/clock.ts'
import type { AccountRecord, CredentialRecord, KeyRecord } from '../core/model/accounts.ts'
import type { AccountRecords } from '../core/ports/commands/accounts.ts'
import type { AttributesDeclaration, CredentialDeclaration } from '../settings/credentials.ts'
import { ConfigError } from '../settings/error.ts'
import { keptEntry } from './kept-fields.ts'
import type { Sealer, SealOwner } from './sealing.ts'

/** What all dialects declare that accounts may have. */
export interface Declarations {
  readonly credentials: readonly CredentialDeclaration<object>[]
  readonly attributes: readonly AttributesDeclaration<object>[]
}

/** How accounts of the metadata are read. */
export interface Reading {
  readonly declarations: Declarations
  readonly sealer: Sealer
  readonly now: TimeMs
  /** Is told, in a line for the log, what cannot be used. */
  readonly onProblem: (problem: string) => void
}

export const attributesOwner = (account: string): SealOwner => ({ what: 'attributes', of: [account] })
export const keyOwner = (account: string, accessKey: string): SealOwner => ({
  what: 'key',
  of: [account, accessKey],
})
export const credentialOwner = (account: string, kind: string, publicId: string): SealOwner => ({
  what: 'credential',
  of: [account, kind, publicId],
})

/** The accounts and keys that may be used now. What cannot be read is left out. */
export function madeAccounts(records: AccountRecords, reading: Reading): readonly Account[] {
  const keys = Map.groupBy(records.keys, ({ account }) => account)
  const credentials = Map.groupBy(records.credentials, ({ account }) => account)
  return records.accounts
    .filter(({ disabledAt }) => disabledAt === null)
    .map((record) => ({
      ...{ id: record.id, name: record.name, attributes: attributesOf(record, reading) },
      keys: (keys.get(record.id) ?? []).flatMap((key) => usableKey(key, reading)),
      credentials: credentialsOf(credentials.get(record.id) ?? [], reading),
    }))
}

/** When the next key ends, of those that may be used now. Infinite: none ends. */
export const nextEnd = ({ keys }: AccountRecords, now: TimeMs): TimeMs =>
  keys.reduce(
    (end, { expiresAt }) => (expiresAt !== null && expiresAt > now ? Math.min(end, expiresAt) : end),
    Number.POSITIVE_INFINITY,
  )

function usableKey(key: KeyRecord, { sealer, now, onProblem }: Reading): readonly AccountKey[] {
  const { account, accessKey, rights, disabledAt, expiresAt } = key
  if (disabledAt !== null || (expiresAt !== null && expiresAt <= now)) return []
  const secretKey = sealer.open(key.sealed, keyOwner(account, accessKey))
  if (secretKey !== null) return [{ accessKey, secretKey, rights }]
  onProblem(`the secret of the access key ${accessKey} does not open`)
  return []
}

function attributesOf(record: AccountRecord, reading: Reading): Account['attributes'] {
  const { id, attributes: settings, sealed } = record
  const entry = keptEntry({ settings, sealed }, attributesOwner(id), reading.sealer)
  return Object.fromEntries(
    reading.declarations.attributes.map((kind) => {
      const read = () => (entry === null ? null : kind.read(entry, `account ${id}`))
      return [kind.name, usable(read, `the attributes of the account ${id}`, reading) ?? kind.none]
    }),
  )
}

function credentialsOf(records: readonly CredentialRecord[], reading: Reading): Account['credentials'] {
  const byKind = Map.groupBy(records, ({ kind }) => kind)
  return Object.fromEntries(
    reading.declarations.credentials.map((kind) => [
      kind.name,
      (byKind.get(kind.name) ?? [])
        .filter(({ disabledAt }) => disabledAt === null)
        .flatMap((record) => usableCredential(kind, record, reading)),
    ]),
  )
}

function usableCredential(
  kind: CredentialDeclaration<object>,
  { account, publicId, settings, sealed }: CredentialRecord,
  reading: Reading,
): readonly object[] {
  const what = `the ${kind.name} ${publicId} of the account ${account}`
  const entry = keptEntry({ settings, sealed }, credentialOwner(account, kind.name, publicId), reading.sealer)
  const read = () => (entry === null ? null : kind.read(entry, what, { isKept: true }))
  const credential = usable(read, what, reading)
  return credential === null ? [] : [credential]
}

/** Null: it cannot be read. `onProblem` is told so. */
function usable<T>(read: () => T | null, what: string, { onProblem }: Reading): T | null {
  try {
    const value = read()
    if (value === null) onProblem(`the secrets of ${what} do not open`)
    return value
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    onProblem(error.message)
    return null
  }
}

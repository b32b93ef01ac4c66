import { accountFields } from '../config/account-fields.ts'
import type { TimeMs } from '../core/clock.ts'
import { CoreError } from '../core/errors.ts'
import type { AccountId } from '../core/ids.ts'
import { ALL_RIGHTS, type Rights } from '../core/model/accounts.ts'
import { type Entry, freshEntry, readFields, refuseOtherKeys } from '../settings/fields.ts'
import { changeable, changing, type Desk, disabledSince, findRecords } from './desk.ts'
import { keyOwner } from './made-accounts.ts'
import { type KeyView, viewOfKey } from './views.ts'

/** What a key pair may have besides its values. */
export interface KeyTerms {
  readonly label?: string
  /** Default: all. */
  readonly rights?: Rights
  /** Null for no end. */
  readonly expiresAt?: TimeMs | null
}

export type KeyChange = KeyTerms & { readonly isDisabled?: boolean }

/** A key pair with its secret, which is shown this once. */
export type NewKey = KeyView & { readonly secretKey: string }

/** Makes, changes and deletes key pairs. Wrong values are ConfigErrors, as in files; other errors are the metadata's. */
export interface KeyDesk {
  /** `entry` may have `access_key` and `secret_key`. What it lacks is made. Errors: `name-conflict`. */
  add(account: string, terms?: KeyTerms, entry?: Entry): Promise<NewKey>
  update(account: string, accessKey: string, change: KeyChange): Promise<KeyView>
  delete(account: string, accessKey: string): Promise<void>
}

export function createKeyDesk(desk: Desk): KeyDesk {
  return {
    add: (account, terms = {}, entry = {}) =>
      changing(desk, () => addKey(desk, changeable(desk, account), terms, entry)),
    update: (account, accessKey, change) =>
      changing(desk, () => updateKey(desk, changeable(desk, account), accessKey, change)),
    delete: (account, accessKey) =>
      changing(desk, () => desk.metadata.deleteKey({ account: changeable(desk, account), accessKey })),
  }
}

async function addKey(desk: Desk, account: AccountId, terms: KeyTerms, given: Entry): Promise<NewKey> {
  const { accessKey: accessKeyField, secretKey: secretKeyField } = accountFields(desk.dialects)
  const fields = { accessKey: accessKeyField, secretKey: secretKeyField }
  const entry = freshEntry(fields, desk.random, given)
  refuseOtherKeys(entry, ['access_key', 'secret_key'], 'key')
  const { accessKey, secretKey } = readFields(fields, entry, 'key')
  if (desk.configured.byAccessKey(accessKey) !== null) {
    throw new CoreError('name-conflict', `the configuration has the access key ${accessKey}`)
  }
  const { label = '', rights = ALL_RIGHTS, expiresAt = null } = terms
  const sealed = desk.sealer.seal(secretKey, keyOwner(account, accessKey))
  const key = { accessKey, account, label, sealed, rights, createdAt: desk.clock.now(), expiresAt }
  await desk.metadata.addKey(key)
  return { ...viewOfKey({ ...key, disabledAt: null }), secretKey }
}

async function updateKey(
  desk: Desk,
  account: AccountId,
  accessKey: string,
  { isDisabled, ...terms }: KeyChange,
): Promise<KeyView> {
  const before = await findKey(desk, account, accessKey)
  const change = {
    ...terms,
    ...(isDisabled === undefined ? {} : { disabledAt: disabledSince(before, isDisabled, desk.clock) }),
  }
  await desk.metadata.updateKey({ account, accessKey, change })
  return viewOfKey({ ...before, ...change })
}

/** Errors: `account-not-found`, `credential-not-found`. */
async function findKey(desk: Desk, account: AccountId, accessKey: string) {
  const { keys } = await findRecords(desk, account)
  const key = keys.find((each) => each.accessKey === accessKey)
  if (key !== undefined) return key
  throw new CoreError('credential-not-found', `the account ${account} has no access key ${accessKey}`)
}

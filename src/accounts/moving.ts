import { CoreError, isCoreError } from '../core/errors.ts'
import { type AccountId, asAccountId } from '../core/ids.ts'
import type { AccountRecord, CredentialRecord, KeyRecord } from '../core/model/accounts.ts'
import { namesOf } from './credential-desk.ts'
import { changing, type Desk, kindNamed } from './desk.ts'
import { keptEntry } from './kept-fields.ts'
import { attributesOwner, credentialOwner, keyOwner } from './made-accounts.ts'
import type { SealOwner } from './sealing.ts'

/** A record without its owner, with its secret as text: null where there is none, or where it was left out. */
type Moved<Kept> = Omit<Kept, 'sealed' | 'account'> & { readonly secret: string | null }

/** An account as it goes from one installation to another. */
export interface MovedAccount {
  readonly hasSecrets: boolean
  readonly account: Moved<AccountRecord>
  readonly keys: readonly Moved<KeyRecord>[]
  readonly credentials: readonly Moved<CredentialRecord>[]
}

/** Takes accounts out of an installation, and into one. */
export interface MovingDesk {
  /** Null for an account of the configuration. Errors: `account-not-found`; `invalid-argument` when secrets do not open. */
  take(account: string, options: { readonly withSecrets: boolean }): Promise<MovedAccount | null>
  /**
   * Makes the account with its keys and credentials, sealed anew. What is there already stays as it is. Without secrets only the account's
   * own values are made. Nothing is done for an account of the configuration.
   */
  make(moved: MovedAccount): Promise<void>
}

export function createMovingDesk(desk: Desk): MovingDesk {
  return {
    take: (account, options) => take(desk, account, options),
    make: (moved) => changing(desk, () => make(desk, moved)),
  }
}

async function take(
  desk: Desk,
  id: string,
  { withSecrets }: { readonly withSecrets: boolean },
): Promise<MovedAccount | null> {
  if (desk.configured.byId(id) !== null) return null
  const { accounts, keys, credentials } = await desk.metadata.readAccounts({})
  const account = accounts.find((one) => one.id === id)
  if (account === undefined) throw new CoreError('account-not-found', `there is no account ${id}`)
  const move = <Kept extends { readonly sealed: Uint8Array | null }>(kept: Kept, owner: SealOwner) => {
    const { sealed, ...rest } = kept
    return { ...rest, secret: sealed === null || !withSecrets ? null : opened(desk, sealed, owner) }
  }
  return {
    hasSecrets: withSecrets,
    account: move(account, attributesOwner(id)),
    keys: keys
      .filter((key) => key.account === id)
      .map(({ account: _, ...key }) => move(key, keyOwner(id, key.accessKey))),
    credentials: credentials
      .filter((one) => one.account === id)
      .map(({ account: _, ...one }) => move(one, credentialOwner(id, one.kind, one.publicId))),
  }
}

function opened({ sealer }: Desk, sealed: Uint8Array, owner: SealOwner): string {
  const text = sealer.open(sealed, owner)
  if (text !== null) return text
  throw new CoreError(
    'invalid-argument',
    'secrets of the account do not open by the key of this installation',
  )
}

async function make(desk: Desk, { hasSecrets, account, keys, credentials }: MovedAccount): Promise<void> {
  const id = asAccountId(account.id)
  const { metadata } = desk
  if (desk.configured.byId(id) !== null) return
  const { secret, disabledAt, ...own } = account
  const isNew = await unlessThere(
    metadata.createAccount({
      account: { ...own, id, sealed: sealedOf(desk, secret, attributesOwner(id)) },
      adoptsContent: true,
    }),
  )
  for (const key of hasSecrets ? keys : []) await makeKey(desk, id, key)
  for (const credential of hasSecrets ? credentials : []) await makeCredential(desk, id, credential)
  if (isNew && disabledAt !== null) await metadata.updateAccount({ id, change: { disabledAt } })
}

async function makeKey(
  { metadata, ...desk }: Desk,
  account: AccountId,
  key: Moved<KeyRecord>,
): Promise<void> {
  const { secret, disabledAt, ...own } = key
  const { accessKey } = own
  if (secret === null) return
  const sealed = desk.sealer.seal(secret, keyOwner(account, accessKey))
  const isNew = await unlessThere(metadata.addKey({ ...own, account, sealed }))
  if (isNew && disabledAt !== null) await metadata.updateKey({ account, accessKey, change: { disabledAt } })
}

/** What it is unique by follows from its values. */
async function makeCredential(desk: Desk, account: AccountId, one: Moved<CredentialRecord>): Promise<void> {
  const { secret, disabledAt, ...own } = one
  const owner = credentialOwner(account, own.kind, own.publicId)
  const sealed = sealedOf(desk, secret, owner)
  const kind = kindNamed(desk, own.kind)
  const entry = keptEntry({ settings: own.settings, sealed }, owner, desk.sealer) ?? {}
  const names = namesOf(kind, kind.read(entry, `${own.kind} ${own.publicId}`, { isKept: true }))
  const record = { ...own, account, sealed, names }
  const isNew = await unlessThere(desk.metadata.addCredential(record))
  if (isNew && disabledAt !== null) await desk.metadata.updateCredential({ ...record, disabledAt })
}

const sealedOf = ({ sealer }: Desk, secret: string | null, owner: SealOwner): Uint8Array | null =>
  secret === null ? null : sealer.seal(secret, owner)

/** Whether something was made. Not: it is there. */
async function unlessThere(making: Promise<void>): Promise<boolean> {
  try {
    await making
    return true
  } catch (error) {
    if (isCoreError(error, 'name-conflict')) return false
    throw error
  }
}

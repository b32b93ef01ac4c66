import { CoreError } from '../core/errors.ts'
import type { AccountId } from '../core/ids.ts'
import type { CredentialName } from '../core/model/accounts.ts'
import { ConfigError } from '../settings/error.ts'
import { type Entry, freshEntry, requireLongSecrets } from '../settings/fields.ts'
import { changeable, changing, type Desk, disabledSince, findRecords, kindNamed } from './desk.ts'
import { fieldValues, keep, keptEntry } from './kept-fields.ts'
import { credentialOwner, type Declarations } from './made-accounts.ts'
import { type CredentialView, publicIdOf, viewOfCredential } from './views.ts'

type Kind = Declarations['credentials'][number]

/** Whose credential, of which kind, and what it is called by. */
export interface CredentialKey {
  readonly account: string
  /** The kind's name: `app`. */
  readonly kind: string
  readonly id: string
}

/** A credential and its new secrets. They are shown this once. */
export interface NewCredential {
  readonly credential: CredentialView
  /** By key, as files write them. */
  readonly secrets: Entry
}

export interface CredentialChange {
  /** By key, as files write them. */
  readonly entry?: Entry
  /** Makes all secrets that can be made anew. */
  readonly renewsSecrets?: boolean
  readonly isDisabled?: boolean
}

/** Makes, changes and deletes credentials. Wrong values are ConfigErrors, as in files; other errors are the metadata's. */
export interface CredentialDesk {
  /** `entry` is as files write it. Values that it lacks are made, where that is possible. Errors: `name-conflict`. */
  add(account: string, kind: string, entry: Entry): Promise<NewCredential>
  /** What it is called by stays. Errors: `name-conflict`. */
  update(key: CredentialKey, change: CredentialChange): Promise<NewCredential>
  delete(key: CredentialKey): Promise<void>
}

export function createCredentialDesk(desk: Desk): CredentialDesk {
  return {
    add: (account, kind, entry) =>
      changing(desk, () => addCredential(desk, changeable(desk, account), kindNamed(desk, kind), entry)),
    update: (key, change) =>
      changing(desk, () =>
        updateCredential(desk, changeable(desk, key.account), kindNamed(desk, key.kind), key.id, change),
      ),
    delete: ({ account, kind, id }) =>
      changing(desk, () =>
        desk.metadata.deleteCredential({ account: changeable(desk, account), kind, publicId: id }),
      ),
  }
}

async function addCredential(
  desk: Desk,
  account: AccountId,
  kind: Kind,
  given: Entry,
): Promise<NewCredential> {
  const entry = freshEntry(kind.fields, desk.random, given)
  const values = kind.read(entry, kind.name)
  const publicId = publicIdOf(kind, values)
  const names = await freeNames(desk, account, kind, values)
  const kept = await keep(
    fieldValues(kind.fields, values),
    credentialOwner(account, kind.name, publicId),
    desk,
  )
  const record = { account, kind: kind.name, publicId, ...kept, createdAt: desk.clock.now() }
  await desk.metadata.addCredential({ ...record, names })
  return { credential: viewOfCredential({ ...record, disabledAt: null }), secrets: secretsOf(kind, entry) }
}

async function updateCredential(
  desk: Desk,
  account: AccountId,
  kind: Kind,
  publicId: string,
  { entry = {}, renewsSecrets = false, isDisabled }: CredentialChange,
): Promise<NewCredential> {
  const before = await findCredential(desk, account, kind, publicId)
  const owner = credentialOwner(account, kind.name, publicId)
  const change = { ...(renewsSecrets ? freshSecrets(desk, kind) : {}), ...entry }
  requireLongSecrets(kind.fields, change, kind.name)
  const values = kind.read({ ...keptEntry(before, owner, desk.sealer), ...change }, kind.name, {
    isKept: true,
  })
  if (publicIdOf(kind, values) !== publicId) {
    throw new ConfigError(`${kind.name}: ${publicId} cannot be called otherwise; accepted: a new one`)
  }
  const names = await freeNames(desk, account, kind, values)
  const kept = await keep(fieldValues(kind.fields, values), owner, desk)
  const disabledAt =
    isDisabled === undefined ? before.disabledAt : disabledSince(before, isDisabled, desk.clock)
  const record = { ...before, ...kept, disabledAt }
  await desk.metadata.updateCredential({ ...record, names })
  return { credential: viewOfCredential(record), secrets: secretsOf(kind, change) }
}

async function findCredential(desk: Desk, account: AccountId, kind: Kind, publicId: string) {
  const { credentials } = await findRecords(desk, account)
  const found = credentials.find((each) => each.kind === kind.name && each.publicId === publicId)
  if (found !== undefined) return found
  throw new CoreError('credential-not-found', `the account ${account} has no ${kind.name} ${publicId}`)
}

const isSecretKey = (kind: Kind, key: string): boolean =>
  Object.values(kind.fields).some((field) => field.key === key && field.secrecy !== 'public')

const secretsOf = (kind: Kind, entry: Entry): Entry =>
  Object.fromEntries(Object.entries(entry).filter(([key]) => isSecretKey(kind, key)))

const freshSecrets = ({ random }: Desk, kind: Kind): Entry => secretsOf(kind, freshEntry(kind.fields, random))

/** The values that no other credential may have. */
export function namesOf({ unique, fields, scope }: Kind, values: object): readonly CredentialName[] {
  const byName = new Map<string, unknown>(Object.entries(values))
  return unique.map((name) => ({
    ...{ field: fields[name]?.key ?? name, value: String(byName.get(name)), scope },
  }))
}

/** The values that no other credential may have. Errors: `name-conflict` if the configuration has one of them. */
async function freeNames(
  desk: Desk,
  account: AccountId,
  kind: Kind,
  values: object,
): Promise<readonly CredentialName[]> {
  const { account: owner } = await findRecords(desk, account)
  const names = namesOf(kind, values)
  const taken = desk.configured.all
    .filter(({ name }) => kind.scope === 'everywhere' || name === owner.name)
    .flatMap(({ credentials }) => credentials[kind.name] ?? [])
    .flatMap((each) => namesOf(kind, each))
    .find((name) => names.some(({ field, value }) => field === name.field && value === name.value))
  if (taken === undefined) return names
  const { field, value } = taken
  throw new CoreError('name-conflict', `the configuration has the ${kind.name} with the ${field} ${value}`, {
    field,
  })
}

import { accountFields } from '../config/account-fields.ts'
import { readAttributes } from '../config/accounts.ts'
import { CoreError } from '../core/errors.ts'
import { type AccountId, asAccountId } from '../core/ids.ts'
import { type Entry, freshEntry, readFields, refuseOtherKeys } from '../settings/fields.ts'
import { changeable, changing, type Desk, disabledSince, findRecords } from './desk.ts'
import { fieldValues, type Kept, keep, keptEntry } from './kept-fields.ts'
import { attributesOwner } from './made-accounts.ts'
import { type AccountView, viewOfConfigured, viewsOfRecords } from './views.ts'

export interface AccountChange {
  readonly name?: string
  readonly isDisabled?: boolean
  /** By key, as files write them; null takes one away. */
  readonly attributes?: Entry
}

/** Makes, lists, changes and deletes accounts. Wrong values are ConfigErrors, as in files; other errors are the metadata's. */
export interface AccountDesk {
  /** All accounts, those of the configuration first. */
  list(): Promise<readonly AccountView[]>
  /** Errors: `account-not-found`. */
  show(id: string): Promise<AccountView>
  /**
   * An account without keys. `entry` is as files write it: `name`, and if wanted `id` and attributes. `adoptsContent`: what is
   * stored under the id already becomes its. Errors: `name-conflict`.
   */
  create(entry: Entry, options?: { readonly adoptsContent?: boolean }): Promise<AccountView>
  update(id: string, change: AccountChange): Promise<AccountView>
  /** Errors: `account-not-empty`, unless `keepsContent`: see `deleteAccount` of the metadata. */
  delete(id: string, options?: { readonly keepsContent?: boolean }): Promise<void>
}

export function createAccountDesk(desk: Desk): AccountDesk {
  return {
    list: () => listAccounts(desk),
    show: async (id) => {
      const account = (await listAccounts(desk)).find((each) => each.id === id)
      if (account !== undefined) return account
      throw new CoreError('account-not-found', `there is no account ${id}`)
    },
    create: (entry, { adoptsContent = false } = {}) =>
      changing(desk, () => createAccount(desk, entry, adoptsContent)),
    update: (id, change) => changing(desk, () => updateAccount(desk, changeable(desk, id), change)),
    delete: (id, { keepsContent = false } = {}) =>
      changing(desk, () => desk.metadata.deleteAccount({ id: changeable(desk, id), keepsContent })),
  }
}

async function listAccounts({ configured, metadata, declarations }: Desk): Promise<readonly AccountView[]> {
  const made = viewsOfRecords(await metadata.readAccounts({}))
  return [
    ...configured.all.map((account) => viewOfConfigured(account, declarations)),
    ...made.filter(({ id }) => configured.byId(id) === null),
  ]
}

async function createAccount(desk: Desk, given: Entry, adoptsContent: boolean): Promise<AccountView> {
  const { id: idField, name: nameField } = accountFields(desk.dialects)
  const fields = { id: idField, name: nameField }
  const entry = freshEntry(fields, desk.random, given)
  refuseOtherKeys(entry, ['id', 'name', ...attributeKeys(desk)], 'account')
  const values = readFields(fields, entry, 'account')
  const id = asAccountId(values.id)
  if (desk.configured.byId(id) !== null) {
    throw new CoreError('name-conflict', `the configuration has an account ${id}`)
  }
  const { settings: attributes, sealed } = await keepAttributes(desk, id, entry)
  const account = { id, name: values.name, attributes, sealed, createdAt: desk.clock.now() }
  await desk.metadata.createAccount({ account, adoptsContent })
  return viewOf(desk, id)
}

async function updateAccount(desk: Desk, id: AccountId, wanted: AccountChange): Promise<AccountView> {
  const { account } = await findRecords(desk, id)
  const { name, isDisabled, attributes } = wanted
  const { name: nameField } = accountFields(desk.dialects)
  const kept = { settings: account.attributes, sealed: account.sealed }
  const change = {
    ...(name === undefined ? {} : readFields({ name: nameField }, { name }, `account ${id}`)),
    ...(isDisabled === undefined ? {} : { disabledAt: disabledSince(account, isDisabled, desk.clock) }),
    ...(attributes === undefined ? {} : await changedAttributes(desk, id, kept, attributes)),
  }
  await desk.metadata.updateAccount({ id, change })
  return viewOf(desk, id)
}

async function changedAttributes(desk: Desk, id: AccountId, kept: Kept, change: Entry) {
  refuseOtherKeys(change, attributeKeys(desk), `account ${id}`)
  const before = keptEntry(kept, attributesOwner(id), desk.sealer) ?? {}
  const entries = Object.entries({ ...before, ...change }).filter(([, value]) => value !== null)
  const { settings: attributes, sealed } = await keepAttributes(desk, id, Object.fromEntries(entries))
  return { attributes, sealed }
}

/** Reads all attributes of an account. Errors: ConfigError. */
function keepAttributes(desk: Desk, id: AccountId, entry: Entry): Promise<Kept> {
  const values = desk.declarations.attributes.flatMap((kind) =>
    fieldValues(kind.fields, readAttributes(kind, entry, 'account')),
  )
  return keep(values, attributesOwner(id), desk)
}

const attributeKeys = ({ declarations }: Desk): readonly string[] =>
  declarations.attributes.flatMap(({ fields }) => Object.values(fields).map(({ key }) => key))

async function viewOf(desk: Desk, id: AccountId): Promise<AccountView> {
  const { account, keys, credentials } = await findRecords(desk, id)
  const [view] = viewsOfRecords({ version: 0, accounts: [account], keys, credentials })
  if (view === undefined) throw new Error('an account that was found has no view')
  return view
}

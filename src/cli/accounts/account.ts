import type { Command } from 'commander'
import type { AccountView } from '../../accounts/index.ts'
import { accountFields } from '../../config/account-fields.ts'
import { attributesFor } from '../../config/account-limits.ts'
import type { Dialect } from '../../dialects/dialect.ts'
import type { FieldTable } from '../../settings/fields.ts'
import { type DeskCommand, deskCommands, type Told } from './desk-command.ts'
import { accountLine, accountLines } from './lines.ts'

const ID = ['id', "the account's id"] as const

/** `stowage account`: tenants, beside a running server or without one. */
export function accountCommand(dialects: readonly Dialect[]): Command {
  const { id, name } = accountFields(dialects)
  const attributes = attributeFields(dialects)
  const commands: readonly DeskCommand[] = [
    list,
    show,
    {
      name: 'create',
      description: 'make an account; keys and credentials are added to it',
      takes: [],
      fields: { id, name, ...attributes },
      switches: { adopt_content: 'what is stored under this id already becomes its' },
      run: async ({ accounts }, _, { adopt_content, ...entry }) =>
        told(await accounts.create(entry, { adoptsContent: adopt_content === true })),
    },
    {
      name: 'update',
      description: 'change what is given',
      takes: [ID],
      fields: { name, ...attributes },
      run: async ({ accounts }, [account = ''], { name: newName, ...entry }) =>
        told(
          await accounts.update(account, {
            ...(newName === undefined ? {} : { name: String(newName) }),
            ...(Object.keys(entry).length === 0 ? {} : { attributes: entry }),
          }),
        ),
    },
    switching('disable', 'refuse all that its keys and credentials ask for, until it is enabled', true),
    switching('enable', 'let its keys and credentials work again', false),
    remove,
  ]
  return deskCommands('account', 'make, list, change and delete accounts', commands, dialects)
}

const list: DeskCommand = {
  name: 'list',
  description: 'show all accounts, those of the configuration first',
  takes: [],
  fields: {},
  run: async ({ accounts }) => {
    const all = await accounts.list()
    return { json: all, lines: all.map(accountLine) }
  },
}

const show: DeskCommand = {
  name: 'show',
  description: 'show an account with its keys and credentials, without secrets',
  takes: [ID],
  fields: {},
  run: async (desks, [id = '']) => told(await desks.accounts.show(id)),
}

const remove: DeskCommand = {
  name: 'delete',
  description: 'delete an account with its keys and credentials',
  takes: [ID],
  fields: {},
  switches: { keep_content: 'even if something is stored under it; that stays, for nobody to reach' },
  run: async ({ accounts }, [id = ''], { keep_content }) => {
    await accounts.delete(id, { keepsContent: keep_content === true })
    return { json: { deleted: id }, lines: [`${id}  deleted`] }
  },
}

const switching = (name: string, description: string, isDisabled: boolean): DeskCommand => ({
  ...{ name, description, takes: [ID], fields: {} },
  run: async ({ accounts }, [id = '']) => told(await accounts.update(id, { isDisabled })),
})

const told = (account: AccountView): Told => ({ json: account, lines: accountLines(account) })

/** What accounts have for the dialects, as flags. */
const attributeFields = (dialects: readonly Dialect[]): FieldTable =>
  Object.fromEntries(
    attributesFor(dialects).flatMap(({ fields }) =>
      Object.values(fields).map((field) => [field.key, field] as const),
    ),
  )

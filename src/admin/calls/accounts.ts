import { z } from 'zod'
import type { AccountView } from '../../accounts/index.ts'
import { call } from '../call.ts'
import { definedOf, entry, noQuery, time, timeOf } from '../schemas.ts'
import { credentialSchema, credentialTold } from './credentials.ts'
import { keySchema, keyTold } from './keys.ts'

const accountSchema = z
  .object({
    ...{ id: z.string(), name: z.string() },
    source: z
      .enum(['configuration', 'metadata'])
      .describe('one of the configuration is changed in its file, not here'),
    ...{ attributes: entry, created_at: time.nullable(), disabled_at: time.nullable() },
    ...{ keys: z.array(keySchema), credentials: z.array(credentialSchema) },
  })
  .meta({ id: 'Account', description: 'a tenant, without its secrets' })

const told = (account: AccountView): z.input<typeof accountSchema> => ({
  ...{ id: account.id, name: account.name, source: account.source, attributes: { ...account.attributes } },
  ...{ created_at: timeOf(account.createdAt), disabled_at: timeOf(account.disabledAt) },
  ...{ keys: account.keys.map(keyTold), credentials: account.credentials.map(credentialTold) },
})

const newAccount = z
  .strictObject({
    id: z.string().optional().describe('made where it is not given'),
    ...{ name: z.string().optional(), attributes: entry.optional() },
    adopts_content: z.boolean().default(false).describe('what is stored under the id already becomes its'),
  })
  .meta({ id: 'NewAccount' })

const accountChange = z
  .strictObject({
    name: z.string().optional(),
    disabled: z.boolean().optional().describe('true: all that its keys and credentials ask for is refused'),
    attributes: entry.optional().describe('by key, as the configuration writes them; null takes one away'),
  })
  .meta({ id: 'AccountChange' })

const keepContent = z
  .enum(['true', 'false'])
  .default('false')
  .describe('true: even if something is stored under it; that stays, for nobody to reach')

const PATH = '/v1/accounts/{account}'

/** The calls that list, make and change accounts. */
export const ACCOUNT_CALLS = [
  call({
    ...{ method: 'GET', path: '/v1/accounts', name: 'accounts.list', audience: 'operator' },
    does: 'list all accounts, those of the configuration first',
    ...{ query: noQuery, body: null },
    answer: { status: 200, schema: z.object({ items: z.array(accountSchema) }).meta({ id: 'Accounts' }) },
    handle: async ({ desks }) => ({ value: { items: (await desks.accounts.list()).map(told) } }),
  }),
  call({
    ...{ method: 'POST', path: '/v1/accounts', name: 'accounts.create', audience: 'operator' },
    does: 'make an account; keys and credentials are added to it',
    ...{ query: noQuery, body: newAccount },
    answer: { status: 201, schema: accountSchema },
    handle: async ({ desks }, { body: { attributes, adopts_content: adoptsContent, ...names } }) => {
      const made = await desks.accounts.create({ ...attributes, ...definedOf(names) }, { adoptsContent })
      return { value: told(made), headers: { location: `/v1/accounts/${encodeURIComponent(made.id)}` } }
    },
  }),
  call({
    ...{ method: 'GET', path: PATH, name: 'accounts.show', audience: 'account' },
    does: 'show an account with its keys and credentials, without secrets',
    ...{ query: noQuery, body: null },
    answer: { status: 200, schema: accountSchema },
    handle: async ({ desks }, { path: { account = '' } }) => ({
      value: told(await desks.accounts.show(account)),
    }),
  }),
  call({
    ...{ method: 'PATCH', path: PATH, name: 'accounts.update', audience: 'operator' },
    does: 'change what is given',
    ...{ query: noQuery, body: accountChange },
    answer: { status: 200, schema: accountSchema },
    handle: async ({ desks }, { path: { account = '' }, body: { disabled, ...rest } }) => {
      const change = definedOf({ isDisabled: disabled, ...rest })
      return { value: told(await desks.accounts.update(account, change)) }
    },
  }),
  call({
    ...{ method: 'DELETE', path: PATH, name: 'accounts.delete', audience: 'operator' },
    does: 'delete an account with its keys and credentials',
    ...{ query: z.strictObject({ keep_content: keepContent }), body: null },
    answer: { status: 204, schema: null },
    handle: async ({ desks }, { path: { account = '' }, query }) => {
      await desks.accounts.delete(account, { keepsContent: query.keep_content === 'true' })
      return { value: null }
    },
  }),
]

import { z } from 'zod'
import type { KeyTerms, KeyView } from '../../accounts/index.ts'
import { CoreError } from '../../core/errors.ts'
import { ALL_RIGHTS, type Rights } from '../../core/model/accounts.ts'
import { call } from '../call.ts'
import { definedOf, msOf, noQuery, time, timeOf } from '../schemas.ts'

const right = z.enum(['read', 'write', 'delete', 'admin'])

const rightsSchema = z
  .strictObject({
    may: z.array(right).min(1),
    prefix: z.string().nullable().describe('where object keys must begin so; null for no such limit'),
    buckets: z.array(z.string()).nullable().describe('the only buckets that it may use; null for all'),
  })
  .meta({ id: 'Rights', description: 'what a key pair may do' })

/** A key pair, without its secret. */
export const keySchema = z
  .object({
    ...{ access_key: z.string(), label: z.string(), rights: rightsSchema },
    ...{ created_at: time.nullable(), disabled_at: time.nullable(), expires_at: time.nullable() },
  })
  .meta({ id: 'Key', description: 'a key pair, without its secret' })

const newKeySchema = z
  .object({ ...keySchema.shape, secret_key: z.string().describe('shown this once') })
  .meta({ id: 'NewKey' })

/** How a key pair is told. */
export const keyTold = (key: KeyView): z.input<typeof keySchema> => ({
  ...{ access_key: key.accessKey, label: key.label, rights: rightsTold(key.rights) },
  ...{ created_at: timeOf(key.createdAt), disabled_at: timeOf(key.disabledAt) },
  expires_at: timeOf(key.expiresAt),
})

const rightsTold = ({ may, prefix, buckets }: Rights): z.input<typeof rightsSchema> => ({
  ...{ may: [...may], prefix, buckets: buckets === null ? null : [...buckets] },
})

const terms = {
  label: z.string().max(256).optional(),
  rights: rightsSchema.partial().optional().describe('what is left out stays, or is all'),
  expires_at: time.nullable().optional().describe('from when on it is refused; null for no end'),
}

const PATH = '/v1/accounts/{account}/keys'

/** The calls that make and change key pairs. */
export const KEY_CALLS = [
  call({
    ...{ method: 'POST', path: PATH, name: 'keys.create', audience: 'operator' },
    does: 'add a key pair, and show its secret this once; several live side by side',
    query: noQuery,
    body: z
      .strictObject({
        ...{ access_key: z.string().optional(), secret_key: z.string().optional() },
        ...terms,
      })
      .meta({ id: 'KeyTerms' }),
    answer: { status: 201, schema: newKeySchema },
    handle: async ({ desks }, { path: { account = '' }, body }) => {
      const { access_key, secret_key, ...rest } = body
      const pair = definedOf({ access_key, secret_key })
      const { secretKey, ...made } = await desks.keys.add(account, termsOf(rest, ALL_RIGHTS), pair)
      return { value: { ...keyTold(made), secret_key: secretKey } }
    },
  }),
  call({
    ...{ method: 'PATCH', path: `${PATH}/{access_key}`, name: 'keys.update', audience: 'operator' },
    does: 'change what is given of a key pair',
    query: noQuery,
    body: z.strictObject({ ...terms, disabled: z.boolean().optional() }).meta({ id: 'KeyChange' }),
    answer: { status: 200, schema: keySchema },
    handle: async ({ desks }, { path: { account = '', access_key: accessKey = '' }, body }) => {
      const { disabled, ...rest } = body
      const { keys } = await desks.accounts.show(account)
      const before = keys.find((each) => each.accessKey === accessKey)
      if (before === undefined) throw new CoreError('credential-not-found', 'the account has no such key')
      const change = { ...termsOf(rest, before.rights), ...definedOf({ isDisabled: disabled }) }
      return { value: keyTold(await desks.keys.update(account, accessKey, change)) }
    },
  }),
  call({
    ...{ method: 'DELETE', path: `${PATH}/{access_key}`, name: 'keys.delete', audience: 'operator' },
    does: 'delete a key pair: what it signed is refused from now on',
    ...{ query: noQuery, body: null },
    answer: { status: 204, schema: null },
    handle: async ({ desks }, { path: { account = '', access_key: accessKey = '' } }) => {
      await desks.keys.delete(account, accessKey)
      return { value: null }
    },
  }),
]

type GivenTerms = z.output<z.ZodObject<typeof terms>>

/** Rights that are not given are those of `before`. */
const termsOf = ({ label, rights, expires_at: end }: GivenTerms, before: Rights): KeyTerms => ({
  ...(label === undefined ? {} : { label }),
  ...(rights === undefined ? {} : { rights: { ...before, ...definedOf(rights) } }),
  ...(end === undefined ? {} : { expiresAt: msOf(end) }),
})

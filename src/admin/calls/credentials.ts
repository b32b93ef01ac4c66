import { z } from 'zod'
import type { CredentialKey, CredentialView, NewCredential } from '../../accounts/index.ts'
import { type Asked, call } from '../call.ts'
import { definedOf, entry, noQuery, time, timeOf } from '../schemas.ts'

/** What a dialect's callers show, without secrets. */
export const credentialSchema = z
  .object({
    kind: z.string().describe('`app`, `library`, `project`, `user`, …: as dialects declare them'),
    ...{ id: z.string(), settings: entry },
    ...{ created_at: time.nullable(), disabled_at: time.nullable() },
  })
  .meta({ id: 'Credential' })

const newCredentialSchema = z
  .object({ credential: credentialSchema, secrets: entry.describe('new secrets by key, shown this once') })
  .meta({ id: 'NewCredential' })

/** How a credential is told. */
export const credentialTold = (view: CredentialView): z.input<typeof credentialSchema> => ({
  ...{ kind: view.kind, id: view.id, settings: { ...view.settings } },
  ...{ created_at: timeOf(view.createdAt), disabled_at: timeOf(view.disabledAt) },
})

const newTold = ({ credential, secrets }: NewCredential): z.input<typeof newCredentialSchema> => ({
  credential: credentialTold(credential),
  secrets: entry.parse(secrets),
})

const KIND_PATH = '/v1/accounts/{account}/credentials/{kind}'

/** The calls that make and change what accounts have for dialects. */
export const CREDENTIAL_CALLS = [
  call({
    ...{ method: 'POST', path: KIND_PATH, name: 'credentials.create', audience: 'operator' },
    does: 'add a credential; what is not given is made, and its secrets are shown this once',
    ...{ query: noQuery, body: entry },
    answer: { status: 201, schema: newCredentialSchema },
    handle: async ({ desks }, { path: { account = '', kind = '' }, body }) => ({
      value: newTold(await desks.credentials.add(account, kind, body)),
    }),
  }),
  call({
    ...{ method: 'PATCH', path: `${KIND_PATH}/{id}`, name: 'credentials.update', audience: 'operator' },
    does: 'change what is given of a credential',
    query: noQuery,
    body: z
      .strictObject({
        settings: entry.optional(),
        renews_secrets: z.boolean().optional().describe('make all secrets anew that can be'),
        disabled: z.boolean().optional(),
      })
      .meta({ id: 'CredentialChange' }),
    answer: { status: 200, schema: newCredentialSchema },
    handle: async ({ desks }, asked) => {
      const { settings, renews_secrets, disabled } = asked.body
      const change = definedOf({ entry: settings, renewsSecrets: renews_secrets, isDisabled: disabled })
      return { value: newTold(await desks.credentials.update(keyOf(asked), change)) }
    },
  }),
  call({
    ...{ method: 'DELETE', path: `${KIND_PATH}/{id}`, name: 'credentials.delete', audience: 'operator' },
    does: 'delete a credential',
    ...{ query: noQuery, body: null },
    answer: { status: 204, schema: null },
    handle: async ({ desks }, asked) => {
      await desks.credentials.delete(keyOf(asked))
      return { value: null }
    },
  }),
]

const keyOf = ({ path: { account = '', kind = '', id = '' } }: Asked<unknown, unknown>): CredentialKey => ({
  ...{ account, kind, id },
})

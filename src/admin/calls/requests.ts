import { z } from 'zod'
import type { JsonObject } from '../../core/model/json.ts'
import { type Caller, call } from '../call.ts'
import { AdminError } from '../errors.ts'
import { explain } from '../explain.ts'
import { noQuery } from '../schemas.ts'

const requestSchema = z
  .looseObject({
    at: z.string().describe('when it was answered'),
    requestId: z.string(),
    dialect: z.string(),
    call: z.string(),
    method: z.string(),
    status: z.number().int(),
    error: z.union([z.string(), z.number()]).optional(),
    reason: z.string().optional(),
  })
  .meta({ id: 'RefusedRequest', description: 'a request that was refused or failed, as the log has it' })

const explainedSchema = z
  .object({ request: requestSchema, explanation: z.array(z.string()).describe('lines for people') })
  .meta({ id: 'ExplainedRequest' })

/** The calls that tell why requests were refused. */
export const REQUEST_CALLS = [
  call({
    ...{ method: 'GET', path: '/v1/requests', name: 'requests.list', audience: 'all' },
    does: 'list requests that this node refused, or failed at, the newest first',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
    body: null,
    answer: {
      status: 200,
      schema: z.object({ items: z.array(requestSchema) }).meta({ id: 'RefusedRequests' }),
    },
    handle: async ({ refusals }, { query: { limit }, caller }) => {
      const seen = refusals.latest(500).filter((record) => maySee(caller, record))
      return { value: { items: seen.slice(0, limit).map(shown) } }
    },
  }),
  call({
    ...{ method: 'GET', path: '/v1/requests/{id}', name: 'requests.why', audience: 'all' },
    does: 'tell why a request of the last days was refused, by the id that its client was given',
    ...{ query: noQuery, body: null },
    answer: { status: 200, schema: explainedSchema },
    handle: async ({ refusals }, { path: { id = '' }, caller }) => {
      const record = await refusals.find(id)
      if (record === null || !maySee(caller, record)) throw unknown()
      return { value: { request: shown(record), explanation: [...explain(record)] } }
    },
  }),
]

/** An account sees what was asked for in its name. */
const maySee = (caller: Caller, { account }: JsonObject): boolean =>
  caller.kind === 'operator' || account === caller.account

const shown = (record: JsonObject): z.input<typeof requestSchema> => requestSchema.parse(record)

const unknown = (): AdminError =>
  new AdminError(
    404,
    'request-not-found',
    'no request of the last seven days that this node refused or failed at has this id; one that was served has nothing to explain',
  )

import { z } from 'zod'
import type { JsonObject } from '../core/model/json.ts'
import type { Call } from './call.ts'

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'request_id'],
  properties: {
    ...{ type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' } },
    ...{ detail: { type: 'string', description: 'for people' } },
    code: { type: 'string', description: 'for programs' },
    request_id: { type: 'string', description: 'also in the header X-Request-Id and in the log' },
  },
} as const

/** What OpenAPI 3.1 tells of the calls, made of the schemas that check them. */
export function describe(calls: readonly Call[], version: string): JsonObject {
  const components = new Map<string, JsonObject>([['Problem', PROBLEM]])
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): JsonObject => {
    const { $schema: _, $defs = {}, ...own } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' })
    for (const [id, each] of Object.entries($defs)) components.set(id, json(each))
    return json(own)
  }
  const paths: Record<string, Record<string, JsonObject>> = {}
  for (const each of calls) {
    const operations = paths[each.path] ?? {}
    operations[each.method.toLowerCase()] = operationOf(each, schemaOf)
    paths[each.path] = operations
  }
  return {
    openapi: '3.1.0',
    info: {
      ...{ title: 'Stowage admin API', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      description: 'What operators ask of a Stowage server and change in it.',
    },
    servers: [{ url: '/' }],
    security: [{ operator: [] }, { key_pair: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(components),
      securitySchemes: {
        operator: { type: 'http', scheme: 'bearer', description: 'the operator’s token' },
        key_pair: {
          type: 'http',
          scheme: 'basic',
          description: 'a key pair of an account, for what is its own',
        },
      },
    },
  }
}

type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => JsonObject

function operationOf(call: Call, schemaOf: SchemaOf): JsonObject {
  const { name, does, audience, body, answer, path } = call
  const [tag = ''] = name.split('.')
  return {
    ...{ operationId: name, summary: does, tags: [tag], parameters: parametersOf(call, schemaOf) },
    ...(audience === 'operator' ? { security: [{ operator: [] }] } : {}),
    ...(body === null
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(body, 'input') } },
          },
        }),
    responses: {
      [answer.status]: {
        description: 'success',
        ...(answer.schema === null && answer.type === undefined
          ? {}
          : { content: contentOf(answer, schemaOf) }),
      },
      ...problems(path.includes('{'), body !== null),
    },
  }
}

const contentOf = (
  { schema, type = 'application/json' }: Call['answer'],
  schemaOf: SchemaOf,
): JsonObject => ({
  [type.split(';', 1)[0] ?? type]: {
    schema: schema === null ? { type: 'string' } : schemaOf(schema, 'output'),
  },
})

function parametersOf({ path, query }: Call, schemaOf: SchemaOf): JsonObject[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }))
  const inQuery = Object.entries(query.shape).map(([name, schema]) => {
    const { description, ...own } = schemaOf(schema as z.ZodType, 'input')
    const text = typeof description === 'string' ? { description } : {}
    return { name, in: 'query', required: false, ...text, schema: own }
  })
  return [...inPath, ...inQuery]
}

function problems(hasPath: boolean, hasBody: boolean): JsonObject {
  const statuses: Readonly<Record<string, string>> = {
    ...{ 400: 'the request cannot be right', 401: 'nobody, or a wrong secret', 403: 'not for the caller' },
    ...(hasPath ? { 404: 'it is not there' } : {}),
    ...(hasBody
      ? { 409: 'its state does not allow this', 413: 'too large', 415: 'no JSON' }
      : { 409: 'its state does not allow this' }),
    ...{ 429: 'too many requests', 503: 'try again later', 500: 'the server failed' },
  }
  return Object.fromEntries(
    Object.entries(statuses).map(([status, description]) => [
      status,
      {
        description,
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

/** Schemas refer to what they define; a document has that in one place. */
const json = (schema: unknown): JsonObject =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'))

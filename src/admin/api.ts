import type { z } from 'zod'
import { mediaType, parseJson, readBody } from '../http/body.ts'
import { RequestFault } from '../http/faults.ts'
import type { Exchange, Reply } from '../http/types.ts'
import type { Answer, Call, Context } from './call.ts'
import { callerOf, requireAudience } from './callers.ts'
import { CALLS } from './calls/index.ts'
import { AdminError } from './errors.ts'
import { describe } from './openapi.ts'

const BODY_SIZE_MAX = 256 * 1024

/** What answers requests of operators. */
export interface Api {
  /** Errors: AdminError, CoreError, RequestFault, ConfigError. */
  answer(exchange: Exchange): Promise<Reply>
}

/** A call with what finds it by the path. */
interface Route {
  readonly call: Call
  readonly pattern: RegExp
}

export interface ApiParts extends Context {
  readonly token: string
  readonly version: string
}

/** The API over a core. */
export function createApi(parts: ApiParts): Api {
  const routes = CALLS.map((call) => ({ call, pattern: patternOf(call.path) }))
  const document = JSON.stringify(describe(CALLS, parts.version))
  return {
    answer: async (exchange) => {
      if (exchange.rawPath === '/openapi.json') return documentReply(exchange, document)
      const { call, path } = find(routes, exchange)
      exchange.note({ call: `admin.${call.name}` })
      const caller = callerOf(exchange, parts.token, parts.accounts)
      requireAudience(call, caller, path)
      const query = read(call.query, queryOf(exchange), 'the query')
      const body = call.body === null ? null : await bodyOf(exchange, call.body)
      return replyOf(call, await call.handle(parts, { path, query, body, caller, exchange }))
    },
  }
}

function documentReply({ method }: Exchange, document: string): Reply {
  if (method !== 'GET' && method !== 'HEAD') throw wrongMethod(['GET'])
  return { status: 200, headers: { 'content-type': 'application/json' }, body: document }
}

/** Each braced part is one segment. */
const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`)

/** Errors: faults for a path that no call has, and for a method that the path does not have. */
function find(routes: readonly Route[], { method, rawPath }: Exchange) {
  const fitting = routes.flatMap(({ call, pattern }) => {
    const match = pattern.exec(rawPath)
    return match === null ? [] : [{ call, groups: match.groups ?? {} }]
  })
  if (fitting.length === 0) throw new RequestFault('not-found', 'there is no such path')
  const wanted = method === 'HEAD' ? 'GET' : method
  const found = fitting.find(({ call }) => call.method === wanted)
  if (found === undefined) throw wrongMethod(fitting.map(({ call }) => call.method))
  const decoded = Object.entries(found.groups).map(([name, text]) => [name, decodeURIComponent(text)])
  return { call: found.call, path: Object.fromEntries(decoded) as Record<string, string> }
}

const wrongMethod = (methods: readonly string[]): AdminError =>
  new AdminError(405, 'method-not-allowed', 'the path has no such method', {
    headers: { allow: methods.flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : [each])).join(', ') },
  })

/** Errors: 400 for a parameter that stands twice. */
function queryOf({ query }: Exchange): Readonly<Record<string, string>> {
  const names = query.map(([name]) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice === undefined) return Object.fromEntries(query)
  throw new AdminError(400, 'invalid-argument', `the query has ${twice} twice`, { members: { field: twice } })
}

/** Errors: 415 for another type than JSON; the faults of bodies. */
async function bodyOf(exchange: Exchange, schema: z.ZodType): Promise<unknown> {
  const type = mediaType(exchange)
  if (type !== '' && type !== 'application/json') {
    throw new RequestFault('unsupported-media-type', 'the body has to be application/json')
  }
  const bytes = await readBody(exchange, BODY_SIZE_MAX)
  return read(schema, bytes.byteLength === 0 ? {} : parseJson(bytes), 'the body')
}

/** Errors: 400 with what is wrong, field by field. */
function read(schema: z.ZodType, given: unknown, what: string): unknown {
  const { success, data, error } = schema.safeParse(given)
  if (success) return data
  const errors = error.issues.map(({ path, message }) => ({ field: path.join('.'), message }))
  const [first] = errors
  const where = first === undefined || first.field === '' ? what : `${what}: ${first.field}`
  throw new AdminError(400, 'invalid-argument', `${where}: ${first?.message ?? 'cannot be read'}`, {
    members: { errors },
  })
}

function replyOf({ answer }: Call, given: Answer<unknown>): Reply {
  const { status, type = 'application/json' } = answer
  const common = { 'cache-control': 'no-store' }
  if ('text' in given) return { status, headers: { ...common, 'content-type': type }, body: given.text }
  if (answer.schema === null) return { status, headers: common }
  return {
    ...{ status, body: JSON.stringify(given.value) },
    headers: { ...common, 'content-type': type, ...given.headers },
  }
}

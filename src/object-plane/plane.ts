import type { Accounts } from '../core/accounts.ts'
import type { Core } from '../core/core.ts'
import type { StoredObject } from '../core/model.ts'
import { createCors } from '../http/cors.ts'
import { serveObject } from '../http/serve-object.ts'
import type { Exchange, Reply, ReplyHeaders, Route, Surface } from '../http/types.ts'
import { decodePath } from './decode-path.ts'
import { receiveBody } from './receive.ts'
import {
  PlaneError,
  type PlaneFlavour,
  type PlaneNamespace,
  type PlaneSigner,
  type PlaneTarget,
} from './types.ts'

export interface ObjectPlaneOptions {
  readonly flavour: PlaneFlavour
  readonly namespaces: readonly PlaneNamespace[]
  /** Their key pairs may sign. */
  readonly accounts: Accounts
  readonly core: Core
}

type Handle = (exchange: Exchange, namespace: PlaneNamespace) => Promise<Reply>

const METHODS = ['GET', 'HEAD', 'PUT']
/** Headers of every flavour's answers that scripts may read. */
const EXPOSED = [
  'ETag',
  'Content-Length',
  'Content-Range',
  'Content-Type',
  'Accept-Ranges',
  'Last-Modified',
  'Date',
]

/**
 * Bytes over HTTP, as object stores do it: signed PUT, GET and HEAD of the namespaces' paths, and CORS preflights.
 * Who signed is settled before anything else, and the body is read last, so that a refusal costs the client no bytes.
 */
export function createObjectPlane({ flavour, namespaces, accounts, core }: ObjectPlaneOptions): Surface {
  const cors = createCors({ methods: METHODS, exposedHeaders: [...EXPOSED, ...flavour.exposedHeaders] })

  function admit(
    exchange: Exchange,
    namespace: PlaneNamespace,
  ): PlaneTarget & { readonly signer: PlaneSigner } {
    const signer = flavour.authenticate(exchange, (accessKey) => {
      const account = accounts.byAccessKey(accessKey)
      return account === null ? null : { account: account.id, secretKey: account.keys.secretKey }
    })
    exchange.note({ account: signer.account })
    requireSupported(exchange.query, flavour.unsupportedQueries)
    const target = namespace.locate(exchange.host, decodePath(exchange.rawPath))
    if (target === null) throw new PlaneError('no-such-bucket', 'no bucket is there')
    if (target.account !== signer.account) throw new PlaneError('access-denied', 'of another account')
    flavour.checkKey(target.key)
    return { ...target, signer }
  }

  const put: Handle = async (exchange, namespace) => {
    const { signer, ...target } = admit(exchange, namespace)
    requireSupportedHeaders(exchange, flavour.unsupportedHeaders)
    const staged = await receiveBody(exchange, core.staging, {
      sizeMax: namespace.sizeMax,
      digests: flavour.digests,
      sha256: signer.bodySha256,
    })
    const { size, digests } = staged.facts
    await namespace.write(target, staged, exchange.request.headers['content-type'] ?? null)
    exchange.note({ size })
    const etag: ReplyHeaders = digests.md5 === undefined ? {} : { etag: `"${digests.md5}"` }
    const headers = { ...flavour.commonHeaders(exchange), ...etag, ...flavour.digestHeaders(digests) }
    return { status: 200, headers, body: '' }
  }

  const get: Handle = async (exchange, namespace) => {
    const { signer: _, ...target } = admit(exchange, namespace)
    const overrides = readOverrides(exchange.query, flavour.overrides)
    const object = await namespace.read(target)
    if (object === null || object.content === null) throw new PlaneError('no-such-key', 'no object is there')
    return serve(exchange, object, overrides, flavour.digestHeaders(object.content.digests))
  }

  function serve(
    exchange: Exchange,
    object: StoredObject,
    overrides: ReplyHeaders,
    digests: ReplyHeaders,
  ): Reply {
    const common = flavour.commonHeaders(exchange)
    const reply = serveObject(exchange, core.objects, object, { ...common, ...digests, ...overrides })
    const code = REFUSALS.get(reply.status)
    if (code === undefined) return reply
    const refusal = flavour.renderError(new PlaneError(code, 'refused by a header of the request'), exchange)
    return { ...refusal, headers: { ...reply.headers, ...refusal.headers } }
  }

  const methods: readonly (readonly [string, Handle])[] = [
    ['GET', get],
    ['HEAD', get],
    ['PUT', put],
    ['OPTIONS', async (exchange) => cors.preflight(exchange, flavour.commonHeaders(exchange))],
  ]
  const routesAt = (namespace: PlaneNamespace, path: string): readonly Route[] =>
    methods.map(([method, handle]) => ({
      method,
      path,
      call: `${flavour.name}.${method.toLowerCase()}`,
      handle: async (exchange) => cors.allow(await handle(exchange, namespace)),
    }))
  return {
    name: `object-plane/${flavour.name}`,
    routes: namespaces.flatMap((namespace) => namespace.paths.flatMap((path) => routesAt(namespace, path))),
    newRequestId: (now) => flavour.newRequestId(now),
    renderError: (error, exchange) => cors.allow(flavour.renderError(error, exchange)),
  }
}

/** Answers of `serveObject` that need the vendor's error body. */
const REFUSALS = new Map([
  [412, 'precondition-failed'],
  [416, 'range-not-satisfiable'],
] as const) as ReadonlyMap<number, 'precondition-failed' | 'range-not-satisfiable'>

function requireSupported(query: Exchange['query'], unsupported: readonly string[]): void {
  const found = query.find(([name]) => unsupported.includes(name.toLowerCase()))
  if (found !== undefined) throw new PlaneError('not-implemented', `the query asks for ${found[0]}`)
}

function requireSupportedHeaders(exchange: Exchange, unsupported: readonly string[]): void {
  const { headers } = exchange.request
  const found = unsupported.find((name) => headers[name] !== undefined && headers[name] !== 'false')
  if (found !== undefined) throw new PlaneError('not-implemented', `the header ${found} is not supported`)
}

/** Headers that the query replaces. Throws `argument-invalid` for a value that is none or that stands twice. */
function readOverrides(query: Exchange['query'], names: PlaneFlavour['overrides']): ReplyHeaders {
  const overrides: Record<string, string> = {}
  for (const [name, value] of query) {
    const header = names.get(name.toLowerCase())
    if (header === undefined) continue
    if (header in overrides || !/^[\x20-\x7e\xa0-\xff]+$/.test(value)) {
      throw new PlaneError('argument-invalid', `the value of ${name} is no header`)
    }
    overrides[header] = value
  }
  return overrides
}

import type { Accounts } from '../core/accounts.ts'
import type { Core } from '../core/core.ts'
import { createCors } from '../http/cors.ts'
import { type Sleep, sleep } from '../http/pace.ts'
import { serveObject } from '../http/serve-object.ts'
import type { Exchange, Reply, ReplyHeaders, Route, Surface } from '../http/types.ts'
import { admission, requireSupportedHeaders } from './admission.ts'
import { PlaneError } from './errors.ts'
import { createFormHandler, isForm, isFormPreflight } from './form.ts'
import { multipartRoutes } from './multipart.ts'
import { readOverrides } from './overrides.ts'
import { readPart, refusePart } from './part.ts'
import { receiveBody } from './receive.ts'
import { type Throttle, throttling } from './throttling.ts'
import type { PlaneFlavour, PlaneNamespace, PlaneObject } from './types.ts'

export interface ObjectPlaneOptions {
  readonly flavour: PlaneFlavour
  readonly namespaces: readonly PlaneNamespace[]
  /** Their key pairs may sign. */
  readonly accounts: Accounts
  readonly core: Core
  /** How limited speeds are kept; default real timers. */
  readonly sleep?: Sleep
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
 * Bytes over HTTP, as object stores do it: signed PUT, GET and HEAD of the namespaces' paths, parts, uploads of parts and forms
 * where both namespace and flavour have them, and CORS preflights. Who signed is settled before anything else, and the body is read
 * last, so that a refusal costs the client no bytes.
 */
export function createObjectPlane(options: ObjectPlaneOptions): Surface {
  const { flavour, namespaces, accounts, core } = options
  const forms = flavour.form
  const cors = createCors({
    methods: methodsOf(flavour),
    exposedHeaders: [...EXPOSED, ...flavour.exposedHeaders],
  })
  const { findKey, admit } = admission(flavour, accounts)
  const throttleFor = throttling(core.clock, options.sleep ?? sleep)

  const put: Handle = async (exchange, namespace) => {
    const { signer, target } = admit(exchange, namespace)
    requireSupportedHeaders(exchange, flavour.unsupportedHeaders)
    const part = readPart(exchange.query, namespace)
    const throttle = throttleFor(signer, flavour.trafficLimit?.(exchange) ?? null)
    const slot = (await namespace.checkWrite?.(target, part)) ?? null
    const staged = await receiveBody(exchange, core.staging, {
      ...{ sizeMax: namespace.sizeMax, digests: flavour.digests, sha256: signer.bodySha256, throttle, slot },
    })
    const { size, digests } = staged.facts
    if (part === null) {
      await namespace.write(target, staged, exchange.request.headers['content-type'] ?? null)
    } else {
      await part.write(target, staged)
    }
    exchange.note({ size })
    const etag: ReplyHeaders = digests.md5 === undefined ? {} : { etag: `"${digests.md5}"` }
    const headers = { ...flavour.commonHeaders(exchange), ...etag, ...flavour.digestHeaders(digests) }
    return { status: 200, headers, body: '' }
  }

  const get: Handle = async (exchange, namespace) => {
    const { signer, target } = admit(exchange, namespace)
    refusePart(exchange.query)
    const overrides = readOverrides(exchange.query)
    const throttle = throttleFor(signer, flavour.trafficLimit?.(exchange) ?? null)
    const object = await namespace.read(target)
    if (object === null || object.content === null) throw new PlaneError('no-such-key', 'no object is there')
    const digests = flavour.digestHeaders(object.content.digests)
    return serve(exchange, object, { ...digests, ...object.headers, ...overrides }, throttle)
  }

  function serve(exchange: Exchange, object: PlaneObject, own: ReplyHeaders, throttle: Throttle): Reply {
    const shown = { ...object, read: (start: number, end: number) => throttle(object.read(start, end)) }
    const reply = serveObject(exchange, shown, { ...flavour.commonHeaders(exchange), ...own })
    const code = REFUSALS.get(reply.status)
    if (code === undefined) return reply
    const refusal = flavour.renderError(new PlaneError(code, 'refused by a header of the request'), exchange)
    return { ...refusal, headers: { ...reply.headers, ...refusal.headers } }
  }

  const preflight: Handle = async (exchange) => cors.preflight(exchange, flavour.commonHeaders(exchange))
  const call = (method: string) => `${flavour.name}.${method.toLowerCase()}`
  const routesAt = (namespace: PlaneNamespace, path: string): readonly Route[] =>
    Object.entries({ GET: get, HEAD: get, PUT: put, OPTIONS: preflight }).map(([method, handle]) => ({
      ...{ method, path, call: call(method) },
      handle: async (exchange) => cors.allow(await handle(exchange, namespace)),
    }))
  const formRoutes = (namespace: PlaneNamespace): readonly Route[] => {
    if (forms === undefined || namespace.form === undefined) return []
    const { checkKey, digests } = flavour
    const post = createFormHandler(namespace, namespace.form, {
      ...{ form: forms, staging: core.staging, checkKey, digests, findKey, throttleFor },
    })
    return namespace.form.paths.flatMap((path): readonly Route[] => [
      {
        ...{ method: 'POST', path, call: call('POST'), accepts: isForm },
        handle: async (exchange) => cors.allow(await post(exchange)),
      },
      {
        ...{ method: 'OPTIONS', path, call: call('OPTIONS'), accepts: isFormPreflight },
        handle: (exchange) => preflight(exchange, namespace),
      },
    ])
  }
  const partRoutes = (namespace: PlaneNamespace, path: string): readonly Route[] =>
    multipartRoutes({ flavour, admit }, namespace, path).map((route) => ({
      ...route,
      handle: async (exchange) => cors.allow(await route.handle(exchange)),
    }))
  return {
    name: `object-plane/${flavour.name}`,
    routes: namespaces.flatMap((namespace) => [
      ...namespace.paths.flatMap((path) => [...partRoutes(namespace, path), ...routesAt(namespace, path)]),
      ...formRoutes(namespace),
    ]),
    newRequestId: (now) => flavour.newRequestId(now),
    renderError: (error, exchange) => cors.allow(flavour.renderError(error, exchange)),
  }
}

/** What scripts may send: uploads of parts have more methods, forms one. */
function methodsOf({ form, multipart }: PlaneFlavour): readonly string[] {
  if (multipart !== undefined) return [...METHODS, 'POST', 'DELETE']
  return form === undefined ? METHODS : [...METHODS, 'POST']
}

/** Answers of `serveObject` that need the vendor's error body. */
const REFUSALS = new Map([
  [412, 'precondition-failed'],
  [416, 'range-not-satisfiable'],
] as const) as ReadonlyMap<number, 'precondition-failed' | 'range-not-satisfiable'>

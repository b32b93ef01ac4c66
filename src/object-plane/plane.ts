import type { Accounts } from '../core/accounts.ts'
import type { Core } from '../core/core.ts'
import { createCors } from '../http/cors.ts'
import { sleep as realSleep, type Sleep } from '../http/pace.ts'
import type { Exchange, Route, RoutePath, Surface } from '../http/types.ts'
import { admission } from './admission.ts'
import { createFormHandler, isForm, isFormPreflight } from './form.ts'
import { multipartRoutes } from './multipart.ts'
import { getObject, type ObjectHandling, putObject } from './objects.ts'
import { throttling } from './throttling.ts'
import type { FindPlaneKey, PlaneFlavour, PlaneNamespace } from './types.ts'

export interface ObjectPlaneOptions {
  readonly flavour: PlaneFlavour
  readonly namespaces: readonly PlaneNamespace[]
  /** Their key pairs may sign. */
  readonly accounts: Accounts
  readonly core: Core
  /** How limited speeds are kept; default real timers. */
  readonly sleep?: Sleep
}

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
  const { flavour, namespaces } = options
  const cors = createCors({
    methods: methodsOf(flavour),
    exposedHeaders: [...EXPOSED, ...flavour.exposedHeaders],
  })
  const preflight = async (exchange: Exchange) => cors.preflight(exchange, flavour.commonHeaders(exchange))
  const routes = namespaces.flatMap((namespace) => routesOf(options, namespace, preflight))
  return {
    name: `object-plane/${flavour.name}`,
    routes: routes.map((route) => ({
      ...route,
      handle: async (exchange) => cors.allow(await route.handle(exchange)),
    })),
    newRequestId: (now) => flavour.newRequestId(now),
    renderError: (error, exchange) => cors.allow(flavour.renderError(error, exchange)),
  }
}

/** Of one namespace. */
function routesOf(
  { flavour, accounts, core, sleep = realSleep }: ObjectPlaneOptions,
  namespace: PlaneNamespace,
  preflight: Route['handle'],
): readonly Route[] {
  const { findKey, admit } = admission(flavour, accounts)
  const throttleFor = throttling(core.clock, sleep)
  const handling = { flavour, staging: core.staging, admit, throttleFor, findKey }
  const put = (exchange: Exchange) => putObject(handling, exchange, namespace)
  const get = (exchange: Exchange) => getObject(handling, exchange, namespace)
  const objectRoutes = (path: RoutePath) =>
    Object.entries({ GET: get, HEAD: get, PUT: put, OPTIONS: preflight }).map(([method, handle]) => ({
      ...{ method, path, call: callOf(flavour, method), handle },
    }))
  return [
    ...namespace.paths.flatMap((path) => [
      ...multipartRoutes({ flavour, admit }, namespace, path),
      ...objectRoutes(path),
    ]),
    ...formRoutes(handling, namespace, preflight),
  ]
}

/** None where the namespace or the flavour has no forms. */
function formRoutes(
  { flavour, ...handling }: ObjectHandling & { readonly findKey: FindPlaneKey },
  namespace: PlaneNamespace,
  preflight: Route['handle'],
): readonly Route[] {
  const { checkKey, digests, form } = flavour
  if (form === undefined || namespace.form === undefined) return []
  const post = createFormHandler(namespace, namespace.form, { ...handling, form, checkKey, digests })
  return namespace.form.paths.flatMap((path): readonly Route[] => [
    { ...{ method: 'POST', path, call: callOf(flavour, 'POST'), accepts: isForm }, handle: post },
    {
      ...{ method: 'OPTIONS', path, call: callOf(flavour, 'OPTIONS'), accepts: isFormPreflight },
      handle: preflight,
    },
  ])
}

const callOf = ({ name }: PlaneFlavour, method: string): string => `${name}.${method.toLowerCase()}`

/** What scripts may send: uploads of parts have more methods, forms one. */
function methodsOf({ form, multipart }: PlaneFlavour): readonly string[] {
  if (multipart !== undefined) return [...METHODS, 'POST', 'DELETE']
  return form === undefined ? METHODS : [...METHODS, 'POST']
}

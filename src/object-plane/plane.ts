import type { IncomingMessage } from 'node:http'
import type { Accounts } from '../core/accounts.ts'
import type { Core } from '../core/core.ts'
import { createCors } from '../http/cors.ts'
import { sleep as realSleep, type Sleep } from '../http/pace.ts'
import { hostNameOf } from '../http/signed-request.ts'
import type { Exchange, HostedRoutes, Route, RoutePath, Surface } from '../http/types.ts'
import { admission, type Place } from './admission.ts'
import { bucketPath } from './operations/bucket.ts'
import { isFormPreflight } from './operations/form.ts'
import type { Handling, Operation } from './operations/operation.ts'
import { OPERATION_TABLE } from './operations/table.ts'
import { throttling } from './throttling.ts'
import type { PlaneFlavour, PlaneNamespace } from './types.ts'

/** What a host name says. */
export interface HostBucket {
  readonly bucket: string
  /** The operator's domain that it is below; null below the vendor's own. */
  readonly domain: string | null
}

export interface ObjectPlaneOptions {
  readonly flavour: PlaneFlavour
  readonly namespace: PlaneNamespace
  /** Their key pairs may sign. */
  readonly accounts: Accounts
  readonly core: Core
  /** The bucket that a host name names (lower case, without a port); null for other hosts. Default: there are no such hosts. */
  bucketAt?(host: string): HostBucket | null
  /** What this plane does beside the operations of all. These come first. */
  readonly operations?: readonly Operation[]
  /** How limited speeds are kept; default real timers. */
  readonly sleep?: Sleep
}

/** What the routes of a plane share. */
interface Serving {
  /** Of this plane alone. */
  readonly operations: readonly Operation[]
  readonly handling: Handling
  readonly preflight: Route['handle']
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
 * Bytes over HTTP, as object stores do it: signed PUT, GET and HEAD of the namespace's paths, and of all paths of hosts that name a
 * bucket; parts, uploads of parts and forms where both namespace and flavour have them; HEAD of buckets; and CORS preflights. Who
 * signed is settled before anything else, and the body is read last, so that a refusal costs the client no bytes.
 */
export function createObjectPlane(options: ObjectPlaneOptions): Surface {
  const { flavour, namespace, accounts, core, sleep = realSleep, bucketAt = () => null } = options
  const cors = createCors({
    methods: methodsOf(flavour),
    exposedHeaders: [...EXPOSED, ...flavour.exposedHeaders],
  })
  const serving: Serving = {
    operations: options.operations ?? [],
    handling: {
      ...admission(flavour, accounts),
      ...{ flavour, staging: core.staging, throttleFor: throttling(core.clock, sleep) },
    },
    preflight: async (exchange) => cors.preflight(exchange, flavour.commonHeaders(exchange)),
  }
  const open = (routes: readonly Route[]): readonly Route[] =>
    routes.map((route) => ({
      ...route,
      handle: async (exchange) => cors.allow(await route.handle(exchange)),
    }))
  const bucketIn = ({ host }: Exchange) => bucketAt(hostNameOf(host))?.bucket ?? null
  return {
    name: `object-plane/${flavour.name}`,
    routes: open(routesByPath(serving, { namespace, bucketIn: () => null })),
    hosted: {
      routes: open(routesByHost(serving, { namespace, bucketIn })),
      takes: takenHosts(flavour, namespace, bucketAt),
    },
    newRequestId: (now) => flavour.newRequestId(now),
    renderError: (error, exchange) => cors.allow(flavour.renderError(error, exchange)),
  }
}

/** Of hosts that say nothing of buckets. A request for `/` is about the service, where its signature says whose it is. */
function routesByPath(serving: Serving, place: Place): readonly Route[] {
  const { namespace } = place
  const isSigned = (request: IncomingMessage) => serving.handling.flavour.isSigned(request)
  const bucket = bucketPath(namespace.buckets)
  return [
    ...routesAt(['bucket'], serving, place, bucket),
    preflightOf(serving, bucket),
    ...namespace.paths.flatMap((path) => objectRoutes(serving, place, path)),
    ...formRoutes(serving, place, namespace.form?.paths ?? []),
    ...routesAt(['service', 'bucket'], serving, place, '/').map((route) => onlyIf(isSigned, route)),
  ]
}

/** Of hosts that name a bucket: every path but `/` is a key. */
const routesByHost = (serving: Serving, place: Place): readonly Route[] => [
  ...formRoutes(serving, place, ['/']),
  ...routesAt(['bucket'], serving, place, '/'),
  preflightOf(serving, '/'),
  ...objectRoutes(serving, place, '/*'),
]

const onlyIf = (isTaken: (request: IncomingMessage) => boolean, route: Route): Route => ({
  ...route,
  accepts: (request) => isTaken(request) && (route.accepts?.(request) ?? true),
})

/**
 * Which requests the hosts of buckets lead here. Those below the vendor's own domains all; below the operator's domains, which several
 * clouds may share, those that are signed as this cloud's, and unsigned ones for a bucket of its own or below a domain that is called
 * as it is.
 */
function takenHosts(
  flavour: PlaneFlavour,
  { buckets }: PlaneNamespace,
  bucketAt: (host: string) => HostBucket | null,
): HostedRoutes['takes'] {
  return (request) => {
    const found = bucketAt(hostNameOf(request.headers.host ?? ''))
    if (found === null) return false
    if (found.domain === null || flavour.isSigned(request)) return true
    const isCalledSo = new RegExp(`^${flavour.name}[.-]`).test(found.domain)
    return request.headers.authorization === undefined && (isCalledSo || buckets.has(found.bucket))
  }
}

/**
 * The routes of the operations that flavour and namespace have, in the order of `at` and of the table, the plane's own before those of
 * all. Of several that take everything the first one does.
 */
function routesAt(
  at: readonly Operation['at'][],
  { handling, operations }: Serving,
  place: Place,
  path: RoutePath,
): readonly Route[] {
  const closed = new Set<string>()
  const table = [...operations, ...OPERATION_TABLE]
  return at
    .flatMap((where) => table.filter((each) => each.at === where))
    .flatMap(({ call, method, matches, openBodySizeMax, handlerOf }): readonly Route[] => {
      const handle = handlerOf(handling, place)
      if (handle === null || closed.has(method)) return []
      if (matches === undefined) closed.add(method)
      return [
        {
          ...{ method, path, call: `${handling.flavour.name}.${call}`, handle },
          ...(matches === undefined ? {} : { accepts: matches }),
          ...(openBodySizeMax === undefined ? {} : { openBodySizeMax }),
        },
      ]
    })
}

const objectRoutes = (serving: Serving, place: Place, path: RoutePath): readonly Route[] => [
  ...routesAt(['object'], serving, place, path),
  preflightOf(serving, path),
]

/** None where the namespace or the flavour has no forms. */
const formRoutes = (serving: Serving, place: Place, paths: readonly RoutePath[]): readonly Route[] =>
  paths.flatMap((path) => {
    const routes = routesAt(['form'], serving, place, path)
    return routes.length === 0 ? [] : [...routes, { ...preflightOf(serving, path), accepts: isFormPreflight }]
  })

const preflightOf = ({ handling, preflight }: Serving, path: RoutePath): Route => ({
  ...{ method: 'OPTIONS', path, call: `${handling.flavour.name}.options`, handle: preflight },
})

/** What scripts may send: uploads of parts have more methods, forms one. */
function methodsOf({ form, multipart }: PlaneFlavour): readonly string[] {
  if (multipart !== undefined) return [...METHODS, 'POST', 'DELETE']
  return form === undefined ? METHODS : [...METHODS, 'POST']
}

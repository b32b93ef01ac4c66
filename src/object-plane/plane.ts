import type { IncomingMessage } from 'node:http'
import type { Accounts } from '../core/accounts.ts'
import type { Core } from '../core/core.ts'
import { createCors } from '../http/cors.ts'
import { sleep as realSleep, type Sleep } from '../http/pace.ts'
import { hostNameOf } from '../http/signed-request.ts'
import type { Exchange, HostedRoutes, Route, RoutePath, Surface } from '../http/types.ts'
import { type Admission, admission, type Place } from './admission.ts'
import { bucketPath, bucketRoutes } from './buckets.ts'
import { createFormHandler, FORM_HEAD_SIZE_MAX, isForm, isFormPreflight } from './form.ts'
import { multipartRoutes } from './multipart.ts'
import { getObject, type ObjectHandling, putObject } from './objects.ts'
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
  /** How limited speeds are kept; default real timers. */
  readonly sleep?: Sleep
}

/** What the routes of a plane share. */
interface Handling extends Omit<ObjectHandling, keyof Admission>, Admission {
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
  const handling: Handling = {
    ...admission(flavour, accounts),
    ...{ flavour, staging: core.staging, throttleFor: throttling(core.clock, sleep) },
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
    routes: open(routesByPath(handling, { namespace, bucketIn: () => null })),
    hosted: {
      routes: open(routesByHost(handling, { namespace, bucketIn })),
      takes: takenHosts(flavour, namespace, bucketAt),
    },
    newRequestId: (now) => flavour.newRequestId(now),
    renderError: (error, exchange) => cors.allow(flavour.renderError(error, exchange)),
  }
}

/** Of hosts that say nothing of buckets. A request for `/` is about the service, where its signature says whose it is. */
function routesByPath(handling: Handling, place: Place): readonly Route[] {
  const { namespace } = place
  const isSigned = (request: IncomingMessage) => handling.flavour.isSigned(request)
  const bucket = bucketPath(namespace.buckets)
  return [
    ...bucketRoutes(handling, place, { path: bucket }),
    preflightOf(handling, bucket),
    ...namespace.paths.flatMap((path) => objectRoutes(handling, place, path)),
    ...formRoutes(handling, place, namespace.form?.paths ?? []),
    ...bucketRoutes(handling, place, { path: '/', accepts: isSigned }),
  ]
}

/** Of hosts that name a bucket: every path but `/` is a key. */
const routesByHost = (handling: Handling, place: Place): readonly Route[] => [
  ...formRoutes(handling, place, ['/']),
  ...bucketRoutes(handling, place, { path: '/' }),
  preflightOf(handling, '/'),
  ...objectRoutes(handling, place, '/*'),
]

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

function objectRoutes(handling: Handling, place: Place, path: RoutePath): readonly Route[] {
  const { flavour, admit, preflight } = handling
  const put = (exchange: Exchange) => putObject(handling, exchange, place)
  const get = (exchange: Exchange) => getObject(handling, exchange, place)
  return [
    ...multipartRoutes({ flavour, admit }, place, path),
    ...Object.entries({ GET: get, HEAD: get, PUT: put, OPTIONS: preflight }).map(([method, handle]) => ({
      ...{ method, path, call: callOf(flavour, method), handle },
    })),
  ]
}

const preflightOf = ({ flavour, preflight }: Handling, path: RoutePath): Route => ({
  ...{ method: 'OPTIONS', path, call: callOf(flavour, 'OPTIONS'), handle: preflight },
})

/** None where the namespace or the flavour has no forms. */
function formRoutes(handling: Handling, place: Place, paths: readonly RoutePath[]): readonly Route[] {
  const { flavour, preflight } = handling
  const { checkKey, digests, form } = flavour
  const { namespace } = place
  if (form === undefined || namespace.form === undefined) return []
  const post = createFormHandler(place, namespace.form, { ...handling, form, checkKey, digests })
  return paths.flatMap((path): readonly Route[] => [
    {
      ...{ method: 'POST', path, call: callOf(flavour, 'POST'), accepts: isForm },
      ...{ openBodySizeMax: FORM_HEAD_SIZE_MAX, handle: post },
    },
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

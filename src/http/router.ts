import type { IncomingMessage } from 'node:http'
import findMyWay from 'find-my-way'
import type { Route, RoutePath, Surface } from './types.ts'

/** Where a request leads. `route` is null when the path is known, but not with this method. */
export interface RouteMatch {
  readonly surface: Surface
  readonly route: Route | null
  /** Whether a surface has a route of the path for every request; without one it may be another's. */
  readonly isOwned: boolean
  /** What the path is served with, HEAD included where GET is. */
  readonly methods: readonly string[]
  readonly params: Readonly<Record<string, string | undefined>>
}

interface PathEntry {
  /** Answers requests that no route takes: the first surface with a route for every request, or else the first one. */
  owner: { readonly surface: Surface; readonly isPicky: boolean }
  /** By method; one that takes every request stands last. */
  readonly routes: Map<string, Candidate[]>
}

interface Candidate {
  readonly surface: Surface
  readonly route: Route
}

/** Longer than any path that is let in. */
const PARAM_LENGTH_MAX = 1 << 20

/**
 * Finds routes by path first, then by method: of several patterns that fit, the most specific one answers for all
 * methods. Paths are compared as they are: letter case, `..` and double slashes count.
 */
export class Router {
  readonly #paths = new Map<RoutePath, PathEntry>()
  readonly #tree = findMyWay({
    caseSensitive: true,
    ignoreDuplicateSlashes: false,
    ignoreTrailingSlash: false,
    maxParamLength: PARAM_LENGTH_MAX,
  })

  /** Throws when two routes of a path and method take every request. */
  add(surface: Surface): void {
    for (const route of surface.routes) {
      const isPicky = route.accepts !== undefined
      const entry = this.#entry({ surface, isPicky }, route.path)
      if (entry.owner.isPicky && !isPicky) entry.owner = { surface, isPicky }
      const { routes } = entry
      const candidates = routes.get(route.method) ?? []
      const last = candidates.at(-1)
      const isClosed = last !== undefined && last.route.accepts === undefined
      if (isClosed && !isPicky) throw new Error(`${route.method} ${String(route.path)} has two routes`)
      candidates.splice(isClosed ? -1 : candidates.length, 0, { surface, route })
      routes.set(route.method, candidates)
    }
  }

  /**
   * `path` is percent-encoded and can be decoded; where it leads nowhere as it stands, encoded slashes count as slashes. HEAD is
   * served by GET's route where none of its own takes it. Of several routes the first one that accepts the request.
   */
  find(method: string, path: string, request: IncomingMessage): RouteMatch | null {
    const found = this.#found(path) ?? this.#found(path.replaceAll(/%2f/gi, '/'))
    if (found === null) return null
    const { owner, routes } = found.entry
    const ofGet = method === 'HEAD' ? routes.get('GET') : undefined
    const candidates = [...(routes.get(method) ?? []), ...(ofGet ?? [])]
    const match = candidates.find(({ route }) => route.accepts?.(request) ?? true)
    return {
      surface: match?.surface ?? owner.surface,
      route: match?.route ?? null,
      isOwned: !owner.isPicky,
      methods: methodsOf(routes.keys()),
      params: found.params,
    }
  }

  #found(path: string): { readonly entry: PathEntry; readonly params: RouteMatch['params'] } | null {
    const found = this.#tree.find('GET', path)
    if (found !== null) return { entry: found.store as PathEntry, params: found.params }
    const entry = this.#tested(path)
    return entry === null ? null : { entry, params: {} }
  }

  #entry(owner: PathEntry['owner'], path: RoutePath): PathEntry {
    const known = this.#paths.get(path)
    if (known !== undefined) return known
    const entry: PathEntry = { owner, routes: new Map() }
    if (typeof path === 'string') this.#tree.on('GET', path, noHandler, entry)
    this.#paths.set(path, entry)
    return entry
  }

  #tested(path: string): PathEntry | null {
    const decoded = decodeURIComponent(path)
    for (const [test, entry] of this.#paths) if (typeof test !== 'string' && test(decoded)) return entry
    return null
  }
}

function methodsOf(own: Iterable<string>): readonly string[] {
  const methods = new Set(own)
  if (methods.has('GET')) methods.add('HEAD')
  return [...methods]
}

function noHandler(): void {}

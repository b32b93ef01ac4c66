import type { IncomingMessage } from 'node:http'
import { type RouteMatch, Router } from './router.ts'
import { hostNameOf } from './signed-request.ts'
import type { Surface, SurfaceGroup } from './types.ts'

/** Where a request leads. `route` is null when no route takes it. */
export interface DoorMatch extends RouteMatch {
  /** Whether any method is served at the path. */
  readonly isPathKnown: boolean
}

/** A group with the routes of its surfaces. */
interface Door extends SurfaceGroup {
  readonly router: Router
}

/** The surfaces of each listener. */
export class ListenersDoors {
  readonly #doors = new Map<string, Doors>()

  of(listener: string): Doors {
    const known = this.#doors.get(listener)
    if (known !== undefined) return known
    const doors = new Doors()
    this.#doors.set(listener, doors)
    return doors
  }
}

/** All surfaces of a listener: finds whose request one is by its host, then by its path. */
export class Doors {
  readonly #doors: Door[] = []
  readonly #hosted: { readonly surface: Surface; readonly router: Router }[] = []
  /** For hosts that are nobody's in particular. */
  readonly #all = new Router()

  /** Throws when two routes of a path and method take every request. */
  add(group: SurfaceGroup): void {
    const router = new Router()
    for (const surface of group.surfaces) {
      router.add(surface)
      this.#all.add(surface)
      if (surface.hosted !== undefined) this.#addHosted(surface, surface.hosted.routes)
    }
    this.#doors.push({ surfaces: group.surfaces, ownsHost: (host) => group.ownsHost(host), router })
  }

  /** `path` is percent-encoded and can be decoded. Null: the path is nobody's. */
  find(method: string, path: string, request: IncomingMessage): DoorMatch | null {
    const host = hostNameOf(request.headers.host ?? '')
    const hosted = this.#hosted.find(({ surface }) => surface.hosted?.takes(request) === true)
    if (hosted !== undefined) {
      return known(hosted.router.find(method, path, request)) ?? unknown(hosted.surface)
    }
    const own = this.#doors.find(({ ownsHost }) => ownsHost(host))
    const match = (own?.router ?? this.#all).find(method, path, request)
    if (match !== null && (match.route !== null || match.isOwned)) return known(match)
    const owner = this.#ownerOf(own, path, host)
    return owner === undefined || owner === match?.surface ? known(match) : unknown(owner)
  }

  /** Whose a path is that no route takes. */
  #ownerOf(own: Door | undefined, path: string, host: string): Surface | undefined {
    const decoded = decodeURIComponent(path)
    const surfaces = own?.surfaces ?? this.#doors.flatMap((door) => door.surfaces)
    return surfaces.find((surface) => surface.ownsPath?.(decoded, host)) ?? own?.surfaces[0]
  }

  #addHosted(surface: Surface, routes: Surface['routes']): void {
    const router = new Router()
    router.add({ ...surface, routes })
    this.#hosted.push({ surface, router })
  }
}

const known = (match: RouteMatch | null): DoorMatch | null => match && { ...match, isPathKnown: true }

const unknown = (surface: Surface): DoorMatch => ({
  ...{ surface, route: null, isOwned: false, methods: [], params: {}, isPathKnown: false },
})

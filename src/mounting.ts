import type { Config } from './config/load.ts'
import type { Accounts } from './core/accounts.ts'
import type { Core } from './core/core.ts'
import type { Programs } from './core/ports/programs.ts'
import type { DialectBuckets } from './dialects/buckets.ts'
import type { Dialect, MountedDialect } from './dialects/dialect.ts'
import type { UploadTargets } from './dialects/upload-targets.ts'
import { createFrontPage } from './http/front-page.ts'
import type { HttpServer } from './http/server.ts'
import { hostNameOf } from './http/signed-request.ts'
import { picturesBy } from './pictures.ts'
import { matchHost, type VendorHost } from './settings/hosts.ts'

export interface MountParts {
  readonly core: Core
  readonly accounts: Accounts
  readonly programs: Programs
  readonly publicUrl: string
  /** Where dialects have listeners of their own, by name. */
  readonly ownUrls: ReadonlyMap<string, string>
  /** 32 secret bytes of the installation for one purpose. */
  readonly secretFor: (purpose: string) => Uint8Array
  readonly config: Config
  readonly dialects: readonly Dialect[]
}

/** Puts every dialect in front of the core, each behind the host names of its vendor, and the page that people see at `/`. */
export function mountDialects(http: HttpServer, parts: MountParts): readonly MountedDialect[] {
  const { core, accounts, programs, publicUrl, secretFor, config } = parts
  const pictures = picturesBy(programs, config.media)
  const { virtualHosts } = config.server
  const buckets = new Map<string, DialectBuckets>()
  http.mount([createFrontPage(core.random)])
  const targets: UploadTargets[] = []
  return parts.dialects.map((dialect) => {
    const options = config.dialects[dialect.name] ?? {}
    const ownUrl = parts.ownUrls.get(dialect.name) ?? null
    const shared = { core, accounts, programs, pictures, publicUrl, ownUrl, secretFor, virtualHosts }
    const mounted = dialect.create({ ...shared, buckets, targets, options })
    if (mounted.buckets !== undefined) buckets.set(dialect.name, mounted.buckets)
    if (mounted.targets !== undefined) targets.push(mounted.targets)
    const listener = dialect.listener === undefined ? [] : [dialect.name]
    http.mount(mounted.surfaces, ownHosts(dialect.hosts, publicUrl), ...listener)
    return mounted
  })
}

/**
 * The host names by which requests reach one dialect alone: its vendor's own. Where the URLs that are handed out lead to one of them, it
 * is nobody's in particular.
 */
function ownHosts(hosts: readonly VendorHost[], publicUrl: string): (host: string) => boolean {
  const publicHost = hostNameOf(new URL(publicUrl).host)
  return (host) => host !== publicHost && matchHost(hosts, host) !== null
}

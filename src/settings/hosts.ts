/** Host names by which a vendor's clients call it. */
export interface VendorHost {
  /**
   * In lower case, without a port. `{region}` stands for any one label, or for a part of one. `*.` at its beginning stands for any
   * names below: of buckets, of customers.
   */
  readonly name: string
  /** What `{region}` commonly is. Requests with others are taken as well; lists of names have these alone. */
  readonly regions?: readonly string[]
  /** What commonly stands in place of the `*`; may have `{region}` in it. Lists of names without wildcards have these alone. */
  readonly below?: readonly string[]
}

/** What a host name says where it is one of a vendor's. */
export interface HostMatch {
  /** What stands in place of the pattern's `*`, such as a bucket's name; null for a pattern without one. */
  readonly below: string | null
}

/** Whether a host name is one of these, and what it says. `host` has no port; letter case and a dot at the end do not count. */
export function matchHost(hosts: readonly VendorHost[], host: string): HostMatch | null {
  const name = host.toLowerCase().replace(/\.$/, '')
  for (const { name: pattern } of hosts) {
    const found = patternOf(pattern).exec(name)
    if (found !== null) return { below: found[1] ?? null }
  }
  return null
}

/** A bucket in a host name. `domain` is the operator's that it is below, or null where it is the vendor's own. */
export interface BucketAt {
  readonly bucket: string
  readonly domain: string | null
}

/** Finds the bucket that a host name names, below a vendor's own domains or below the operator's. Null: it names none. */
export const bucketFinder =
  (own: readonly VendorHost[], domains: readonly string[]) =>
  (host: string): BucketAt | null => {
    const found = matchHost(own, host)
    if (found?.below) return { bucket: found.below, domain: null }
    for (const domain of domains) {
      const bucket = matchHost([{ name: `*.${domain}` }], host)?.below
      if (bucket) return { bucket, domain }
    }
    return null
  }

/**
 * Names for a certificate: one for each common region. A `*.` at the beginning stays: it covers one label, as certificates have it.
 * Each stands once.
 */
export const certificateNames = (hosts: readonly VendorHost[]): readonly string[] => [
  ...new Set(hosts.flatMap(({ name, regions }) => inRegions(name, regions))),
]

/**
 * Names for a hosts file: one for each common region and each of `moreRegions`, and one for each common name in place of a `*`.
 * Each stands once.
 */
export const concreteNames = (
  hosts: readonly VendorHost[],
  moreRegions: readonly string[] = [],
): readonly string[] => {
  const all = hosts.map((host) => ({ ...host, regions: [...(host.regions ?? []), ...moreRegions] }))
  return [...new Set(all.flatMap(concreteNamesOf))]
}

function concreteNamesOf({ name, regions, below = [] }: VendorHost): readonly string[] {
  if (!name.startsWith(WILDCARD)) return inRegions(name, regions)
  return below.flatMap((label) => inRegions(label + name.slice(1), regions))
}

const WILDCARD = '*.'
const REGION = '{region}'

const inRegions = (name: string, regions: readonly string[] = []): readonly string[] =>
  name.includes(REGION) ? regions.map((region) => name.replaceAll(REGION, region)) : [name]

const patterns = new Map<string, RegExp>()

function patternOf(name: string): RegExp {
  const known = patterns.get(name)
  if (known !== undefined) return known
  const isWildcard = name.startsWith(WILDCARD)
  const rest = (isWildcard ? name.slice(1) : name).split(REGION).map((text) => text.replaceAll('.', '\\.'))
  const pattern = new RegExp(`^${isWildcard ? '(.+)' : ''}${rest.join('[a-z0-9-]+')}$`)
  patterns.set(name, pattern)
  return pattern
}

import ipaddr from 'ipaddr.js'

/** How a host stands in the list: by its exact name, under a `*` pattern, or not at all. */
export type Listing = 'exact' | 'pattern' | 'none'

/** The host of a URL in one spelling: lower case, no brackets, no dot at the end. */
export const plainHost = (hostname: string): string =>
  hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')

/** `hosts` are exact names, `*.example.com` for all below it, or `*` for every name. */
export function listingOf(host: string, hosts: readonly string[]): Listing {
  const listed = hosts.map(plainHost)
  if (listed.includes(host)) return 'exact'
  const isUnder = (pattern: string) =>
    pattern === '*' || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)))
  return listed.some(isUnder) ? 'pattern' : 'none'
}

/**
 * Whether an address is one of the open Internet: not private, loopback, link-local, unique-local, shared (CGNAT),
 * reserved, multicast or a tunnel into IPv4; an IPv4 address within IPv6 counts as itself.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const plain = ipaddr.process(address)
  return plain.range() === 'unicast' && (plain.kind() === 'ipv4' || plain.match(GLOBAL_UNICAST))
}

/** All of IPv6 that is given out (RFC 4291 §2.4, IANA); `::/96` with its embedded IPv4 addresses is outside. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3')

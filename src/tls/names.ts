import { isIP } from 'node:net'
import { certificateNames, matchHost, type VendorHost } from '../settings/hosts.ts'

/** What local certificates are made for. */
export interface OwnNames {
  /** Names and addresses of the server itself, `*.` names among them; lower case. */
  readonly own: readonly string[]
  /** The names by which vendors' clients call it. */
  readonly vendors: readonly VendorHost[]
}

/** Names of any machine, by which it knows itself. */
const LOOPBACK = ['localhost', '127.0.0.1', '::1']

/** Names and addresses of the server itself: `hosts` are those by which it is reached, `domains` have names of buckets below them. */
export function ownNames(hosts: readonly string[], domains: readonly string[]): readonly string[] {
  const reached = hosts.map(plainHost).filter((host) => !ANY_ADDRESS.has(host))
  const below = domains.map(plainHost).flatMap((domain) => [domain, `*.${domain}`])
  return [...new Set([...LOOPBACK, ...reached, ...below])]
}

/**
 * The name in the certificate for a client that asks for `asked`: a `*.` name, which stands for one label, or that very name
 * where none covers it. Null: it is not one of the vendors', or the server's own certificate has it.
 */
export function nameFor({ own, vendors }: OwnNames, asked: string): string | null {
  const name = plainHost(asked)
  const covering = [name, name.replace(/^[^.]*\./, '*.')]
  if (!HOST_NAME.test(name) || covering.some((one) => own.includes(one))) return null
  if (isBelowOwn(own, name)) return name
  if (matchHost(vendors, name) === null) return null
  return certificateNames(vendors).find((one) => covering.includes(one)) ?? name
}

/** Deeper than a `*.` of its own covers. */
const isBelowOwn = (own: readonly string[], name: string): boolean =>
  own.some((one) => one.startsWith('*.') && name.endsWith(one.slice(1)))

const ANY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*$/

/** As certificates have it: without brackets, in lower case. */
function plainHost(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) === 0 ? bare.toLowerCase().replace(/\.$/, '') : bare
}

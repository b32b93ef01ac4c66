import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'

/** An IPv4 address that came as IPv6 (`::ffff:10.0.0.1`, `::ffff:a00:1`) as IPv4; every other as it is. */
export function plainAddress(address: string): string {
  if (!/^[:0]/.test(address) || !isIPv6(address)) return address
  const groups = groupsOf(address)
  const isMapped = groups[5] === 'ffff' && groups.slice(0, 5).every((group) => group === '0')
  if (!isMapped) return address
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16))
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/**
 * Whose budget an address is on: an IPv4 address is one client; of IPv6, whoever has one address has the 64 bits beside it, so a
 * /64 is one client.
 */
export function clientOf(address: string): string {
  const plain = plainAddress(address)
  if (!plain.includes(':')) return plain
  return `${groupsOf(plain).slice(0, 4).join(':')}::/64`
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): readonly string[] {
  const [head = '', tail] = withoutDots(address.split('%', 1)[0] ?? '').split('::', 2)
  const [left, right] = [groupsIn(head), groupsIn(tail ?? '')]
  const gap = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  return [...left, ...Array<string>(gap).fill('0'), ...right]
}

/** The last two groups may be written as IPv4 is (RFC 4291 §2.2). */
const withoutDots = (address: string): string =>
  address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number)
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })

const groupsIn = (text: string): readonly string[] =>
  text === '' ? [] : text.split(':').map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))

/** Whose word about other addresses counts: addresses and networks (`10.0.0.0/8`, `fd00::/8`). */
export class TrustedProxies {
  readonly #list = new BlockList()
  readonly #isEmpty: boolean

  /** Each must be an address or a network. */
  constructor(networks: readonly string[]) {
    this.#isEmpty = networks.length === 0
    for (const network of networks) {
      const [address = '', prefix] = network.split('/', 2)
      const family = isIPv4(address) ? 'ipv4' : 'ipv6'
      if (prefix === undefined) this.#list.addAddress(address, family)
      else this.#list.addSubnet(address, Number(prefix), family)
    }
  }

  has(address: string): boolean {
    if (this.#isEmpty) return false
    const plain = plainAddress(address)
    const family = isIP(plain)
    return family !== 0 && this.#list.check(plain, family === 4 ? 'ipv4' : 'ipv6')
  }

  /** Whether a neighbour tells of another client and is not trusted: most likely a proxy that nobody has named. */
  isUnheard(peer: string, forwardedFor: string | undefined): boolean {
    return forwardedFor !== undefined && !this.has(peer) && isNear(plainAddress(peer))
  }

  /**
   * The client's address, from X-Forwarded-For as it came: each proxy wrote the address that it saw at the end. So it is read from
   * the end on, for as long as who wrote is trusted. What is no address ends it.
   */
  clientBehind(peer: string, forwardedFor: string | undefined): string {
    let client = plainAddress(peer)
    if (forwardedFor === undefined || this.#isEmpty) return client
    const hops = forwardedFor.split(',')
    while (hops.length > 0 && this.has(client)) {
      const next = addressIn(hops.pop() ?? '')
      if (next === null) break
      client = next
    }
    return client
  }
}

const NEAR: ReadonlySet<string> = new Set([
  'loopback',
  'private',
  'uniqueLocal',
  'linkLocal',
  'carrierGradeNat',
])

/** Whether an address is one of this machine or of a private network. */
const isNear = (address: string): boolean =>
  ipaddr.isValid(address) && NEAR.has(ipaddr.parse(address).range())

/** Some proxies add the port: `10.0.0.1:4711`, `[::1]:4711`. */
function addressIn(hop: string): string | null {
  const text = hop.trim()
  const bare =
    /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text
  return isIP(bare) === 0 ? null : plainAddress(bare)
}

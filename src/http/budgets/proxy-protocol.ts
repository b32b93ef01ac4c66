import { isIP } from 'node:net'
import { plainAddress } from './addresses.ts'

/**
 * What a proxy says at the start of a connection, by HAProxy's PROXY protocol, versions 1 and 2. `more`: it is not all there yet.
 * `client` is null where the proxy speaks for itself (`LOCAL`, `UNKNOWN`, Unix sockets).
 */
export type Preface =
  | { readonly state: 'more' }
  | { readonly state: 'bad' }
  | { readonly state: 'whole'; readonly size: number; readonly client: string | null }

const MORE: Preface = { state: 'more' }
const BAD: Preface = { state: 'bad' }

/** Of version 1, with its line break (specification §2.1). */
const LINE_SIZE_MAX = 107
const V1 = Buffer.from('PROXY ')
const V2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
/** Signature, version and command, family, length. */
const V2_HEAD_SIZE = 16
/** Most bytes of addresses and what follows them; a preface of version 2 may have 64 KiB, and none needs so much. */
const V2_REST_SIZE_MAX = 4096

/** Reads the start of what a connection sent. */
export function readPreface(bytes: Buffer): Preface {
  if (beginsLike(bytes, V1)) return readLine(bytes)
  if (beginsLike(bytes, V2)) return readBinary(bytes)
  return BAD
}

const beginsLike = (bytes: Buffer, signature: Buffer): boolean => {
  const size = Math.min(bytes.length, signature.length)
  return bytes.subarray(0, size).equals(signature.subarray(0, size))
}

function readLine(bytes: Buffer): Preface {
  const end = bytes.indexOf('\r\n')
  if (end === -1) return bytes.length < LINE_SIZE_MAX ? MORE : BAD
  if (end + 2 > LINE_SIZE_MAX) return BAD
  const size = end + 2
  const [, protocol = '', source = '', target = '', ...ports] = bytes.toString('latin1', 0, end).split(' ')
  if (protocol === 'UNKNOWN') return { state: 'whole', size, client: null }
  const family = protocol === 'TCP4' ? 4 : protocol === 'TCP6' ? 6 : 0
  const isRight =
    family !== 0 &&
    isIP(source) === family &&
    isIP(target) === family &&
    ports.length === 2 &&
    ports.every(isPort)
  return isRight ? { state: 'whole', size, client: plainAddress(source) } : BAD
}

const isPort = (text: string): boolean => /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535

function readBinary(bytes: Buffer): Preface {
  if (bytes.length < V2_HEAD_SIZE) return MORE
  const [version, command] = [bytes.readUInt8(12) >> 4, bytes.readUInt8(12) & 15]
  const restSize = bytes.readUInt16BE(14)
  if (version !== 2 || command > 1 || restSize > V2_REST_SIZE_MAX) return BAD
  const size = V2_HEAD_SIZE + restSize
  if (bytes.length < size) return MORE
  if (command === 0) return { state: 'whole', size, client: null }
  const client = sourceIn(bytes.subarray(V2_HEAD_SIZE, size), bytes.readUInt8(13))
  return client === undefined ? BAD : { state: 'whole', size, client }
}

/** The source among the addresses of version 2. Null: the proxy does not tell; undefined: it must, and does not. */
function sourceIn(addresses: Buffer, family: number): string | null | undefined {
  switch (family) {
    case 0x11:
      return addresses.length < 12 ? undefined : addresses.subarray(0, 4).join('.')
    case 0x21:
      return addresses.length < 36 ? undefined : plainAddress(ipv6Of(addresses.subarray(0, 16)))
    case 0x00:
    case 0x12:
    case 0x22:
    case 0x31:
    case 0x32:
      return null
    default:
      return undefined
  }
}

/** As URLs have it: the shortest form. */
function ipv6Of(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16))
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

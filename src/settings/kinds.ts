import { isIP } from 'node:net'
import { hashedPassword, type Password, plainPassword } from '../core/passwords.ts'

/** Characters that a secret has at least which lets somebody in: fewer could be tried out. */
export const SECRET_LENGTH_MIN = 12

/** A kind of option value: how it is read from TOML and from text (flag, environment), and what it accepts. */
export interface Kind<T> {
  /** Completes "accepted: …". */
  readonly accepts: string
  /** The value, or undefined when it is not acceptable. `value` is text or what TOML makes of it. */
  parse(value: unknown): T | undefined
}

export const text: Kind<string> = {
  accepts: 'a text',
  parse: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
}

/** What most ids, names and secrets are. */
export const word: Kind<string> = sized(1, 256)

/** What only its owners know, and others could try out. */
export const secret: Kind<string> = sized(SECRET_LENGTH_MIN, 256)

export const boolean: Kind<boolean> = {
  accepts: 'true or false',
  parse: (value) => {
    if (typeof value === 'boolean') return value
    return value === 'true' ? true : value === 'false' ? false : undefined
  },
}

export function integer(min: number, max: number): Kind<number> {
  return {
    accepts: `a whole number from ${min} to ${max}`,
    parse: (value) => {
      const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
      return typeof number === 'number' && Number.isSafeInteger(number) && number >= min && number <= max
        ? number
        : undefined
    },
  }
}

export function oneOf<const T extends string>(...values: readonly T[]): Kind<T> {
  return {
    accepts: values.map((value) => `"${value}"`).join(' or '),
    parse: (value) => values.find((one) => one === value),
  }
}

/** TOML has an array of texts. In a flag or the environment commas separate them. */
export const textList: Kind<readonly string[]> = {
  accepts: 'a list of texts',
  parse: (value) => {
    const list = typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value
    return Array.isArray(list) && list.every((item) => typeof item === 'string')
      ? list.filter((item) => item !== '')
      : undefined
  },
}

const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** Names of hosts that have at least two labels, in lower case; no addresses, ports or wildcards. */
export const domainList: Kind<readonly string[]> = {
  accepts: 'a list of host names such as "media.example.com", without ports',
  parse: (value) => {
    const names = textList.parse(value)?.map((name) => name.toLowerCase())
    return names?.every((name) => DOMAIN.test(name) && !/^[\d.]+$/.test(name)) ? names : undefined
  },
}

/** IP addresses, and networks as `10.0.0.0/8` has them. */
export const networkList: Kind<readonly string[]> = {
  accepts: 'a list of IP addresses and networks such as "10.0.0.0/8" or "fd00::/8"',
  parse: (value) => {
    const networks = textList.parse(value)
    return networks?.every(isNetwork) ? networks : undefined
  },
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  const family = address.includes('%') ? 0 : isIP(address)
  if (family === 0 || more.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128))
}

/** Media types in lower case, without parameters; or all of them, or none. */
export const mediaTypes: Kind<boolean | readonly string[]> = {
  accepts: 'true, false, or a list of media types such as "application/pdf", without parameters',
  parse: (value) => {
    const flag = boolean.parse(value)
    if (flag !== undefined) return flag
    const types = textList.parse(value)?.map((type) => type.toLowerCase())
    return types?.every((type) => MEDIA_TYPE.test(type)) ? types : undefined
  },
}

const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/

/**
 * A program and its arguments. TOML has an array of texts, or the program alone. In a flag or the environment it is an array as JSON
 * has it, or commas separate the words. An empty list is none.
 */
export const command: Kind<readonly string[]> = {
  accepts: 'a list of texts: a program and its arguments',
  parse: (value) => {
    const words = typeof value === 'string' ? wordsOf(value) : value
    if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) return undefined
    return words[0] === '' || words.some((word) => word.includes('\0')) ? undefined : words
  },
}

function wordsOf(text: string): unknown {
  if (!text.startsWith('[')) return textList.parse(text)
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export interface Address {
  readonly host: string
  readonly port: number
}

/** `host:port`, `[v6]:port`. Port 0 takes any free one. */
export const address: Kind<Address> = {
  accepts: 'host:port, such as "127.0.0.1:8440", "[::1]:8440" or "localhost:8440"',
  parse: (value) => {
    const match =
      typeof value === 'string' ? /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(value) : null
    const port = Number(match?.[3])
    const host = match?.[1] ?? match?.[2]
    return host !== undefined && port <= 65_535 ? { host, port } : undefined
  },
}

/** An address, or empty for none. */
export const addressOrOff: Kind<Address | 'off'> = {
  accepts: `${address.accepts}; "" for none`,
  parse: (value) => (value === '' ? 'off' : address.parse(value)),
}

/** An absolute http(s) URL without query; a slash at its end is dropped. */
export const baseUrl: Kind<string> = {
  accepts: 'an absolute http:// or https:// URL without query',
  parse: (value) => {
    if (typeof value !== 'string' || !URL.canParse(value)) return undefined
    const url = new URL(value)
    const isPlain =
      /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === ''
    return isPlain ? url.href.replace(/\/+$/, '') : undefined
  },
}

/** An absolute http(s) URL of someone else, with all that belongs to it. */
export const webUrl: Kind<string> = {
  accepts: 'an absolute http:// or https:// URL',
  parse: (value) => {
    if (typeof value !== 'string' || !URL.canParse(value)) return undefined
    const url = new URL(value)
    return /^https?:$/.test(url.protocol) ? url.href : undefined
  },
}

/** A moment, in milliseconds since the epoch; written as ISO 8601 has it, with its zone. */
export const time: Kind<number> = {
  accepts: 'a time such as "2030-12-31T23:59:59Z"',
  parse: (value) => {
    const isTime =
      typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value)
    const at = isTime ? Date.parse(value) : Number.NaN
    return Number.isNaN(at) ? undefined : at
  },
}

/** Behind the first host of a URL, further ones with commas before them. */
const FURTHER_HOSTS = /^([^/]*\/\/[^/?#]*?),[^/?#@]*(?=[/?#]|$)/

/** A fixed word or a URL of one scheme, which may name several hosts. */
export function wordOrUrl(word: string, scheme: string): Kind<string> {
  return {
    accepts: `"${word}" or a ${scheme}:// URL`,
    parse: (value) => {
      if (typeof value !== 'string') return undefined
      const isUrl = value.startsWith(`${scheme}://`) && URL.canParse(value.replace(FURTHER_HOSTS, '$1'))
      return value === word || isUrl ? value : undefined
    },
  }
}

/** A text with a least and a most length, in UTF-16 code units. */
export function sized(min: number, max: number): Kind<string> {
  return {
    accepts: `a text of ${min} to ${max} characters`,
    parse: (value) =>
      typeof value === 'string' && value.length >= min && value.length <= max ? value : undefined,
  }
}

/** A text that the whole `expression` fits; `accepts` says what that is. */
export const matching = (expression: RegExp, accepts: string): Kind<string> => ({
  accepts,
  parse: (value) => (typeof value === 'string' && expression.test(value) ? value : undefined),
})

/** As `kind`, for values whose fallback is null. */
export const orNull = <T>({ accepts, parse }: Kind<T>): Kind<T | null> => ({ accepts, parse })

/** A password in plain, as people write it, or `{ scrypt = "…" }` with its hash. */
export const password: Kind<Password> = {
  accepts: word.accepts,
  parse: (value) => {
    const hash = typeof value === 'object' && value !== null && 'scrypt' in value ? value.scrypt : undefined
    if (typeof hash === 'string') return hashedPassword(hash) ?? undefined
    const text = word.parse(value)
    return text === undefined ? undefined : plainPassword(text)
  },
}

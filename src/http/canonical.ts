import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { putLatest } from '../core/latest.ts'
import type { Pairs } from './pairs.ts'

/** What request signatures of the AWS family share: encodings, canonical texts, key derivation. Knows no vendor. */

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`

/**
 * RFC 3986: everything but `A-Za-z0-9-_.~` becomes %XX of its UTF-8 bytes, upper-case hex. Lone surrogates, which UTF-8
 * does not have, count as U+FFFD.
 */
export function strictEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, percent)
}

/** As strictEncode, keeping `/`. */
export function strictEncodePath(path: string): string {
  return strictEncode(path).replaceAll('%2F', '/')
}

/** Sorted by encoded name, then value, unless `keepOrderOfEqualNames`; joined as `name=value` with `&`. */
export function canonicalQuery(pairs: Pairs, options?: { readonly keepOrderOfEqualNames?: boolean }): string {
  const keepOrder = options?.keepOrderOfEqualNames ?? false
  return pairs
    .map(([name, value]) => [strictEncode(name), strictEncode(value)] as const)
    .sort((a, b) => compareTexts(a[0], b[0]) || (keepOrder ? 0 : compareTexts(a[1], b[1])))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Keys that were derived last, so that one that signs day by day is derived once a day. */
const derivedKeys = new Map<string, Buffer>()
const DERIVED_KEYS_MAX = 1000
const NAME_LENGTH_MAX = 512

/** HMAC-SHA256 chain over `scope` starting from the raw secret: date, region, service, terminator. Nobody may change the key. */
export function deriveKey(secret: string, scope: readonly string[]): Buffer {
  const name = JSON.stringify([secret, ...scope])
  const known = derivedKeys.get(name)
  if (known !== undefined) return known
  const key = scope.reduce<Buffer>((before, text) => hmacSha256(before, text), Buffer.from(secret))
  // Clients choose scopes, of any length.
  if (name.length <= NAME_LENGTH_MAX) putLatest(derivedKeys, name, key, DERIVED_KEYS_MAX)
  return key
}

export function hmacSha256(key: string | Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

/** Lower-case hex. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex')
}

/** Compares in constant time; texts of different length are unequal. */
export function equalsConstantTime(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a, 'utf16le'), Buffer.from(b, 'utf16le'))
}

/** `20260102T030405Z`. */
export function compactUtc(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '')
}

const COMPACT_UTC = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/

/** Milliseconds of `20260102T030405Z`, or null. */
export function parseCompactUtc(text: string): number | null {
  if (!COMPACT_UTC.test(text)) return null
  const time = Date.parse(text.replace(COMPACT_UTC, '$1-$2-$3T$4:$5:$6Z'))
  return Number.isNaN(time) || compactUtc(time) !== text ? null : time
}

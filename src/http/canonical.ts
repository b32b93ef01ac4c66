/** What request signatures of the AWS family share: encodings, canonical texts, key derivation. Knows no vendor. */

/** RFC 3986: everything but `A-Za-z0-9-_.~` becomes %XX of its UTF-8 bytes, upper-case hex. */
export function strictEncode(_text: string): string {
  throw new Error('to be written')
}

/** As strictEncode, keeping `/`. */
export function strictEncodePath(_path: string): string {
  throw new Error('to be written')
}

/** Sorted by encoded name, then value, unless `keepOrderOfEqualNames`; joined as `name=value` with `&`. */
export function canonicalQuery(
  _pairs: readonly (readonly [string, string])[],
  _options?: { readonly keepOrderOfEqualNames?: boolean },
): string {
  throw new Error('to be written')
}

/** HMAC-SHA256 chain over `scope` starting from the raw secret: date, region, service, terminator. */
export function deriveKey(_secret: string, _scope: readonly string[]): Buffer {
  throw new Error('to be written')
}

export function hmacSha256(_key: string | Uint8Array, _text: string): Buffer {
  throw new Error('to be written')
}

/** Lower-case hex. */
export function sha256Hex(_data: string | Uint8Array): string {
  throw new Error('to be written')
}

/** Compares in constant time; texts of different length are unequal. */
export function equalsConstantTime(_a: string, _b: string): boolean {
  throw new Error('to be written')
}

/** `20260102T030405Z`. */
export function compactUtc(_time: number): string {
  throw new Error('to be written')
}

/** Milliseconds of `20260102T030405Z`, or null. */
export function parseCompactUtc(_text: string): number | null {
  throw new Error('to be written')
}

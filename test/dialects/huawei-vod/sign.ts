import { createHash, createHmac } from 'node:crypto'

/** Keys as an account entry of the configuration has them. */
export interface VodKeys {
  readonly access_key: string
  readonly secret_key: string
}

export interface ToSign {
  readonly method: string
  readonly url: string
  /** All of them are signed. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  /** Signed in place of the body's hash. */
  readonly hash?: string
  readonly keys: VodKeys
  /** Milliseconds. */
  readonly now: number
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** The headers of SDK-HMAC-SHA256 (reference §2.2), as an implementation of its own. */
export function signVod({ method, url, headers, body, hash, keys, now }: ToSign): Record<string, string> {
  const date = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const signed: Readonly<Record<string, string>> = { ...headers, 'x-sdk-date': date }
  const names = Object.keys(signed).sort()
  const { pathname, searchParams } = new URL(url)
  const path = pathname
    .split('/')
    .map((segment) => encode(decodeURIComponent(segment)))
    .join('/')
  const query = [...searchParams]
    .map((pair) => pair.map(encode).join('='))
    .sort()
    .join('&')
  const lines = names.map((name) => `${name}:${signed[name]?.trim()}\n`).join('')
  const canonical = [method, `${path}/`, query, lines, names.join(';'), hash ?? sha256(body)].join('\n')
  const toSign = ['SDK-HMAC-SHA256', date, sha256(canonical)].join('\n')
  const signature = createHmac('sha256', keys.secret_key).update(toSign).digest('hex')
  const authorization = `SDK-HMAC-SHA256 Access=${keys.access_key}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { 'x-sdk-date': date, authorization }
}

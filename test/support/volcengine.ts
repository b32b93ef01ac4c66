import { createHash, createHmac } from 'node:crypto'
import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** Keys as an account entry of the configuration has them. */
export interface VmsKeys {
  readonly access_key: string
  readonly secret_key: string
}

export interface VmsError {
  readonly CodeN?: number
  readonly Code: string
  readonly Message: string
  readonly Reason?: string
}

export interface VmsBody {
  readonly ResponseMetadata: {
    readonly RequestId: string
    readonly Action: string
    readonly Version: string
    readonly Service: string
    readonly Region: string
    readonly Error?: VmsError
  }
  readonly Result?: unknown
}

export interface WireAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

export interface WireRequest {
  readonly method: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Uint8Array
}

/** One HTTP request, sent as it is given. */
export function sendWire(url: string, { method, headers = {}, body }: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method, headers, agent: false })
    sent.on('error', reject).on('response', (response) => {
      buffer(response).then(
        (bytes) => resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes }),
        reject,
      )
    })
    sent.end(body)
  })
}

export interface SignOptions {
  readonly method: string
  /** Everything after the question mark, in any encoding. */
  readonly rawQuery: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly keys: VmsKeys
  readonly region?: string
  readonly service?: string
  /** `20260102T030405Z`; default now. */
  readonly date?: string
  /** Hash the body, but send no X-Content-Sha256. */
  readonly withoutDigest?: boolean
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

export const compactNow = (ms = Date.now()): string => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '')

/** Signs `headers` as the Go and Python SDKs do: all that are given, plus X-Date and X-Content-Sha256. */
export function signVms(options: SignOptions): Record<string, string> {
  const { method, rawQuery, body, keys, region = 'cn-north-1', service = 'vms' } = options
  const date = options.date ?? compactNow()
  const headers: Record<string, string> = {
    ...options.headers,
    ...(options.withoutDigest === true ? {} : { 'x-content-sha256': sha256(body) }),
    'x-date': date,
  }
  const names = Object.keys(headers).sort()
  const query = [...new URLSearchParams(rawQuery)]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map((pair) => pair.join('='))
    .join('&')
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('')
  const canonical = [method, '/', query, lines, names.join(';'), sha256(body)].join('\n')
  const scope = [date.slice(0, 8), region, service, 'request']
  const key = scope.reduce<string | Buffer>((chained, text) => hmac(chained, text), keys.secret_key)
  const toSign = ['HMAC-SHA256', date, scope.join('/'), sha256(canonical)].join('\n')
  const signature = hmac(key, toSign).toString('hex')
  const credential = `${keys.access_key}/${scope.join('/')}`
  const authorization = `HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { ...headers, authorization }
}

export interface VmsCall {
  readonly keys: VmsKeys
  readonly method?: string
  readonly version?: string
  /** Added to Action and Version. */
  readonly query?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
  /** Sent as it is, with `contentType`. */
  readonly raw?: string | Uint8Array
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly region?: string
  readonly service?: string
  readonly date?: string
  readonly withoutDigest?: boolean
}

export type VmsAnswer = WireAnswer & { readonly body: VmsBody }

/** One signed call of the API, as a client without an SDK makes it. */
export async function callVms(baseUrl: string, action: string, call: VmsCall): Promise<VmsAnswer> {
  const { keys, method = 'POST', version = '2022-01-01', query = {} } = call
  const rawQuery = new URLSearchParams({ Action: action, Version: version, ...query }).toString()
  const { body, type } = bodyOf(call)
  const headers = {
    ...(type === null ? {} : { 'content-type': type }),
    host: new URL(baseUrl).host,
    ...call.headers,
  }
  const { region, service, date, withoutDigest = false } = call
  const signed = signVms({
    ...{ method, rawQuery, headers, body, keys, withoutDigest },
    ...(region === undefined ? {} : { region }),
    ...(service === undefined ? {} : { service }),
    ...(date === undefined ? {} : { date }),
  })
  const length = method === 'GET' && body.length === 0 ? {} : { 'content-length': Buffer.byteLength(body) }
  const answer = await sendWire(`${baseUrl}/?${rawQuery}`, {
    method,
    headers: { ...signed, ...length },
    body,
  })
  return { ...answer, body: JSON.parse(answer.bytes.toString()) as VmsBody }
}

function bodyOf({ json, form, raw, contentType }: VmsCall): {
  readonly body: string | Uint8Array
  readonly type: string | null
} {
  if (json !== undefined) {
    return { body: JSON.stringify(json), type: contentType ?? 'application/json; charset=utf-8' }
  }
  if (form !== undefined) {
    const type = contentType ?? 'application/x-www-form-urlencoded'
    return { body: new URLSearchParams(form).toString(), type }
  }
  return { body: raw ?? '', type: contentType ?? null }
}

/** An 8 kHz mono 16-bit WAV file; other `fill` bytes make another file of the same length. */
export function wav(durationS: number, fill = 0): Buffer {
  const size = Math.round(durationS * 8000) * 2
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + size, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(8000, 24)
  header.writeUInt32LE(16000, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(size, 40)
  return Buffer.concat([header, Buffer.alloc(size, fill)])
}

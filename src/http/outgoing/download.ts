import { lookup } from 'node:dns/promises'
import * as http from 'node:http'
import * as https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress, listingOf, plainHost } from './allowed.ts'

export type DownloadFailure =
  /** The URL is none, or of another scheme, or the host did not give the file in time. */
  | 'failed'
  /** The host or its address is not one that may be asked. */
  | 'refused'

export class DownloadError extends Error {
  override readonly name = 'DownloadError'
  readonly failure: DownloadFailure
  /** What the host answered, where that is the reason. */
  readonly status: number | null

  constructor(
    failure: DownloadFailure,
    message: string,
    { cause, status = null }: { readonly cause?: unknown; readonly status?: number | null } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.failure = failure
    this.status = status
  }
}

export interface DownloadOptions {
  /** See `listingOf`. */
  readonly hosts: readonly string[]
  readonly signal: AbortSignal
  /** Of the whole download; default 30 seconds. */
  readonly timeoutMs?: number
  /** Without a byte from the host; default 5 seconds. */
  readonly idleTimeoutMs?: number
  /** Sent with the request to every hop. */
  readonly headers?: Readonly<Record<string, string>>
  /** The addresses of a name; default the system's resolver. Called once for every URL that is asked. */
  readonly resolve?: (host: string) => Promise<readonly string[]>
}

/** A URL that may be asked, and the address that was checked for it. */
interface Destination {
  readonly url: URL
  readonly address: string
}

const REDIRECTS_MAX = 3
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308]
const TOTAL_TIMEOUT_MS = 30_000
const IDLE_TIMEOUT_MS = 5_000

/** The bytes behind a URL, by GET: those of `open` where it answers 200. Errors: DownloadError. */
export async function* download(
  text: string,
  options: DownloadOptions,
): AsyncGenerator<Uint8Array, undefined> {
  const { status, bytes, close } = await open(text, options)
  try {
    if (status !== 200) throw new DownloadError('failed', `the host answered ${status}`, { status })
    yield* bytes
  } finally {
    close()
  }
}

/** What a host answers. */
export interface Opened {
  /** 200, or 206 where a range was asked for. */
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** The body, once. Errors: DownloadError. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** To be called in the end, whether or not the body was read. */
  close(): void
}

/**
 * Asks for what is behind a URL, by GET. Every hop's host has to be listed and its address public (or the host listed by its
 * exact name); the connection goes to the very address that was checked, so that a name that changes its address
 * between the check and the connection gains nothing. At most three redirects. Errors: DownloadError.
 */
export async function open(text: string, options: DownloadOptions): Promise<Opened> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TOTAL_TIMEOUT_MS)
  const signal = AbortSignal.any([options.signal, timeout])
  try {
    const response = await follow(text, { ...options, signal })
    const { statusCode: status = 0, headers } = response
    return { status, headers, bytes: bytesOf(response), close: () => response.destroy() }
  } catch (error) {
    throw asDownloadError(error)
  }
}

async function* bytesOf(response: http.IncomingMessage): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of response) yield chunk
  } catch (error) {
    throw asDownloadError(error)
  }
}

const asDownloadError = (error: unknown): DownloadError =>
  error instanceof DownloadError ? error : new DownloadError('failed', 'the host broke off', { cause: error })

/** Checks a URL as `download` does before it asks the first host. Errors: DownloadError. */
export async function checkUrl(text: string, options: DownloadOptions): Promise<Destination> {
  const url = URL.parse(text)
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (url === null || !isWeb) throw new DownloadError('failed', 'not an http or https URL')
  if (url.username !== '' || url.password !== '')
    throw new DownloadError('failed', 'the URL holds credentials')
  const host = plainHost(url.hostname)
  const listing = listingOf(host, options.hosts)
  if (listing === 'none') throw new DownloadError('refused', 'the host is not listed')
  const addresses = isIP(host) === 0 ? await resolved(host, options) : [host]
  if (listing !== 'exact' && !addresses.every(isPublicAddress)) {
    throw new DownloadError('refused', 'the address is not public')
  }
  const [address] = addresses
  if (address === undefined) throw new DownloadError('failed', 'the name has no address')
  return { url, address }
}

async function resolved(
  host: string,
  { resolve = systemResolve, signal }: DownloadOptions,
): Promise<readonly string[]> {
  try {
    return await Promise.race([resolve(host), rejectedBy(signal)])
  } catch (error) {
    throw new DownloadError('failed', 'the name has no address', { cause: error })
  }
}

const systemResolve = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address)

const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

async function follow(text: string, options: DownloadOptions): Promise<http.IncomingMessage> {
  let next = text
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
    const destination = await checkUrl(next, options)
    const response = await request(destination, options)
    const status = response.statusCode ?? 0
    const isRange = status === 206 && options.headers?.range !== undefined
    if (status === 200 || isRange) return response
    response.destroy()
    const { location } = response.headers
    if (!REDIRECTS.includes(status) || location === undefined) {
      throw new DownloadError('failed', `the host answered ${status}`, { status })
    }
    next = URL.parse(location, destination.url)?.href ?? ''
  }
  throw new DownloadError('failed', 'too many redirects')
}

function request(
  { url, address }: Destination,
  { headers: more, signal, idleTimeoutMs = IDLE_TIMEOUT_MS }: DownloadOptions,
): Promise<http.IncomingMessage> {
  const { request: send } = url.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const headers = { 'accept-encoding': 'identity', 'user-agent': 'stowage', ...more }
    const sent = send(url, { agent: false, headers, lookup: alwaysTo(address), signal })
    sent.setTimeout(idleTimeoutMs, () => sent.destroy(new Error('the host fell silent')))
    sent.on('response', resolve).on('error', reject).end()
  })
}

const alwaysTo =
  (address: string): LookupFunction =>
  (_host, options, callback) => {
    const family = isIP(address)
    if (options.all === true) callback(null, [{ address, family }])
    else callback(null, address, family)
  }

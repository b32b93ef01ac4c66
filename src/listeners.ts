import { ADMIN_ADDRESS } from './config/admin.ts'
import type { Config } from './config/load.ts'
import { TLS_ADDRESS, tlsSource } from './config/tls.ts'
import type { Clock } from './core/clock.ts'
import type { Random } from './core/random.ts'
import type { HttpServer } from './http/server.ts'
import type { TlsListener } from './http/tls.ts'
import type { Logger } from './log.ts'
import type { DialectSettings } from './settings/dialect.ts'
import { ConfigError } from './settings/error.ts'
import type { Address } from './settings/kinds.ts'
import { type Identity, openFiledIdentity, openLocalIdentity, ownNames, presentOn } from './tls/index.ts'

export interface ListenerParts {
  readonly http: HttpServer
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly dialects: readonly DialectSettings[]
  /** Whether certificates are looked after without being told. */
  readonly hasTimers: boolean
}

/** The name of the operators' listener. No dialect is called so. */
export const ADMIN = 'admin'

/** Where a server is reached. */
export interface Listening {
  /** Base of every URL handed out. */
  readonly publicUrl: string
  /** Base of the URLs of those that have a listener of their own, by name: of operators, and of dialects. */
  readonly ownUrls: ReadonlyMap<string, string>
  readonly tls: TlsListening | null
}

export interface TlsListening {
  readonly url: string
  readonly port: number
  /** Base of the URLs of dialects that have an HTTPS listener of their own, by name. */
  readonly ownUrls: ReadonlyMap<string, string>
  /** Looks now whether there is a newer certificate. */
  look(): Promise<void>
  stop(): void
}

/** Listens as configured. A failure leaves no listener, and nothing in the data folder. Errors: ConfigError, and those of listening. */
export async function openListeners(config: Config, parts: ListenerParts): Promise<Listening> {
  const { http } = parts
  const { listen, publicUrl } = config.server
  const { proxyProtocol } = config.limits
  const source = tlsSource(config.tls)
  const secure = secureListeners(config, parts.dialects)
  const [first] = secure
  if (source === 'off' && first !== undefined) throw withoutCertificate(first)
  const filed = typeof source === 'object' ? await openFiledIdentity(source, parts.log) : null
  try {
    await http.listen(listen.host, listen.port, { proxyProtocol }).catch(refused('listen', listen))
    const url = publicUrl === '' ? ownUrl('http', listen.host, http.port) : publicUrl
    const tls = source === 'off' ? null : await openTls(config, parts, url, { filed, secure })
    return { publicUrl: url, ownUrls: await openOwn(config, parts), tls }
  } catch (error) {
    await http.close()
    throw error
  }
}

/** A listener that some surfaces have for themselves. */
interface Own {
  readonly name: string
  /** The option that says where. */
  readonly key: string
  readonly standard: Address
  /** What the option says; null for nothing. */
  readonly wanted: Address | 'off' | null
}

function ownListeners({ admin, dialects: options }: Config, dialects: readonly DialectSettings[]): Own[] {
  const ofDialects = dialects.flatMap(({ name, listener }) => {
    if (listener === undefined) return []
    const { key, standard } = listener
    return [{ name, key, standard, wanted: listener.wanted(options[name] ?? {}) }]
  })
  return [...ofDialects, { name: ADMIN, key: 'admin.listen', standard: ADMIN_ADDRESS, wanted: admin.listen }]
}

/** Opens the listeners that some surfaces have for themselves. */
async function openOwn(
  config: Config,
  { http, log, dialects }: ListenerParts,
): Promise<ReadonlyMap<string, string>> {
  const { proxyProtocol } = config.limits
  const urls = new Map<string, string>()
  for (const { name, key, standard, wanted } of ownListeners(config, dialects)) {
    if (wanted === 'off') continue
    const at = wanted ?? standard
    const port = await http
      .listen(at.host, at.port, { proxyProtocol, listener: name })
      .catch(refused(key, at))
      .catch((error: unknown) => {
        if (wanted !== null || !(error instanceof AddressTaken)) throw error
        log.warn(`${error.message}; that listener is left out`)
        return null
      })
    if (port !== null) urls.set(name, ownUrl('http', at.host, port))
  }
  return urls
}

/** A listener that a dialect has for itself by HTTPS. */
type Secure = Pick<Own, 'name' | 'key'> & { readonly at: Address }

function secureListeners({ dialects: options }: Config, dialects: readonly DialectSettings[]): Secure[] {
  return dialects.flatMap(({ name, listener }) => {
    const at = listener?.secure?.wanted(options[name] ?? {}) ?? null
    return at === null ? [] : [{ name, key: listener?.secure?.key ?? '', at }]
  })
}

const withoutCertificate = ({ key, at: { host, port } }: Secure): ConfigError =>
  new ConfigError(
    `${key}: is "${host}:${port}", but there is no certificate; accepted: with tls.cert and tls.key, or with tls.auto`,
  )

async function openTls(
  config: Config,
  parts: ListenerParts,
  publicUrl: string,
  { filed, secure }: { readonly filed: Identity | null; readonly secure: readonly Secure[] },
): Promise<TlsListening | null> {
  const { http, log, hasTimers: hasTimer, clock } = parts
  const at = config.tls.listen ?? TLS_ADDRESS
  const opening = Promise.withResolvers<Identity>()
  // Where it cannot be opened, nobody is told anything any more.
  opening.promise.catch(() => {})
  const options = {
    proxyProtocol: config.tls.proxyProtocol,
    certificateFor: async (name: string) => (await opening.promise).certificateFor(name),
  }
  const listener = await http
    .listenTls(at.host, at.port, options)
    .catch(refused('tls.listen', at))
    .catch((error: unknown) => leftOut(error, config, log))
  if (listener === null) return null
  const own: (Secure & { readonly listener: TlsListener })[] = []
  for (const each of secure) {
    const { host, port } = each.at
    const opened = http.listenTls(host, port, { ...options, listener: each.name })
    own.push({ ...each, listener: await opened.catch(refused(each.key, each.at)) })
  }
  const hosts = [new URL(publicUrl).hostname, at.host, ...own.map((each) => each.at.host)]
  opening.resolve(filed ?? localIdentity(config, parts, hosts))
  const all = [listener, ...own.map((each) => each.listener)]
  const presenting = presentOn(together(all), await opening.promise, { hasTimer, clock, log })
  return {
    ...{ url: ownUrl('https', at.host, listener.port), port: listener.port, ...presenting },
    ownUrls: new Map(own.map((each) => [each.name, ownUrl('https', each.at.host, each.listener.port)])),
  }
}

/** One identity is shown by all. */
const together = (listeners: readonly TlsListener[]): Pick<TlsListener, 'present'> => ({
  present: (certificate) => {
    for (const listener of listeners) listener.present(certificate)
  },
})

function localIdentity(
  { server }: Config,
  { clock, random, log, dialects }: ListenerParts,
  hosts: readonly string[],
): Promise<Identity> {
  const vendors = dialects.flatMap((dialect) => dialect.hosts)
  const names = { own: ownNames([...hosts, server.listen.host], server.virtualHosts), vendors }
  return openLocalIdentity({ dataDir: server.dataDir, clock, random, names, log })
}

/** Nobody asked for the default address: where another program has it, HTTP is still of use. */
function leftOut(error: unknown, { tls }: Config, log: Logger): TlsListener | null {
  if (tls.listen !== null || !(error instanceof AddressTaken)) throw error
  log.warn(`${error.message}; there is no HTTPS`)
  return null
}

function ownUrl(scheme: 'http' | 'https', host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

class AddressTaken extends ConfigError {}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'the name has no address',
}

const refused =
  (key: string, { host, port }: Address) =>
  (error: unknown): never => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const reason = REASONS[code]
    if (reason === undefined) throw error
    const message = `${key}: ${host}:${port} cannot be used: ${reason}; accepted: a free address of this machine`
    throw code === 'EADDRINUSE' ? new AddressTaken(message) : new ConfigError(message)
  }

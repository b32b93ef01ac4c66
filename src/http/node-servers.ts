import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { HttpLimits } from './limits.ts'
import { type CertificateFor, contextOf, TLS_VERSION_MIN } from './tls.ts'

export interface ListenOptions {
  /** Whose listener it is: only surfaces that are mounted there are reached. Default: the one that most share. */
  readonly listener?: string
  /** Connections of trusted proxies begin with the PROXY protocol. Default false. */
  readonly proxyProtocol?: boolean
}

export interface ListenTlsOptions extends ListenOptions {
  /** Default: the listener's. */
  readonly certificateFor?: CertificateFor
}

/** Port 0 takes any. Returns the port. Fails as the socket does (EADDRINUSE, …). */
export function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

/** Node's HTTP server with the kit's limits. */
export const createPlainServer = (limits: HttpLimits): Server =>
  withLimits(createServer(optionsOf(limits)), limits)

/** The same by TLS. It fails all handshakes until it has a certificate (`setSecureContext`). */
export function createTlsServer(limits: HttpLimits, certificateFor: CertificateFor) {
  const server = createSecureServer({
    ...optionsOf(limits),
    ...{ minVersion: TLS_VERSION_MIN, handshakeTimeout: limits.headersMs },
    SNICallback: (name, done) => {
      // Without a context of its own, a name gets the listener's certificate.
      certificateFor(name).then(
        (certificate) => done(null, certificate === null ? undefined : contextOf(certificate)),
        (error: Error) => done(error),
      )
    },
  })
  withLimits(server, limits)
  return server
}

/** Bytes of a body that nobody reads: more stay in the system's buffers. One read of a socket may bring four times as many. */
const UNREAD_SIZE_MAX = 16 * 1024

/** How often it is looked whose head is late: many that came together are ended a few at a time. */
const CHECKS_MS = 100

const optionsOf = (limits: HttpLimits) => ({
  highWaterMark: UNREAD_SIZE_MAX,
  maxHeaderSize: limits.headersSizeMax,
  headersTimeout: limits.headersMs,
  requestTimeout: 0,
  keepAliveTimeout: limits.keepAliveMs,
  connectionsCheckingInterval: Math.max(1, Math.min(CHECKS_MS, Math.floor(limits.headersMs / 4))),
  requireHostHeader: false,
  noDelay: true,
})

function withLimits(server: Server, limits: HttpLimits): Server {
  server.maxHeadersCount = limits.headersMax + 1
  return server
}

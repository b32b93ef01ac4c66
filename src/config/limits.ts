import { ConfigError } from '../settings/error.ts'
import { boolean, integer, networkList, orNull } from '../settings/kinds.ts'
import { option } from '../settings/options.ts'
import type { ValuesOf } from '../settings/setting.ts'
import type { TlsOptions } from './tls.ts'

const GIB = 1024 ** 3
const seconds = integer(1, 86_400)
const orOff = integer(0, 1_000_000_000)
const bytesOrOff = integer(0, 1024 * GIB)

/** What one client may cost the server, and how it is known who the client is. Where 0 is accepted, it means no limit. */
export const LIMIT_OPTIONS = {
  trustedProxies: option(
    'trusted_proxies',
    networkList,
    [],
    'addresses and networks of proxies whose X-Forwarded-For, or PROXY protocol, tells the client’s address',
  ),
  proxyProtocol: option(
    'proxy_protocol',
    boolean,
    false,
    'connections of trusted_proxies to listen begin with the PROXY protocol (version 1 or 2)',
  ),
  connectionsMax: option(
    'connections_max',
    orNull(integer(1, 1_000_000)),
    null,
    'connections at a time (default: as the limit on open files allows, at most 10000)',
  ),
  headTimeoutS: option('head_timeout_s', seconds, 10, 'seconds until a request’s headers must be there'),
  bodyIdleTimeoutS: option(
    'body_idle_timeout_s',
    seconds,
    60,
    'seconds after which a silent sender is given up',
  ),
  bodyRateMin: option(
    'body_rate_min',
    orOff,
    1024,
    'bytes a second that a body must come with, over any 60 seconds',
  ),
  identifyTimeoutS: option(
    'identify_timeout_s',
    seconds,
    30,
    'seconds until a body must have come that says who calls',
  ),
  replyIdleTimeoutS: option(
    'reply_idle_timeout_s',
    seconds,
    240,
    'seconds after which who takes nothing of an answer is given up',
  ),
  replyRateMin: option(
    'reply_rate_min',
    orOff,
    1024,
    'bytes a second that an answer must be taken with, over reply_idle_timeout_s',
  ),
  addressConnections: option('limits.address_connections', orOff, 4000, 'connections of one address'),
  addressHandshakes: option(
    'limits.address_handshakes',
    orOff,
    1024,
    'TLS handshakes of one address at a time',
  ),
  addressRequests: option('limits.address_requests', orOff, 4000, 'requests of one address at a time'),
  addressCallsPerS: option('limits.address_calls_per_s', orOff, 10_000, 'calls a second of one address'),
  addressBytesInPerS: option(
    'limits.address_bytes_in_per_s',
    bytesOrOff,
    2 * GIB,
    'bytes a second that one address may send; more has to wait',
  ),
  addressBytesOutPerS: option(
    'limits.address_bytes_out_per_s',
    bytesOrOff,
    2 * GIB,
    'bytes a second that one address is sent; more has to wait',
  ),
  refusalsPerS: option(
    'limits.refusals_per_s',
    orOff,
    500,
    'refusals a second of calls that nobody has signed, by all clients together; more have to wait',
  ),
  accountRequests: option('limits.account_requests', orOff, 4000, 'requests of one account at a time'),
  accountCallsPerS: option('limits.account_calls_per_s', orOff, 10_000, 'calls a second of one account'),
  accountBytesInPerS: option(
    'limits.account_bytes_in_per_s',
    bytesOrOff,
    2 * GIB,
    'bytes a second that one account may send; more has to wait',
  ),
  accountBytesOutPerS: option(
    'limits.account_bytes_out_per_s',
    bytesOrOff,
    2 * GIB,
    'bytes a second that one account is sent; more has to wait',
  ),
}

export type LimitOptions = ValuesOf<typeof LIMIT_OPTIONS>

/** Errors: ConfigError where the PROXY protocol is spoken by nobody. */
export function requireProxies({ proxyProtocol, trustedProxies }: LimitOptions, tls: TlsOptions): void {
  const key = proxyProtocol ? 'proxy_protocol' : tls.proxyProtocol ? 'tls.proxy_protocol' : null
  if (key === null || trustedProxies.length > 0) return
  throw new ConfigError(
    `${key}: is true, but trusted_proxies is empty; accepted: with the proxies’ addresses`,
  )
}

/** Without a value of its own, `connections_max` leaves a file open for each upload, and some for the rest. */
const CONNECTIONS_DEFAULT = 10_000
const OTHER_FILES = 200

/** How many connections there may be. `filesMax`: how many files the process may have open; null where that is not known. */
export function connectionsWithin({ connectionsMax }: LimitOptions, filesMax: number | null): number {
  if (connectionsMax !== null) return connectionsMax
  const fitting = filesMax === null ? CONNECTIONS_DEFAULT : Math.floor((filesMax - OTHER_FILES) / 2)
  return Math.max(50, Math.min(CONNECTIONS_DEFAULT, fitting))
}

/** How many connections one address may have: where nobody said how many there may be at all, no more than half of them. */
export const addressConnectionsWithin = (
  { connectionsMax, addressConnections }: LimitOptions,
  fitting: number,
): number =>
  connectionsMax === null ? Math.min(addressConnections, Math.floor(fitting / 2)) : addressConnections

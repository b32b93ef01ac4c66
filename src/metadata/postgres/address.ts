import { CoreError } from '../../core/errors.ts'

/** Where a database is: on one server, or on several of which one at a time takes writes. */
export interface Address {
  /** One server's each, in the order in which they were given. */
  readonly servers: readonly string[]
  /** Only a server that takes writes will do; each new connection asks. */
  readonly mustTakeWrites: boolean
}

const SHAPE = /^(postgres(?:ql)?:\/\/)(?:([^/?#]*)@)?([^/?#@]*)(.*)$/s
/** Those of libpq under which what takes writes may be found. */
const TAKES_WRITES: readonly (string | null)[] = [null, 'any', 'read-write', 'primary']

/**
 * Reads `postgres://user:password@host:port,host:port/database?target_session_attrs=read-write`, as libpq has it
 * (postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS). The order of several hosts counts for nothing: the one that takes writes is
 * looked for. Fails with `metadata-failed`; the message says nothing of what stands there, as it may have a password.
 */
export function parseAddress(text: string): Address {
  const [, scheme = '', user, hosts = '', rest = ''] = SHAPE.exec(text) ?? []
  const servers = hosts
    .split(',')
    .map((host) => scheme + (user === undefined ? '' : `${user}@`) + host + rest)
  const parsed = servers.map((server) => URL.parse(server))
  const isWhole = hosts === '' || hosts.split(',').every((host) => host !== '')
  if (scheme === '' || !isWhole || parsed.includes(null)) {
    throw wrong(
      'has to be like postgres://user:password@host/database, with several hosts as host1:5432,host2:5432',
    )
  }
  const wanted = parsed[0]?.searchParams.get('target_session_attrs') ?? null
  if (!TAKES_WRITES.includes(wanted)) {
    throw wrong(
      'has a target_session_attrs that leads to servers that take no writes; accepted: read-write, primary, any',
    )
  }
  const mustTakeWrites = servers.length > 1 || wanted === 'read-write' || wanted === 'primary'
  return { servers, mustTakeWrites }
}

/** A server in a few words, for people: its host and port alone. */
export const nameOf = (server: string): string => URL.parse(server)?.host || 'the local socket'

const wrong = (what: string): CoreError =>
  new CoreError('metadata-failed', `the address of PostgreSQL ${what}`)

import type { Accounts } from '../core/accounts.ts'
import { requireRight } from '../core/rules/rights.ts'
import { equalsConstantTime, sha256Hex } from '../http/canonical.ts'
import type { Exchange } from '../http/types.ts'
import type { Audience, Call, Caller } from './call.ts'
import { AdminError } from './errors.ts'

const SCHEMES = 'Bearer realm="stowage", Basic realm="stowage"'

/**
 * Who calls: the operator by the token as a bearer, or an account by a key pair as user and password (RFC 7617). Errors: 401; `throttled`
 * faults for who tries secrets out.
 */
export function callerOf(exchange: Exchange, token: string, accounts: Accounts): Caller {
  const { authorization = '' } = exchange.request.headers
  const [scheme = '', given = ''] = authorization.split(/ +(.*)/s)
  if (scheme.toLowerCase() === 'bearer') return operator(exchange, given, token)
  if (scheme.toLowerCase() === 'basic') return keyPair(exchange, given, accounts)
  throw unknown('send the operator’s token as `Authorization: Bearer …`, or a key pair as Basic')
}

function operator({ guesses, admitBody }: Exchange, given: string, token: string): Caller {
  const claim = { kind: 'password', name: 'operator' } as const
  guesses.prove(
    claim,
    () => {
      if (!isSameSecret(given, token)) throw unknown('the token is not the operator’s')
    },
    isUnknown,
  )
  admitBody()
  return { kind: 'operator' }
}

function keyPair(exchange: Exchange, given: string, accounts: Accounts): Caller {
  const text = Buffer.from(given, 'base64').toString('utf8')
  const at = text.indexOf(':')
  const [accessKey, secretKey] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)]
  const found = accounts.byAccessKey(accessKey)
  exchange.guesses.prove(
    { kind: 'signature', name: accessKey },
    () => {
      const isRight = isSameSecret(secretKey, found?.key.secretKey ?? '')
      if (found === null || !isRight) throw unknown('there is no such key pair')
    },
    isUnknown,
  )
  if (found === null) throw unknown('there is no such key pair')
  exchange.identified(found.account.id)
  return { kind: 'account', account: found.account.id, rights: found.key.rights }
}

/** Refuses a call that is not for the caller. Errors: 403, `access-denied`. */
export function requireAudience(
  { audience, method }: Pick<Call, 'audience' | 'method'>,
  caller: Caller,
  path: Readonly<Record<string, string>>,
): void {
  if (caller.kind === 'operator') return
  if (!isFor(audience, caller, path)) {
    throw new AdminError(403, 'access-denied', 'the call is for the operator, or for another account')
  }
  const need = method === 'GET' ? 'read' : 'admin'
  requireRight(caller.rights, need, { bucket: path.bucket ?? null, key: '' })
}

function isFor(
  audience: Audience,
  { account }: Extract<Caller, { kind: 'account' }>,
  path: Readonly<Record<string, string>>,
): boolean {
  return audience === 'all' || (audience === 'account' && path.account === account)
}

const unknown = (message: string): AdminError =>
  new AdminError(401, 'unauthenticated', message, { headers: { 'www-authenticate': SCHEMES } })

const isUnknown = (error: unknown): boolean => error instanceof AdminError && error.status === 401

/** By their digests: how long a secret is does not show either. */
const isSameSecret = (given: string, right: string): boolean =>
  equalsConstantTime(sha256Hex(given), sha256Hex(right))

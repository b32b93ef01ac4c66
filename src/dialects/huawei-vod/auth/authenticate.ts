import { type Account, credentialsOf } from '../../../core/accounts.ts'
import type { TimeMs } from '../../../core/clock.ts'
import { ALL_RIGHTS } from '../../../core/model/accounts.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import { parseJsonObject, readBody } from '../../../http/body.ts'
import { headerText } from '../../../http/signed-request.ts'
import type { Exchange } from '../../../http/types.ts'
import type { Call } from '../calls/call.ts'
import { type Project, projectCredential } from '../credentials.ts'
import { FOREIGN_TOKEN, isRefused, notAuthenticated, VodError, WRONG_SIGNATURE } from '../errors.ts'
import type { Vod } from '../model/context.ts'
import { type Claim, readClaim, requireFresh, verifySignature } from './aksk.ts'
import type { Caller } from './caller.ts'
import { openToken } from './iam-tokens.ts'
import { hasProject, scopeOf } from './scope.ts'
import { type Maker, openKeys } from './temporary-keys.ts'

/** Bytes of a body; ours. The gateway takes 12 MB (reference §2.2), but no call has a use for so many. */
const BODY_SIZE_MAX = 256 * 1024

/** Who calls. */
export interface Identity {
  readonly account: Account
  readonly user: string
  readonly caller: Caller
  /** Who asks where temporary keys are asked for; null for who has such keys. */
  readonly maker: Maker | null
  /** When what proves it is over; null for a key of the account. */
  readonly expiresAt: TimeMs | null
}

/** Finds out who calls for which project, and reads the body. Errors: GatewayError, VOD.10057, VOD.10081. */
export async function authenticate(vod: Vod, exchange: Exchange): Promise<Call> {
  const { identity, body } = await identify(vod, exchange, BODY_SIZE_MAX)
  const { account, user, caller } = identity
  const project = requireProject(identity, exchange)
  return { ...vod, exchange, account, caller, project, user, body: bodyOf(body) }
}

/**
 * Who speaks, by token or by signature, and the body of at most `sizeMax` bytes. It is read once the token, or the key and the
 * date of the signature, are found good. Errors: 401 APIGW.0301, and those of `readBody`.
 */
export async function identify(
  vod: Vod,
  exchange: Exchange,
  sizeMax: number,
): Promise<{ readonly identity: Identity; readonly body: Uint8Array }> {
  const head = readHead(vod, exchange)
  if (head.check === null) exchange.identified(head.identity.account.id)
  else exchange.admitBody()
  const body = await readBody(exchange, sizeMax)
  // What it names may have ended meanwhile.
  const { identity, check } = readHead(vod, exchange)
  check?.(body)
  exchange.identified(identity.account.id)
  return { identity, body }
}

/** Who the head of a request says that speaks. */
interface Head {
  readonly identity: Identity
  /** Throws 401 APIGW.0301 for a body that the signature is not of. Null where the head proves it. */
  readonly check: ((body: Uint8Array) => void) | null
}

function readHead(vod: Vod, exchange: Exchange): Head {
  const { headers } = exchange.request
  const token = headers['x-auth-token']
  if (typeof token === 'string') return { identity: byGivenToken(vod, exchange, token), check: null }
  if (headers.authorization === undefined) throw notAuthenticated('x-auth-token not found')
  return bySignature(vod, exchange)
}

/** As `byToken`. A token that is none of ours counts against who sent it. */
export const byGivenToken = (vod: Vod, { guesses }: Exchange, token: string): Identity =>
  guesses.proveNamed('signature', () => byToken(vod, token), isForeignToken)

/** A user with a token may do all. URLs that it gets end with it. Errors: 401 APIGW.0301. */
function byToken(vod: Vod, token: string): Identity {
  const { account, user, project, expiresAt } = openToken(token, vod, vod.core.clock.now())
  const pair = vod.users.keyPairOf({ account, user })
  if (pair === null) throw notAuthenticated(FOREIGN_TOKEN)
  const keys = { ...pair, securityToken: null, expiresAt }
  const maker: Maker = { type: 'user', account, user }
  const caller = { rights: ALL_RIGHTS, policy: null, scope: scopeOf(project), keys }
  return { account, user, caller, maker, expiresAt }
}

/** With a key of the account, or with temporary keys and their token. Errors: 401 APIGW.0301. */
function bySignature(vod: Vod, exchange: Exchange): Head {
  const { request, method, rawPath, query } = exchange
  const { headers } = request
  const now = vod.core.clock.now()
  const claim = readClaim(headers)
  const securityToken = headerText(headers, 'x-security-token') ?? ''
  const isOwn = securityToken === ''
  /** Temporary keys have secrets that nobody can guess: they count against no name. */
  const guessed = <T>(work: () => T): T =>
    exchange.guesses.proveNamed(
      'signature',
      (named) => {
        if (isOwn) named(claim.accessKey)
        return work()
      },
      isWrongSignature,
    )
  if (isOwn) exchange.guesses.require({ kind: 'signature', name: claim.accessKey })
  const identity = isOwn
    ? withOwnKey(vod, claim.accessKey)
    : guessed(() => withTemporaryKeys(vod, claim, securityToken))
  const hosts = [new URL(vod.publicUrl).host]
  requireFresh(claim, now)
  const check = (body: Uint8Array) => {
    const received = { method, rawPath, query, headers, body, hosts }
    guessed(() => verifySignature(claim, received, identity.caller.keys))
  }
  return { identity, check }
}

const isWrongSignature = (error: unknown): boolean => isRefused(error, WRONG_SIGNATURE)
const isForeignToken = (error: unknown): boolean => isRefused(error, FOREIGN_TOKEN)

function withOwnKey({ accounts }: Vod, accessKey: string): Identity {
  const found = accounts.byAccessKey(accessKey)
  if (found === null)
    throw notAuthenticated(`Get secretKey failed,ak:${accessKey.slice(0, 64)},err:ak not exist`)
  const { account, key } = found
  const keys = { ...key, securityToken: null, expiresAt: null }
  return {
    ...{ account, user: account.name, maker: { type: 'key', account, key }, expiresAt: null },
    caller: { rights: key.rights, policy: null, scope: { type: 'all' }, keys },
  }
}

/** The token has to be one of ours, of this access key, signed with the request, and not over. */
function withTemporaryKeys({ core, accounts, users }: Vod, claim: Claim, securityToken: string): Identity {
  const keys = openKeys(users, accounts, securityToken)
  if (
    keys === null ||
    keys.accessKey !== claim.accessKey ||
    !claim.signedHeaders.includes('x-security-token')
  )
    throw notAuthenticated(WRONG_SIGNATURE)
  const { account, user, rights, policy, scope, expiresAt } = keys
  if (core.clock.now() >= expiresAt)
    throw notAuthenticated(`token expires, expires_at: ${new Date(expiresAt).toISOString()}`)
  return { account, user, caller: { rights, policy, scope, keys }, maker: null, expiresAt }
}

/** The path's project. Errors: VOD.10057 when it is not in the caller's scope, the account's, or that of X-Project-Id. */
function requireProject({ account, caller }: Identity, { params, request }: Exchange): Project {
  const found = credentialsOf(account, projectCredential).find(({ id }) => id === params.project)
  const named = request.headers['x-project-id']
  const isNamed = named === undefined || named === '' || named === params.project
  if (found === undefined || !isNamed || !hasProject(caller.scope, found)) throw new VodError(10057)
  return found
}

/** SDKs send `{}` with GET; an empty body counts as that. Errors: VOD.10081. */
function bodyOf(bytes: Uint8Array): JsonObject {
  return bytes.byteLength === 0 ? {} : parseJsonObject(bytes)
}

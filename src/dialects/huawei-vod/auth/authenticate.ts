import { type Account, type AccountKey, credentialsOf } from '../../../core/accounts.ts'
import { ALL_RIGHTS, type Rights } from '../../../core/model/accounts.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import { parseJsonObject, readBody } from '../../../http/body.ts'
import type { Exchange } from '../../../http/types.ts'
import type { Call } from '../calls/call.ts'
import { type Project, projectCredential } from '../credentials.ts'
import { notAuthenticated, VodError } from '../errors.ts'
import type { Vod } from '../model/context.ts'
import { readClaim, requireFresh, verifySignature } from './aksk.ts'
import { openToken } from './iam-tokens.ts'

/** Bytes of a body that the gateway takes: reference §2.2. */
export const BODY_SIZE_MAX = 12 * 1024 * 1024

/** Who signed. */
export interface Identity {
  readonly account: Account
  /** The key that signed; null with a token. */
  readonly key: AccountKey | null
  readonly user: string
  /** The only project that the proof is good for. Null: every project of the account. */
  readonly project: Project | null
  readonly isLimited: boolean
}

/** Reads the body, and finds out who calls for which project. Errors: GatewayError, VOD.10057, VOD.10081. */
export async function authenticate(vod: Vod, exchange: Exchange): Promise<Call> {
  const bytes = await readBody(exchange, BODY_SIZE_MAX)
  const identity = identify(vod, exchange, bytes)
  const { account, user } = identity
  exchange.note({ account: account.id })
  const project = requireProject(identity, exchange)
  return { ...vod, exchange, account, key: identity.key, project, user, body: bodyOf(bytes) }
}

/** Who speaks, by token or by signature. Errors: 401 APIGW.0301. */
export function identify({ core, accounts, publicUrl }: Vod, exchange: Exchange, body: Uint8Array): Identity {
  const { request, method, rawPath, query } = exchange
  const { headers } = request
  const now = core.clock.now()
  const token = headers['x-auth-token']
  if (typeof token === 'string') {
    const { account, user, project } = openToken(token, accounts, now)
    return { account, key: null, user, project, isLimited: true }
  }
  if (headers.authorization === undefined) throw notAuthenticated('x-auth-token not found')
  const claim = readClaim(headers)
  const found = accounts.byAccessKey(claim.accessKey)
  if (found === null) {
    throw notAuthenticated(`Get secretKey failed,ak:${claim.accessKey.slice(0, 64)},err:ak not exist`)
  }
  const hosts = [new URL(publicUrl).host]
  verifySignature(claim, { method, rawPath, query, headers, body, hosts }, found.key)
  requireFresh(claim, now)
  return { ...found, user: found.account.name, project: null, isLimited: false }
}

/** What the caller may do. A user with a token may do all. */
export const rightsOf = ({ key }: Pick<Identity, 'key'>): Rights => key?.rights ?? ALL_RIGHTS

/** The path's project. Errors: VOD.10057 when it is not the token's, the account's, or that of X-Project-Id. */
function requireProject({ account, project, isLimited }: Identity, { params, request }: Exchange): Project {
  const found = credentialsOf(account, projectCredential).find(({ id }) => id === params.project)
  const named = request.headers['x-project-id']
  const isNamed = named === undefined || named === '' || named === params.project
  if (found === undefined || !isNamed || (isLimited && project?.id !== found.id)) throw new VodError(10057)
  return found
}

/** SDKs send `{}` with GET; an empty body counts as that. Errors: VOD.10081. */
function bodyOf(bytes: Uint8Array): JsonObject {
  return bytes.byteLength === 0 ? {} : parseJsonObject(bytes)
}

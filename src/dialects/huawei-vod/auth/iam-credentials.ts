import type { JsonObject } from '../../../core/model/json.ts'
import { readBody } from '../../../http/body.ts'
import type { JsonFields } from '../../../http/json-fields.ts'
import { integerIn, OBJECT, textWhere } from '../../../http/json-shapes.ts'
import type { Exchange, Reply } from '../../../http/types.ts'
import { notAuthenticated } from '../errors.ts'
import type { Vod } from '../model/context.ts'
import { byGivenToken, type Identity, identify } from './authenticate.ts'
import {
  answer,
  domainId,
  fieldsOf,
  IAM_BODY_SIZE_MAX,
  IamError,
  microTime,
  NAME,
  readIdentity,
  wrongBody,
} from './iam-answers.ts'
import { PolicyError } from './policy.ts'
import { mintKeys } from './temporary-keys.ts'

/** 15 minutes to 24 hours (page iam_04_0002). */
const DURATION_S = { min: 900, max: 86_400, digits: /^\d{1,6}$/ }
const DURATION_DEFAULT_S = 900
/** What a token of IAM has at most. */
const TOKEN = textWhere('a token', (text) => text !== '' && text.length <= 4096)

interface Asked {
  readonly durationS: number
  readonly policy: JsonObject | null
  /** The token that is named in the body; null where none is. */
  readonly token: string | null
  /** Whose agency; null for the method `token`. */
  readonly domain: { readonly name: string | null; readonly id: string | null } | null
}

/**
 * Temporary access keys with a security token (pages iam_04_0002 and iam_04_0101), by who has a token or a key. They allow what their maker
 * may, within the policy, and end with the maker, with the token that asked for them, or at their time. No agencies are kept: an account
 * may assume its own alone, which has all that the caller may. Errors: 400, 401 and 403 of IAM.
 */
export async function issueKeys(vod: Vod, exchange: Exchange): Promise<Reply> {
  const { headers } = exchange.request
  const isProven = headers['x-auth-token'] !== undefined || headers.authorization !== undefined
  const proven = isProven ? await identify(vod, exchange, IAM_BODY_SIZE_MAX) : null
  const asked = readAsked(proven?.body ?? (await readBody(exchange, IAM_BODY_SIZE_MAX)))
  const asker = askerOf(vod, exchange, proven?.identity ?? null, asked)
  exchange.identified(asker.account.id)
  const { maker, caller, expiresAt } = asker
  if (maker === null) throw new IamError(403, 'Temporary access keys cannot be used to obtain others.')
  requireOwnDomain(asker, asked)
  const until = vod.core.clock.now() + asked.durationS * 1000
  const grant = {
    ...{ maker, scope: caller.scope, policy: asked.policy },
    expiresAt: Math.min(until, expiresAt ?? until),
  }
  const keys = asPolicyFault(() => mintKeys(vod.users, vod.core.random, grant))
  if (keys === null) throw new IamError(401, 'The user is gone.')
  return answer(exchange, 201, {
    credential: {
      access: keys.accessKey,
      expires_at: microTime(keys.expiresAt),
      secret: keys.secretKey,
      securitytoken: keys.securityToken,
    },
  })
}

/** Who the keys are for: the owner of the token that is named, or else the caller. */
function askerOf(vod: Vod, exchange: Exchange, caller: Identity | null, { token }: Asked): Identity {
  if (token === null) {
    if (caller === null) throw notAuthenticated('x-auth-token not found')
    return caller
  }
  const named = byGivenToken(vod, exchange, token)
  if (caller !== null && caller.account.id !== named.account.id)
    throw new IamError(403, 'The token is of another account.')
  return named
}

function requireOwnDomain({ account }: Identity, { domain }: Asked): void {
  if (domain === null) return
  const isOwn =
    (domain.name === null || domain.name === account.name) &&
    (domain.id === null || domain.id === domainId(account.id))
  if (!isOwn) throw new IamError(403, 'The agency is of another account.')
}

function readAsked(body: Uint8Array): Asked {
  const { identity, methods } = readIdentity(body)
  const policy = identity.optional('policy', OBJECT)
  const [method, ...others] = methods
  if (others.length > 0 || (method !== 'token' && method !== 'assume_role')) throw wrongBody()
  if (method === 'assume_role')
    return { ...readRole(fieldsOf(identity.required('assume_role', OBJECT))), policy }
  const token = identity.optional('token', OBJECT)
  const fields = token === null ? null : fieldsOf(token)
  return { durationS: durationOf(fields), policy, token: fields?.optional('id', TOKEN) ?? null, domain: null }
}

function readRole(fields: JsonFields): Omit<Asked, 'policy'> {
  fields.required('agency_name', NAME)
  const domain = { name: fields.optional('domain_name', NAME), id: fields.optional('domain_id', NAME) }
  if (domain.name === null && domain.id === null) throw wrongBody()
  return { durationS: durationOf(fields), token: null, domain }
}

const durationOf = (fields: JsonFields | null): number =>
  fields?.optional('duration_seconds', integerIn(DURATION_S)) ?? DURATION_DEFAULT_S

/** What cannot be kept to is refused, and said. */
function asPolicyFault<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw error instanceof PolicyError
      ? new IamError(400, `The policy cannot be kept to: ${error.message}.`)
      : error
  }
}

import type { Right } from '../../../core/model/accounts.ts'
import { requireRight } from '../../../core/rules/rights.ts'
import { readBody } from '../../../http/body.ts'
import { own } from '../../../http/own.ts'
import { valuesOf } from '../../../http/pairs.ts'
import type { RateLimit } from '../../../http/rate-limit.ts'
import { signedRequest } from '../../../http/signed-request.ts'
import type { Exchange, Reply, Surface } from '../../../http/types.ts'
import type { DialectContext } from '../../dialect.ts'
import { readClaim } from '../auth/claims.ts'
import { checkClaim, verify } from '../auth/verify.ts'
import { asVmsError, invalid, missing, VmsError } from '../errors.ts'
import type { VolcengineVmsOptions } from '../options.ts'
import { failure, newRequestId, success } from '../wire/answers.ts'
import { readParameters } from '../wire/parameters.ts'
import type { Call, Handler } from './call.ts'
import { commitResourceUpload } from './commit.ts'
import { fetchResource } from './fetch.ts'
import { queryOpenGetResource, queryUsableResource, queryUsableResourceV2 } from './query.ts'
import { type About, allResources, namedFile, namedResource } from './reach.ts'
import { openDeleteResource, openUpdateResource } from './resource.ts'
import { openCreateTts } from './tts.ts'
import { getResourceUploadUrl } from './upload-url.ts'

/** An action: the right that it needs, where it does something, and what. */
interface Action {
  readonly needs: Right
  readonly about: About
  readonly handle: Handler
}

/** Every action by its name. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  GetResourceUploadUrl: { needs: 'write', about: namedFile, handle: getResourceUploadUrl },
  CommitResourceUpload: { needs: 'write', about: namedFile, handle: commitResourceUpload },
  QueryOpenGetResource: { needs: 'read', about: allResources, handle: queryOpenGetResource },
  QueryUsableResource: { needs: 'read', about: allResources, handle: queryUsableResource },
  QueryUsableResourceV2: { needs: 'read', about: allResources, handle: queryUsableResourceV2 },
  OpenUpdateResource: { needs: 'write', about: namedResource, handle: openUpdateResource },
  OpenDeleteResource: { needs: 'delete', about: namedResource, handle: openDeleteResource },
  OpenCreateTts: { needs: 'write', about: allResources, handle: openCreateTts },
  FetchResource: { needs: 'write', about: allResources, handle: fetchResource },
}

/** 2021-01-01 is the older generation's, with the same actions. */
const VERSIONS = ['2022-01-01', '2021-01-01']

/** Bytes of a call's JSON or form. */
const BODY_SIZE_MAX = 1024 * 1024

/** The API: one path, the action in the query (documents 6358/166387, 6469/1126803). `limit` is per account. */
export function createApi(
  { core, accounts, publicUrl, options }: DialectContext<VolcengineVmsOptions>,
  limit: RateLimit | null,
): Surface {
  const hosts = [new URL(publicUrl).host]

  /** Refuses what it can before it reads the body. */
  async function handle(exchange: Exchange): Promise<Reply> {
    const { query, request, signal } = exchange
    const action = readAction(exchange)
    const claim = readClaim(query, request.headers)
    const { account, key } = checkClaim(claim, accounts, core.clock.now())
    const body = await readBody(exchange, BODY_SIZE_MAX)
    verify(claim, signedRequest(exchange), body, key.secretKey, hosts)
    exchange.note({ account: account.id })
    const turn = limit?.take(account.id)
    if (turn?.allowed === false) throw new VmsError('Throttling', { retryAfterMs: turn.retryAfterMs })
    const parameters = readParameters(exchange, claim, body)
    const call = { core, account, key, options, publicUrl, parameters, signal }
    await requireAllowed(call, action)
    return success(exchange, await action.handle(call))
  }

  return {
    name: 'volcengine-vms',
    routes: ['GET', 'POST'].map((method) => ({ method, path: '/', call: 'vms', handle })),
    newRequestId: (now) => newRequestId(core.random, now),
    renderError: (error, exchange) => failure(exchange, asVmsError(error)),
  }
}

/** Looks up what an action names only if the key is limited to some of it. Errors: `access-denied`. */
async function requireAllowed(call: Call, { needs, about }: Action): Promise<void> {
  const { rights } = call.key
  requireRight(rights, needs, await (rights.prefix === null ? allResources(call) : about(call)))
}

function readAction(exchange: Exchange): Action {
  const [name, ...otherNames] = valuesOf(exchange.query, 'Action')
  if (name === undefined || name === '') throw new VmsError('MissingAction')
  const action = own(ACTIONS, name)
  // The router leads HEAD to GET's route, but nobody may change things by it.
  const isHead = exchange.method === 'HEAD'
  if (action === undefined || otherNames.length > 0 || isHead) throw new VmsError('InvalidAction')
  exchange.note({ call: name })
  const [version, ...otherVersions] = valuesOf(exchange.query, 'Version')
  if (version === undefined || version === '') throw missing('Version')
  if (!VERSIONS.includes(version) || otherVersions.length > 0) throw invalid('Version')
  return action
}

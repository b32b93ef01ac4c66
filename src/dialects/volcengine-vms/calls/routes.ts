import type { Right } from '../../../core/model/accounts.ts'
import { readBody } from '../../../http/body.ts'
import { own } from '../../../http/own.ts'
import { valuesOf } from '../../../http/pairs.ts'
import type { RateLimit } from '../../../http/rate-limit.ts'
import { createSharedRuns } from '../../../http/shared-runs.ts'
import { signedRequest } from '../../../http/signed-request.ts'
import type { Exchange, Reply, Surface } from '../../../http/types.ts'
import type { DialectContext } from '../../dialect.ts'
import { readClaim } from '../auth/claims.ts'
import { checkClaim, verify } from '../auth/verify.ts'
import { asVmsError, invalid, missing, VmsError } from '../errors.ts'
import type { VolcengineVmsOptions } from '../options.ts'
import { failure, newRequestId, success } from '../wire/answers.ts'
import type { JsonPieces } from '../wire/json-pieces.ts'
import { readParameters } from '../wire/parameters.ts'
import type { Handler } from './call.ts'
import { commitResourceUpload } from './commit.ts'
import { fetchResource } from './fetch.ts'
import { queryOpenGetResource, queryUsableResource, queryUsableResourceV2 } from './query.ts'
import { type About, allResources, namedFile, namedResource } from './reach.ts'
import { type Action, perform } from './repeats.ts'
import { openDeleteResource, openUpdateResource } from './resource.ts'
import { openCreateTts } from './tts.ts'
import { getResourceUploadUrl, URL_TTL_S } from './upload-url.ts'

/** How long the answers of calls with a ClientToken are remembered. */
const DAY_MS = 24 * 3600_000

/** An action that lists all resources. */
const listing = (handle: Handler): Action => ({ needs: 'read', about: allResources, handle, repeats: null })

/** An action that changes something. `parameters` are those that make one call another. */
const changing = (
  [needs, about]: readonly [Right, About],
  handle: Handler,
  parameters: readonly string[],
  keepMs = DAY_MS,
): Action => ({ needs, about, handle, repeats: { parameters, keepMs } })

const [file, resource, any] = [
  ['write', namedFile],
  ['write', namedResource],
  ['write', allResources],
] as const
const TTS = ['Name', 'TtsTemplateContent', 'Type', 'TtsOption', 'Remark']

/** Every action by its name. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  GetResourceUploadUrl: changing(file, getResourceUploadUrl, ['FileName'], URL_TTL_S * 1000),
  CommitResourceUpload: changing(file, commitResourceUpload, ['FileName']),
  QueryOpenGetResource: listing(queryOpenGetResource),
  QueryUsableResource: listing(queryUsableResource),
  QueryUsableResourceV2: listing(queryUsableResourceV2),
  OpenUpdateResource: changing(resource, openUpdateResource, ['ResourceKey', 'Name']),
  OpenDeleteResource: changing(['delete', namedResource], openDeleteResource, ['ResourceKey']),
  OpenCreateTts: changing(any, openCreateTts, TTS),
  FetchResource: changing(any, fetchResource, ['Url', 'Name']),
}

/** 2021-01-01 is the older generation's, with the same actions. */
const VERSIONS = ['2022-01-01', '2021-01-01']

/** Bytes of a call's JSON or form. */
const BODY_SIZE_MAX = 256 * 1024

/** The API: one path, the action in the query (documents 6358/166387, 6469/1126803). `limit` is per account. */
export function createApi(
  { core, accounts, publicUrl, options }: DialectContext<VolcengineVmsOptions>,
  limit: RateLimit | null,
): Surface {
  const lists = createSharedRuns<JsonPieces>()
  const hosts = [new URL(publicUrl).host]

  /** Refuses what it can before it reads the body. */
  async function handle(exchange: Exchange): Promise<Reply> {
    const { query, request, signal } = exchange
    const { name, action } = readAction(exchange)
    const claim = readClaim(query, request.headers)
    const secret = { kind: 'signature', name: claim.accessKey } as const
    exchange.guesses.require(secret)
    const now = core.clock.now()
    checkClaim(claim, accounts, now)
    exchange.admitBody()
    const body = await readBody(exchange, BODY_SIZE_MAX)
    // The key may have ended meanwhile.
    const { account, key } = checkClaim(claim, accounts, now)
    const check = () => verify(claim, signedRequest(exchange), body, key.secretKey, hosts)
    exchange.guesses.prove(secret, check, isWrongSignature)
    exchange.identified(account.id)
    const turn = limit?.take(account.id)
    if (turn?.allowed === false) throw new VmsError('Throttling', { retryAfterMs: turn.retryAfterMs })
    const parameters = readParameters(exchange, claim, body)
    const call = { core, account, key, options, publicUrl, parameters, signal, lists, changing: () => core }
    return success(exchange, await perform(call, name, action))
  }

  return {
    name: 'volcengine-vms',
    routes: ['GET', 'POST'].map((method) => ({ method, path: '/', call: 'vms', handle })),
    newRequestId: (now) => newRequestId(core.random, now),
    renderError: (error, exchange) => failure(exchange, asVmsError(error)),
  }
}

const isWrongSignature = (error: unknown): boolean =>
  error instanceof VmsError && error.code === 'SignatureNotMatch'

function readAction(exchange: Exchange): { readonly name: string; readonly action: Action } {
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
  return { name, action }
}

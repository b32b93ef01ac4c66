import type { Account, Accounts } from '../../../core/accounts.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import { parseJson, readBody } from '../../../http/body.ts'
import { RequestFault } from '../../../http/faults.ts'
import type { Exchange, Reply } from '../../../http/types.ts'
import { findLibrary, ID_LENGTH_MAX, requireSecret, wrongToken } from '../auth/access.ts'
import { type Grant, parseGrants } from '../auth/grants.ts'
import { rootsAttribute, type SpaceIdentity } from '../auth/spaces.ts'
import { isMadeBy, sealAttribute } from '../auth/token-seal.ts'
import { type Library, libraryCredential } from '../credentials.ts'
import { invalidParam, SmhError } from '../errors.ts'
import type { Smh } from '../model/context.ts'
import { ONLY_SPACE } from '../storage/buckets.ts'
import { Query } from '../wire/query.ts'
import { reply } from './call.ts'

/** Seconds: reference §1, "Token period". */
const PERIOD_DEFAULT_S = 86_400
const PERIOD_MIN_S = 1200
/** Ours, so that ends stay within dates. */
const PERIOD_MAX_S = 10 * 365 * 86_400
/** Spaces of one token; ours. */
const SPACES_MAX = 1000
const BODY_SIZE_MAX = 64 * 1024

/**
 * `GET` and `POST /api/v1/token` (1283/75415). The body may speak of shared directories and of the log. It is read, but not used.
 * Errors: those of the library and its secret, `SpaceNotFound`, `EmptySpaceId`, `ParamInvalid`.
 */
export async function create(smh: Smh, accounts: Accounts, exchange: Exchange): Promise<Reply> {
  // The router leads HEAD to GET's route, but it must make nothing.
  if (exchange.method === 'HEAD') throw new RequestFault('method-not-allowed', 'HEAD makes no tokens')
  const query = new Query(exchange)
  const { account, library } = libraryOf(accounts, exchange, query)
  exchange.identified(account.id)
  exchange.note({ library: library.id })
  await readJsonBody(exchange)
  const grants = parseGrants(query.text('grant'))
  const periodS = readPeriodS(query.text('period'))
  const spaces = await readSpaces(smh, account, library, query.text('space_id'), grants)
  const facts = {
    account: account.id,
    realm: library.id,
    user: readId(query, 'user_id', 'UserIdLengthExceed'),
    client: readId(query, 'client_id', 'ClientIdLengthExceed'),
    session: readId(query, 'session_id', 'ParamInvalid'),
    volumes: spaces.map(({ volume }) => volume),
    grants,
    attributes: { ...syncOf(query), ...rootsAttribute(spaces) },
    periodMs: periodS * 1000,
  }
  const { token } = await smh.core.tokens.mint(facts, (text) => sealAttribute(library, text))
  return reply({ exchange }, 200, { accessToken: token, expiresIn: periodS })
}

/** `POST /api/v1/token/{LibraryId}/{AccessToken}`. Errors: `LibraryNotFound`, `InvalidAccessToken`, `AccessTokenNotMatchLibrary`. */
export async function renew(smh: Smh, accounts: Accounts, exchange: Exchange): Promise<Reply> {
  const { account, library } = findLibrary(accounts, exchange.params.library ?? '')
  const accessToken = exchange.params.token ?? ''
  const found = await smh.core.tokens.use(accessToken)
  if (found !== null && found.realm !== library.id) throw new SmhError('AccessTokenNotMatchLibrary')
  const isGood = found !== null && isMadeBy(account, library, accessToken, found)
  if (!isGood) throw wrongToken(exchange)
  exchange.identified(account.id)
  const renewed = await smh.core.tokens.renew(accessToken)
  if (renewed === null) throw new SmhError('InvalidAccessToken')
  return reply({ exchange }, 200, { accessToken, expiresIn: renewed.periodMs / 1000 })
}

/** `DELETE /api/v1/token/{LibraryId}/{AccessToken}`: who has the token may end it. An unknown one is fine. */
export async function remove(smh: Smh, accounts: Accounts, exchange: Exchange): Promise<Reply> {
  const { account, library } = findLibrary(accounts, exchange.params.library ?? '')
  await smh.core.tokens.revoke({
    account: account.id,
    realm: library.id,
    token: exchange.params.token ?? '',
  })
  return reply({ exchange }, 204)
}

/**
 * `DELETE /api/v1/token/{LibraryId}`: ends the tokens that fit everything that is given. An empty `user_id`, or none of the three,
 * means tokens without a user. Errors: those of the library and its secret.
 */
export async function removeMany(smh: Smh, accounts: Accounts, exchange: Exchange): Promise<Reply> {
  const query = new Query(exchange)
  const { account, library } = findLibrary(accounts, exchange.params.library ?? '')
  requireSecret(exchange, library.id, library, givenSecret(query))
  exchange.identified(account.id)
  const client = query.text('client_id')
  const session = query.text('session_id')
  const isOfAnyUser = !query.has('user_id') && (client !== null || session !== null)
  const users = isOfAnyUser ? null : (query.text('user_id') ?? '').split(',')
  await smh.core.tokens.revokeMany({ account: account.id, realm: library.id, users, client, session })
  return reply({ exchange }, 204)
}

function libraryOf(accounts: Accounts, exchange: Exchange, query: Query) {
  const id = query.text('library_id')
  if (id === null) {
    throw new SmhError(query.text('library_secret') === null ? 'EmptyLibraryIdOrSecret' : 'EmptyLibraryId')
  }
  const secret = givenSecret(query)
  const found = accounts.find(libraryCredential, id)
  // A library that is not there gets the same answer, so that nobody can try out ids.
  requireSecret(exchange, id, found?.credential ?? null, secret)
  if (found === null) throw new SmhError('WrongLibraryIdOrSecret')
  return { account: found.account, library: found.credential }
}

/** Errors: `EmptyLibrarySecret`. */
function givenSecret(query: Query): string {
  const secret = query.text('library_secret')
  if (secret === null) throw new SmhError('EmptyLibrarySecret')
  return secret
}

/** Anything but a positive integer is the default: reference §1. */
function readPeriodS(text: string | null): number {
  const period = text !== null && /^\d{1,15}$/.test(text) ? Number(text) : 0
  if (period === 0) return PERIOD_DEFAULT_S
  return Math.min(Math.max(period, PERIOD_MIN_S), PERIOD_MAX_S)
}

function readId(
  query: Query,
  name: string,
  tooLong: 'UserIdLengthExceed' | 'ClientIdLengthExceed' | 'ParamInvalid',
): string {
  const value = query.text(name) ?? ''
  if ([...value].length > ID_LENGTH_MAX) {
    throw new SmhError(tooLong, `${name} has more than ${ID_LENGTH_MAX} characters.`)
  }
  return value
}

const syncOf = (query: Query): JsonObject => {
  const localSync = query.text('local_sync_id')
  return localSync === null ? {} : { localSync: localSync.slice(0, ID_LENGTH_MAX) }
}

/**
 * The spaces a token is for (reference §2); none: all of the library. Without `admin` they have to be named, unless the
 * token is for making spaces. Errors: `EmptySpaceId`, `SpaceNotFound`, `ParamInvalid`.
 */
async function readSpaces(
  { core }: Smh,
  account: Account,
  library: Library,
  text: string | null,
  grants: readonly Grant[],
): Promise<readonly SpaceIdentity[]> {
  const names = [...new Set((text ?? '').split(',').map((name) => name.trim()))].filter((name) => name !== '')
  if (names.length > SPACES_MAX) throw invalidParam('space_id', `at most ${SPACES_MAX} spaces`)
  if (!library.multiSpace) {
    if (names.some((name) => name !== ONLY_SPACE)) throw new SmhError('SpaceNotFound')
    return []
  }
  if (names.length === 0) {
    if (grants.includes('admin') || grants.includes('create_space')) return []
    throw new SmhError('EmptySpaceId')
  }
  const spaces: SpaceIdentity[] = []
  for (const name of names) {
    const found = await core.trees.findVolume({ account: account.id, realm: library.id, volume: name })
    if (found === null) throw new SmhError('SpaceNotFound')
    spaces.push(found)
  }
  return spaces
}

/** Errors: `BadRequest` for what is no JSON object. */
async function readJsonBody(exchange: Exchange): Promise<void> {
  if (exchange.method !== 'POST') return
  const bytes = await readBody(exchange, BODY_SIZE_MAX)
  if (bytes.byteLength === 0) return
  const value = parseJson(bytes)
  if (typeof value !== 'object' || value === null) {
    throw new SmhError('BadRequest', 'The body is not a JSON object.')
  }
}

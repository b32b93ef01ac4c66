import { createHash, timingSafeEqual } from 'node:crypto'
import type { Account, Accounts } from '../../../core/accounts.ts'
import { type AccountId, parseUploadId } from '../../../core/ids.ts'
import type { Json } from '../../../core/model/json.ts'
import type { AccessToken } from '../../../core/model/tokens.ts'
import type { Volume, VolumeAddress } from '../../../core/model/trees.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import { parseJson, readBody } from '../../../http/body.ts'
import { isObject } from '../../../http/json-shapes.ts'
import type { Exchange } from '../../../http/types.ts'
import type { Caller, LibraryCall, SpaceCall } from '../calls/call.ts'
import { type Library, libraryCredential } from '../credentials.ts'
import { SmhError } from '../errors.ts'
import type { Smh } from '../model/context.ts'
import { ONLY_SPACE, treeBucket } from '../storage/buckets.ts'
import { Query } from '../wire/query.ts'
import { requireSameSpace, requireSpace } from './spaces.ts'
import { isMadeBy } from './token-seal.ts'

/** Bytes of a JSON body: the longest path fits, however it is escaped. */
const BODY_SIZE_MAX = 256 * 1024
/** Characters of user_id, client_id, session_id and the like; ours. */
export const ID_LENGTH_MAX = 255

/** What a call does. Reading what is public needs no token. */
export type Access = 'read' | 'write'

/** Finds the library and the caller of a call. Errors: `LibraryNotFound` and those of tokens (reference §2). */
export async function libraryCall(
  smh: Smh,
  accounts: Accounts,
  exchange: Exchange,
  access: Access,
): Promise<LibraryCall> {
  const query = new Query(exchange)
  const { account, library } = findLibrary(accounts, exchange.params.library ?? '')
  const token = await usedToken(smh, query)
  const asked = { exchange, account, library, token }
  const caller = findCaller(query, asked, access === 'read' && library.publicRead)
  return { ...smh, ...callOf(exchange, query, account, library), caller }
}

/** As `libraryCall`, for a space. Errors: also `SpaceNotFound`, `AccessTokenNotMatchSpace`. */
export async function spaceCall(
  smh: Smh,
  accounts: Accounts,
  exchange: Exchange,
  access: Access,
): Promise<SpaceCall> {
  const query = new Query(exchange)
  const { account, library } = findLibrary(accounts, exchange.params.library ?? '')
  const address: VolumeAddress = {
    account: account.id,
    realm: library.id,
    volume: exchange.params.space ?? '',
  }
  const path = exchange.params['*'] ?? ''
  const [found, token, upload] = await Promise.all([
    findSpace(smh, library, address),
    usedToken(smh, query),
    namedUpload(smh, account.id, path),
  ])
  const isPublic = library.publicRead || found?.attributes.isPublicRead === true
  const asked = { exchange, account, library, token }
  const caller = findCaller(query, asked, access === 'read' && isPublic)
  requireSpace(library, caller, address.volume)
  if (found === null) throw new SmhError('SpaceNotFound')
  requireSameSpace(caller, found)
  const call = callOf(exchange, query, account, library)
  return { ...smh, ...call, caller, volume: found, address, path, upload }
}

/** The upload that a path names by its confirmKey; null for any other path. */
async function namedUpload({ core }: Smh, account: AccountId, path: string): Promise<Upload | null> {
  const id = parseUploadId(path)
  return id === null ? null : await core.uploads.find({ account, id })
}

/** Errors: `LibraryNotFound`. */
export function findLibrary(
  accounts: Accounts,
  id: string,
): { readonly account: Account; readonly library: Library } {
  const found = accounts.find(libraryCredential, id)
  if (found === null) throw new SmhError('LibraryNotFound')
  return { account: found.account, library: found.credential }
}

/**
 * Refuses any other secret than the library's of that id; null for a library that is not there. It takes the same time whether the library is
 * there, and whatever of the secret is right. Errors: `WrongLibraryIdOrSecret`.
 */
export function requireSecret(
  { guesses }: Pick<Exchange, 'guesses'>,
  id: string,
  library: Library | null,
  given: string,
): void {
  const check = (): void => {
    const isSame = timingSafeEqual(sha256(library?.secret ?? ''), sha256(given))
    if (library === null || !isSame) throw new SmhError('WrongLibraryIdOrSecret')
  }
  guesses.prove({ kind: 'password', name: `library ${id}` }, check, (error) => error instanceof SmhError)
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/** The space. The only one of a single-tenant library is made when it is first asked for. */
export async function findSpace(
  { core }: Pick<Smh, 'core'>,
  library: Library,
  address: VolumeAddress,
): Promise<Volume | null> {
  if (!library.multiSpace && address.volume !== ONLY_SPACE) return null
  const found = await core.trees.findVolume(address)
  if (found !== null || library.multiSpace) return found
  const bucket = treeBucket(address)
  return core.trees.createVolume({ volume: address, bucket, owner: '', attributes: {}, ifAbsent: true })
}

interface Asked {
  readonly exchange: Exchange
  readonly account: Account
  readonly library: Library
  /** What the access token of the query stands for; null for none. */
  readonly token: AccessToken | null
}

const usedToken = async ({ core }: Smh, query: Query): Promise<AccessToken | null> => {
  const text = query.text('access_token')
  return text === null ? null : await core.tokens.use(text)
}

/** Readers of what is public have proven nothing: their calls are not the account's. */
function findCaller(query: Query, { exchange, account, library, token }: Asked, isPublic: boolean): Caller {
  const secret = query.text('library_secret')
  const text = query.text('access_token')
  if (text === null && secret !== null) {
    requireSecret(exchange, library.id, library, secret)
    exchange.identified(account.id)
    return { user: askedUser(query) ?? '', grants: ['admin'], token: null }
  }
  if (text === null) {
    if (isPublic) return { user: '', grants: [], token: null }
    throw new SmhError('EmptyAccessToken')
  }
  if (token === null) throw wrongToken(exchange)
  if (token.realm !== library.id) throw new SmhError('AccessTokenNotMatchLibrary')
  if (!isMadeBy(account, library, text, token)) throw wrongToken(exchange)
  exchange.identified(account.id)
  return { user: actingUser(token, query), grants: token.grants, token }
}

/** Counts it against the address. Throws a `throttled` fault where there were very many. */
export function wrongToken({ guesses }: Pick<Exchange, 'guesses'>): SmhError {
  guesses.wrongToken()
  return new SmhError('InvalidAccessToken')
}

/** Errors: `UserIdLengthExceed`. */
function askedUser(query: Query): string | null {
  const user = query.text('user_id')
  if (user === null || [...user].length <= ID_LENGTH_MAX) return user
  throw new SmhError('UserIdLengthExceed', `user_id has more than ${ID_LENGTH_MAX} characters.`)
}

/** `user_id` counts with an admin's token that was made for no user (reference §1). With any other it is read past. */
function actingUser(token: AccessToken, query: Query): string {
  const mayActForOthers = token.user === '' && token.grants.includes('admin')
  return (mayActForOthers ? askedUser(query) : null) ?? token.user
}

function callOf(exchange: Exchange, query: Query, account: Account, library: Library) {
  exchange.note({ account: account.id, library: library.id })
  exchange.admitBody()
  let read: Promise<Json> | null = null
  const json = (sizeMax = BODY_SIZE_MAX) => {
    read ??= readJson(exchange, sizeMax)
    return read
  }
  const body = async (sizeMax?: number) => {
    const value = await json(sizeMax)
    if (isObject(value)) return value
    throw new SmhError('BadRequest', 'The body is not a JSON object.')
  }
  return { exchange, query, account, library, json, body }
}

async function readJson(exchange: Exchange, sizeMax: number): Promise<Json> {
  const bytes = await readBody(exchange, sizeMax)
  return bytes.byteLength === 0 ? {} : parseJson(bytes)
}

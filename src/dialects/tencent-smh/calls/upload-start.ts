import type { JsonObject } from '../../../core/model/json.ts'
import type { Reply } from '../../../http/types.ts'
import { requireGrant } from '../auth/grants.ts'
import { requireCas } from '../model/content-cas.ts'
import { contentTypeOf } from '../model/content-types.ts'
import { filePlace, findDirectory, type NamedPlace } from '../model/places.ts'
import { findThere, replacedSize, requireRoom } from '../model/room.ts'
import { readStrategy } from '../model/strategy.ts'
import { type BegunUpload, beginUpload, type UploadKind, type UploadPlan } from '../model/upload.ts'
import {
  endOfCredentials,
  formTerms,
  multipartTerms,
  simpleTerms,
  type Terms,
} from '../storage/credentials.ts'
import { headerMeta, readTraits } from '../wire/fields.ts'
import { sizeOf } from '../wire/parameters.ts'
import { readPartNumbers } from '../wire/part-numbers.ts'
import { trafficLimitOf } from '../wire/traffic-limit.ts'
import { reply, type SpaceCall } from './call.ts'
import { quickUpload, readHashes } from './upload-quick.ts'

/** `PUT /api/v1/file/{L}/{S}/{FilePath}` (1283/75437), where the body asks for nothing else: reference §5.2. */
export const startSimple = (call: SpaceCall, body: JsonObject): Promise<Reply> =>
  start(call, body, 'simple', (begun, terms) => simpleTerms(call, begun, terms))

/** `POST /api/v1/file/{L}/{S}/{FilePath}` (1283/75436): reference §5.3. */
export const startForm = (call: SpaceCall, body: JsonObject): Promise<Reply> =>
  start(call, body, 'form', (begun, terms) => formTerms(call, begun, terms))

/** `POST /api/v1/file/{L}/{S}/{FilePath}?multipart` (1283/75438): reference §5.4. */
export function startMultipart(call: SpaceCall, body: JsonObject): Promise<Reply> {
  const numbers = readPartNumbers(body.partNumberRange)
  return start(call, body, 'multipart', (begun, terms) => multipartTerms(call, begun, terms, numbers))
}

/**
 * Begins an upload, or finishes the file at once where the library has its bytes (reference §5.1, §5.10). Errors:
 * `NoPermission`, those of paths and of the body, `DirectoryNotFound`, `PathConflict`, `SameNameDirectoryOrFileExists`,
 * `QuotaLimitReached`.
 */
async function start(
  call: SpaceCall,
  body: JsonObject,
  kind: UploadKind,
  termsOf: (begun: BegunUpload, terms: Terms) => JsonObject,
): Promise<Reply> {
  requireGrant(call, 'upload.begin')
  const place = filePlace(call, call.path)
  const plan = { ...(await readPlan(call, place, body)), kind }
  const size = readSize(call, body)
  const isToBeSeen = plan.strategy !== 'rename' || plan.cas !== null
  const found = isToBeSeen ? await findThere(call, place) : null
  // Where nothing is, nothing can be lost yet: the confirm looks again.
  const ifThere = found === null ? undefined : requireCas(found, plan.cas)
  const replaced = replacedSize(plan.strategy, found)
  if (size === null) await requireRoom(call, replaced)
  const hashes = readHashes(body)
  const isGuarded = plan.cas === null || ifThere !== undefined
  const quick = size === null || hashes === null || !isGuarded ? null : { ...hashes, size, ifThere }
  const known = quick === null ? null : await quickUpload(call, plan, quick)
  if (known !== null) return known
  const begun = await beginUpload(call, plan, { named: size, replaced })
  const { trafficLimit, upload } = begun
  return reply(
    call,
    201,
    termsOf(begun, { trafficLimit, validUntil: endOfCredentials(call, upload.expiresAt) }),
  )
}

async function readPlan(
  call: SpaceCall,
  { directory, name }: NamedPlace,
  body: JsonObject,
): Promise<Omit<UploadPlan, 'kind'>> {
  const { query, exchange, caller } = call
  const strategy = readStrategy(query.text('conflict_resolution_strategy')) ?? 'rename'
  if (strategy === 'overwrite') requireGrant(call, 'upload.begin-force')
  const { labels = [], category = null, ...given } = readTraits(body)
  const meta = { ...given.meta, ...headerMeta(exchange.request.headers) }
  const trafficLimit = trafficLimitOf(query)
  return {
    parent: await findDirectory(call, directory),
    name,
    strategy,
    contentType: contentTypeOf(name),
    attributes: { user: caller.user, meta, labels, category },
    localCreatedAt: given.localCreatedAt ?? null,
    localModifiedAt: given.localModifiedAt ?? null,
    trafficLimit,
    cas: query.text('content_cas'),
  }
}

/** Bytes that the file will have: `filesize` of the query, or `size` of the body. */
function readSize({ query }: SpaceCall, body: JsonObject): number | null {
  const range = { min: 0, max: Number.MAX_SAFE_INTEGER }
  return query.integer('filesize', range) ?? sizeOf(body, 'size')
}

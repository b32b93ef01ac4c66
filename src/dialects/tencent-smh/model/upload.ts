import type { TimeMs } from '../../../core/clock.ts'
import { parseObjectId, parseUploadId } from '../../../core/ids.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { EntryId } from '../../../core/model/trees.ts'
import type { Upload, UploadLimits } from '../../../core/model/uploads.ts'
import { randomHex } from '../../../core/random.ts'
import { isObject } from '../../../http/json-shapes.ts'
import type { SpaceCall } from '../calls/call.ts'
import { SmhError } from '../errors.ts'
import { uploadsBucket } from '../storage/buckets.ts'
import { splitPath } from '../wire/names.ts'
import { type EntryAttributes, fromJson, toJson } from './attributes.ts'
import type { SpaceContext } from './context.ts'
import { readStrategy, type Strategy } from './strategy.ts'

/** How the bytes come: one PUT, one form, or parts. */
export type UploadKind = 'simple' | 'form' | 'multipart'

/** What a start call decides. */
export interface UploadPlan {
  readonly kind: UploadKind
  /** The directory that the file will be in; it may be moved meanwhile. */
  readonly parent: EntryId
  readonly name: string
  readonly strategy: Strategy
  readonly contentType: string
  /** The user, metadata, labels and category of the file. */
  readonly attributes: EntryAttributes
  readonly localCreatedAt: TimeMs | null
  readonly localModifiedAt: TimeMs | null
  /** Bytes a second for each request; null for no limit. */
  readonly trafficLimit: number | null
  /** `content_cas`: what the file that is there has to be when this one comes; null for anything. */
  readonly cas: string | null
}

/** Bytes that a start call tells of. */
export interface UploadSizes {
  /** What the file will have; null where it was not named. */
  readonly named: number | null
  /** What goes when it comes. */
  readonly replaced: number
}

/** An upload that was begun: its confirmKey is the upload's id, its uploadId the upload's ref. */
export interface BegunUpload extends UploadPlan {
  /** The root of the space that it was begun in. A later space of the same id has another. */
  readonly root: EntryId | null
  readonly upload: Upload
}

/** Bytes of one PUT, form or part: COS takes 5 GB (reference §5.2, §5.4). */
export const BODY_SIZE_MAX = 5 * 1024 ** 3
const PART_SIZE_MIN = 1024 ** 2
export const PARTS_MAX = 10_000

const WHOLE = {
  partNumberMin: 1,
  partNumberMax: 1,
  partSizeMin: 0,
  partSizeMax: BODY_SIZE_MAX,
  sizeMax: BODY_SIZE_MAX,
}
/** Bytes of a file. */
export const FILE_SIZE_MAX = PARTS_MAX * BODY_SIZE_MAX
const PARTS = {
  partNumberMin: 1,
  partNumberMax: PARTS_MAX,
  partSizeMin: PART_SIZE_MIN,
  partSizeMax: BODY_SIZE_MAX,
  sizeMax: FILE_SIZE_MAX,
}

/** Begins an upload. `attributes` are kept beside its own. Errors: `quota-exceeded`. */
export async function beginUpload(
  { core, options, address, volume }: Pick<SpaceCall, 'core' | 'options' | 'address' | 'volume'>,
  plan: UploadPlan,
  { named, replaced }: UploadSizes,
  attributes: JsonObject = {},
): Promise<BegunUpload> {
  const planned = kept({ address, volume }, plan)
  const upload = await core.uploads.begin({
    account: address.account,
    ...planned,
    attributes: { ...attributes, ...planned.attributes },
    ref: randomHex(core.random, 16),
    limits: limitsFor(plan.kind, named),
    into: { volume: address, replaces: replaced },
    expiresAt: core.clock.now() + options.uploadTtlS * 1000,
  })
  return { ...plan, upload, root: volume.root }
}

/** What an upload of that plan is called, and remembers of it: `begunUploadOf` reads it. */
export const kept = (
  { address, volume }: Pick<SpaceContext, 'address' | 'volume'>,
  plan: UploadPlan,
): Pick<Upload, 'bucket' | 'key' | 'attributes'> => ({
  bucket: uploadsBucket(address),
  key: `${plan.parent}/${plan.name}`,
  attributes: { ...attributesOf(plan), root: volume.root },
})

/** No body is larger than what was named. */
function limitsFor(kind: UploadKind, named: number | null): UploadLimits {
  const limits = kind === 'multipart' ? PARTS : WHOLE
  if (named === null) return limits
  const partSizeMax = Math.min(limits.partSizeMax, named)
  return { ...limits, partSizeMax, sizeMax: Math.min(limits.sizeMax, named), sizeNamed: named }
}

/**
 * The upload that the call's path names by its confirmKey, in whatever state. Errors: `UploadNotFound`, also for uploads of
 * other spaces, an earlier one of the same id included; `UploadNotBelongYou` for one of another user. An upload that was
 * begun for no user is anybody's who may upload. An admin who acts for no user may go on with any. `isFirst` false: as it is now, not when the call came.
 */
export async function findUpload(call: SpaceCall, isFirst = true): Promise<BegunUpload> {
  const { core, address, caller, path, volume } = call
  const id = parseUploadId(splitPath(path).join('/'))
  const seen = isFirst && call.upload?.id === id ? call.upload : null
  const upload = seen ?? (id === null ? null : await core.uploads.find({ account: address.account, id }))
  if (upload?.bucket !== uploadsBucket(address)) throw new SmhError('UploadNotFound')
  const begun = begunUploadOf(upload)
  if (begun.root !== volume.root) throw new SmhError('UploadNotFound')
  const { user } = begun.attributes
  const isAny = user === '' || (caller.user === '' && caller.grants.includes('admin'))
  if (!isAny && user !== caller.user) throw new SmhError('UploadNotBelongYou')
  return begun
}

export const takesBytes = ({ state, expiresAt }: Upload, now: TimeMs): boolean =>
  state === 'open' && now < expiresAt

/** Errors: `UploadComplete` for a confirmed upload, `UploadNotFound` for one that was aborted or has expired. */
export function requireWaiting({ upload }: BegunUpload, now: TimeMs): void {
  if (upload.state === 'committed') throw new SmhError('UploadComplete')
  const isWaiting = upload.state === 'open' || upload.state === 'sealed'
  if (!isWaiting || now >= upload.expiresAt) throw new SmhError('UploadNotFound')
}

function attributesOf(plan: UploadPlan): JsonObject {
  const { kind, strategy, contentType, attributes, localCreatedAt, localModifiedAt, trafficLimit, cas } = plan
  return {
    ...{ kind, strategy, contentType, file: toJson(attributes) },
    ...(localCreatedAt === null ? {} : { localCreatedAt }),
    ...(localModifiedAt === null ? {} : { localModifiedAt }),
    ...(trafficLimit === null ? {} : { trafficLimit }),
    ...(cas === null ? {} : { cas }),
  }
}

/** Reads what `beginUpload` wrote. */
export function begunUploadOf(upload: Upload): BegunUpload {
  const { kind, strategy, contentType, file, root, localCreatedAt, localModifiedAt, trafficLimit, cas } =
    upload.attributes
  const slash = upload.key.indexOf('/')
  const parent = parseObjectId(upload.key.slice(0, slash))
  if (parent === null) throw new Error('an upload of a space names no directory')
  return {
    upload,
    root: typeof root === 'string' ? parseObjectId(root) : null,
    kind: kind === 'form' || kind === 'multipart' ? kind : 'simple',
    parent,
    name: upload.key.slice(slash + 1),
    strategy: readStrategy(strategy) ?? 'rename',
    contentType: typeof contentType === 'string' ? contentType : 'application/octet-stream',
    attributes: fromJson(isObject(file) ? file : {}),
    localCreatedAt: numberOf(localCreatedAt),
    localModifiedAt: numberOf(localModifiedAt),
    trafficLimit: numberOf(trafficLimit),
    cas: typeof cas === 'string' ? cas : null,
  }
}

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null)

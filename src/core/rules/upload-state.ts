import type { TimeMs } from '../clock.ts'
import { CoreError, isCoreError } from '../errors.ts'
import type { ObjectId } from '../ids.ts'
import type { JsonObject } from '../model/json.ts'
import type { SealedFacts, Upload } from '../model/uploads.ts'

/** Everything that can happen to an upload. */
export type UploadEvent =
  /** `sizeOfAll`: of all parts, this one among them; default `size`. */
  | { readonly type: 'attach'; readonly number: number; readonly size: number; readonly sizeOfAll?: number }
  /** Bytes come at `offset`, where the last of the `grown` bytes has to be. */
  | {
      readonly type: 'append'
      readonly offset: number
      readonly size: number
      readonly grown: number
      /** The size of the whole, where it is told now. */
      readonly sizeNamed?: number
    }
  /** Neighbouring pieces become one, with the same bytes. */
  | { readonly type: 'join' }
  | { readonly type: 'renew'; readonly expiresAt: TimeMs }
  /** More attributes, in place of those of the same names. */
  | { readonly type: 'describe'; readonly attributes: JsonObject }
  | { readonly type: 'seal'; readonly parts: PartsSummary; readonly ifVersion?: number | null }
  /** `parts` seals an upload that is open; null for one that is sealed. */
  | {
      readonly type: 'commit'
      readonly objectId: ObjectId
      readonly ifVersion: number | null
      readonly parts: PartsSummary | null
    }
  | { readonly type: 'abort' }
  | { readonly type: 'fail'; readonly reason: string; readonly ifVersion: number | null }
  | { readonly type: 'expire' }

/** What a seal needs to know about the parts. */
export interface PartsSummary extends SealedFacts {
  /** The smallest of all parts but the last; null where there is no such part. */
  readonly smallestBeforeLast: { readonly number: number; readonly size: number } | null
}

/**
 * The only place where uploads change state. Pure: returns the next upload, or the same one (identical) when the event
 * repeats what already happened. Throws `upload-expired`, `upload-closed`, `upload-sealed`, `upload-changed`,
 * `upload-empty`, `part-too-small`, `part-number-invalid` or `body-too-large` when the event is not allowed.
 */
export function transition(upload: Upload, event: UploadEvent, now: TimeMs): Upload {
  switch (event.type) {
    case 'attach':
      requireOpen(upload, now)
      requireNumbered(upload)
      checkPart(upload, event.number, event.size)
      checkNamedSize(upload, event.sizeOfAll ?? event.size)
      return { ...upload, version: upload.version + 1 }
    case 'append':
      requireOpen(upload, now)
      return append(upload, event)
    case 'join':
      requireOpen(upload, now)
      return { ...upload, version: upload.version + 1 }
    case 'renew':
      requireUnfinished(upload, now)
      return { ...upload, expiresAt: event.expiresAt, version: upload.version + 1 }
    case 'describe':
      requireUnfinished(upload, now)
      return {
        ...upload,
        attributes: { ...upload.attributes, ...event.attributes },
        version: upload.version + 1,
      }
    case 'seal':
      if (upload.state === 'sealed' || upload.state === 'committed') return upload
      requireOpen(upload, now)
      requireVersion(upload, event.ifVersion ?? null)
      return seal(upload, event.parts)
    case 'commit':
      return commit(upload, event, now)
    case 'abort':
      if (upload.state === 'aborted') return upload
      requireUnfinished(upload, now)
      return end(upload, { state: 'aborted' })
    case 'fail':
      if (upload.state === 'failed') return upload
      requireUnfinished(upload, now)
      requireVersion(upload, event.ifVersion)
      return end(upload, { state: 'failed', reason: event.reason })
    case 'expire':
      return isUnfinished(upload) && now >= upload.expiresAt ? end(upload, { state: 'expired' }) : upload
  }
}

/** The facts of an upload that decide whether its parts may have slots. */
export type SlotTaker = Pick<Upload, 'state' | 'limits' | 'expiresAt'>

/** Whether part `number` may have a slot of an assembly. An upload that takes only one part has none. */
export const takesSlot = ({ state, limits, expiresAt }: SlotTaker, number: number, now: TimeMs): boolean =>
  state === 'open' &&
  now < expiresAt &&
  limits.isAppended !== true &&
  limits.partNumberMin < limits.partNumberMax &&
  Number.isSafeInteger(number) &&
  number >= limits.partNumberMin &&
  number <= limits.partNumberMax

/** The error of a commit while parts are in assemblies that are not settled. */
export const unassembled = (): CoreError =>
  new CoreError('upload-changed', 'parts of the upload are not put together yet', { unassembled: true })

export const isUnassembled = (error: unknown): boolean =>
  isCoreError(error, 'upload-changed') && error.detail.unassembled === true

type Open = Extract<Upload, { state: 'open' }>
type Sealed = Extract<Upload, { state: 'sealed' }>

function commit(upload: Upload, event: Extract<UploadEvent, { type: 'commit' }>, now: TimeMs): Upload {
  if (upload.state === 'committed') return upload
  requireUnfinished(upload, now)
  requireVersion(upload, event.ifVersion)
  const { state: _, ...rest } = upload.state === 'sealed' ? upload : seal(upload, event.parts ?? NO_PARTS)
  return { ...rest, state: 'committed', objectId: event.objectId, version: upload.version + 1 }
}

const NO_PARTS: PartsSummary = {
  size: 0,
  partCount: 0,
  digests: {},
  md5OfParts: null,
  smallestBeforeLast: null,
}

function seal(upload: Open, parts: PartsSummary): Sealed {
  const { smallestBeforeLast, ...sealed } = parts
  const { limits } = upload
  if (limits.isAppended === true && sealed.size < (limits.sizeNamed ?? 0)) {
    throw new CoreError('part-mismatch', 'bytes that were named are not there yet', { size: sealed.size })
  }
  if (sealed.partCount === 0) throw new CoreError('upload-empty', 'no part was uploaded')
  if (
    limits.isAppended !== true &&
    smallestBeforeLast !== null &&
    smallestBeforeLast.size < limits.partSizeMin
  ) {
    throw new CoreError('part-too-small', 'a part other than the last is below the minimum', {
      number: smallestBeforeLast.number,
      size: smallestBeforeLast.size,
      sizeMin: limits.partSizeMin,
    })
  }
  if (sealed.size > limits.sizeMax) {
    throw new CoreError('body-too-large', 'the parts together are over the limit', {
      sizeMax: limits.sizeMax,
    })
  }
  return { ...upload, state: 'sealed', sealed, version: upload.version + 1 }
}

function append(upload: Open, event: Extract<UploadEvent, { type: 'append' }>): Upload {
  const { offset, size, grown, sizeNamed = upload.limits.sizeNamed } = event
  if (grown > 0 && upload.limits.isAppended !== true) {
    throw new CoreError('upload-changed', 'the upload has numbered parts: nothing is appended to it')
  }
  if (offset !== grown) {
    const detail = { offset: grown }
    throw new CoreError('upload-changed', 'the upload does not end where the bytes begin', detail)
  }
  const limits = { ...upload.limits, ...(sizeNamed === undefined ? {} : { sizeNamed }) }
  if (upload.limits.sizeNamed !== undefined && upload.limits.sizeNamed !== sizeNamed) {
    throw new CoreError('upload-changed', 'another size was named before')
  }
  if (Math.max(grown + size, sizeNamed ?? 0) > limits.sizeMax) {
    throw new CoreError('body-too-large', 'the bytes are over the limit', { sizeMax: limits.sizeMax })
  }
  checkNamedSize({ limits }, grown + size)
  return { ...upload, limits: { ...limits, isAppended: true }, version: upload.version + 1 }
}

function requireNumbered({ limits }: Upload): void {
  if (limits.isAppended !== true) return
  throw new CoreError('upload-changed', 'the upload is appended to: it takes no numbered part')
}

function checkPart(upload: Upload, number: number, size: number): void {
  const { partNumberMin, partNumberMax, partSizeMax } = upload.limits
  if (!Number.isSafeInteger(number) || number < partNumberMin || number > partNumberMax) {
    throw new CoreError('part-number-invalid', 'the part number is out of range', {
      partNumberMin,
      partNumberMax,
    })
  }
  if (size > partSizeMax) {
    throw new CoreError('body-too-large', 'the part is over the limit', { sizeMax: partSizeMax })
  }
}

function checkNamedSize({ limits: { sizeNamed } }: Pick<Upload, 'limits'>, sizeOfAll: number): void {
  if (sizeNamed === undefined || sizeOfAll <= sizeNamed) return
  throw new CoreError('body-too-large', 'the parts are more than was named at the beginning', {
    sizeMax: sizeNamed,
  })
}

function requireOpen(upload: Upload, now: TimeMs): asserts upload is Open {
  requireUnfinished(upload, now)
  if (upload.state === 'sealed') throw new CoreError('upload-sealed', 'the upload takes no more parts')
}

function requireUnfinished(upload: Upload, now: TimeMs): asserts upload is Open | Sealed {
  if (upload.state === 'expired' || (isUnfinished(upload) && now >= upload.expiresAt)) {
    throw new CoreError('upload-expired', 'the upload has expired')
  }
  if (!isUnfinished(upload)) {
    throw new CoreError('upload-closed', `the upload is ${upload.state}`, { state: upload.state })
  }
}

function requireVersion(upload: Upload, ifVersion: number | null): void {
  if (ifVersion !== null && upload.version !== ifVersion) {
    throw new CoreError('upload-changed', 'the upload changed meanwhile', { version: upload.version })
  }
}

const isUnfinished = (upload: Upload): upload is Open | Sealed =>
  upload.state === 'open' || upload.state === 'sealed'

/** The facts that every state has, with the end state's own. */
function end(
  upload: Upload,
  to: { state: 'aborted' } | { state: 'failed'; reason: string } | { state: 'expired' },
): Upload {
  const { id, account, bucket, ref, key, blob, limits, attributes, createdAt, expiresAt, version } = upload
  return {
    ...{ id, account, bucket, ref, key, blob, limits, attributes, createdAt, expiresAt },
    version: version + 1,
    ...to,
  }
}

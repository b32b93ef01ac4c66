import { type BucketName, userBucket } from '../../../core/model/buckets.ts'
import type { Ticket } from '../auth/ticket.ts'
import { ResumableError } from '../errors.ts'

/** What a sender says of a file. */
export interface Described {
  /** The object's key; null where none is asked for. */
  readonly key: string | null
  readonly name: string | null
  readonly type: string | null
  /** Null where it is told later. */
  readonly size: number | null
}

/** What an upload will become. */
export interface Target {
  readonly bucket: BucketName
  readonly key: string
  readonly name: string
  readonly contentType: string | null
  readonly sizeMax: number
}

const KEY_SIZE_MAX = 1024

/**
 * Where a file goes by a ticket. `fresh` names it where nobody does. Errors: 403, 413 and 415 for what the ticket does not allow, 400
 * for a key that none can have.
 */
export function targetOf(
  { bucket, target, types, sizeMax: allowed }: Ticket,
  described: Described,
  { fresh, sizeMax }: { readonly fresh: string; readonly sizeMax: number },
): Target {
  const { name, type, size } = described
  const most = Math.min(sizeMax, allowed ?? sizeMax)
  if (size !== null && size > most)
    throw new ResumableError(413, `at most ${most} bytes are allowed`, {
      ...{ 'tus-max-size': most, 'upload-limit': `max-size=${most}` },
    })
  if (types !== null && !types.some((allowed) => isOf(type ?? '', allowed)))
    throw new ResumableError(415, `the ticket is for ${types.join(', ')}`)
  if (name?.includes('\0') === true) throw new ResumableError(400, 'no name can have a NUL')
  if (type !== null && !isHeaderText(type)) throw new ResumableError(400, 'this is no media type')
  const key = keyOf(target, described, fresh)
  // As in S3, where the object is read and deleted.
  if (/\p{Cc}/u.test(key) || !key.isWellFormed() || Buffer.byteLength(key) > KEY_SIZE_MAX)
    throw new ResumableError(400, 'no key can be this')
  return { bucket: userBucket(bucket), key, name: name ?? key, contentType: type, sizeMax: most }
}

function keyOf(target: Ticket['target'], { key, name }: Described, fresh: string): string {
  if ('key' in target) {
    if (key === null || key === target.key) return target.key
    throw new ResumableError(403, 'the ticket is for another key')
  }
  const wanted = key ?? `${target.prefix}${name ?? fresh}`
  if (!wanted.startsWith(target.prefix) || wanted === target.prefix)
    throw new ResumableError(403, 'the ticket is for keys below another prefix')
  return wanted
}

/** Whether it may stand in the header of an answer. */
const isHeaderText = (text: string): boolean => /^[\x20-\x7e]{0,255}$/.test(text)

/** `image/png` is of `image/png`, of `image/*` and of any. Parameters do not count. */
function isOf(type: string, allowed: string): boolean {
  const bare = type.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const wanted = allowed.toLowerCase()
  if (wanted === '*/*' || wanted === '*') return true
  return wanted.endsWith('/*') ? bare.startsWith(wanted.slice(0, -1)) : bare === wanted
}

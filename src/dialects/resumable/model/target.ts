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

/** What a sender may send. */
export interface Wanted {
  /** What it will be called in its bucket; null where the ticket names an upload. */
  readonly key: string | null
  readonly sizeMax: number
}

const KEY_SIZE_MAX = 1024

/**
 * Where a file goes by a ticket. `fresh` names it where nobody does. Errors: 403, 413 and 415 for what the ticket does not allow, 400
 * for a key that none can have.
 */
export function wantedBy(
  { target, types, sizeMax: allowed }: Ticket,
  described: Described,
  { fresh, sizeMax }: { readonly fresh: string; readonly sizeMax: number },
): Wanted {
  const { name, type, size } = described
  const most = Math.min(sizeMax, allowed ?? sizeMax)
  requireSize(size, most)
  if (types !== null && !types.some((allowed) => isOf(type ?? '', allowed)))
    throw new ResumableError(415, `the ticket is for ${types.join(', ')}`)
  if (name?.includes('\0') === true) throw new ResumableError(400, 'no name can have a NUL')
  if (type !== null && !isHeaderText(type)) throw new ResumableError(400, 'this is no media type')
  const key = 'upload' in target ? null : keyOf(target, described, fresh)
  if (key === null) return { key, sizeMax: most }
  // As in S3, where the object is read and deleted.
  if (/\p{Cc}/u.test(key) || !key.isWellFormed() || Buffer.byteLength(key) > KEY_SIZE_MAX)
    throw new ResumableError(400, 'no key can be this')
  return { key, sizeMax: most }
}

/** Errors: 413 for a size beyond a limit. */
export function requireSize(size: number | null, sizeMax: number): void {
  if (size === null || size <= sizeMax) return
  throw new ResumableError(413, `at most ${sizeMax} bytes are allowed`, {
    ...{ 'tus-max-size': sizeMax, 'upload-limit': `max-size=${sizeMax}` },
  })
}

function keyOf(
  target: Exclude<Ticket['target'], { readonly upload: string }>,
  { key, name }: Described,
  fresh: string,
): string {
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

import { isCoreError } from '../../../core/errors.ts'
import type { UploadId } from '../../../core/ids.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import type { Appended } from '../../../core/ports/commands/uploads.ts'
import type { Exchange } from '../../../http/types.ts'
import { uploadNamed } from '../auth/upload-name.ts'
import { ResumableError } from '../errors.ts'
import { asAttributes, type Partial, type Sender, senderOf } from '../model/sender.ts'
import type { Described } from '../model/target.ts'
import { type Admitted, admit, begin } from './begin.ts'
import { type Door, requireKey, requireSender } from './call.ts'

/** Uploads of which another one is put together (tus, extension concatenation): the bytes of each go where it says, without a copy. */

/** One of the uploads that a final one names. */
interface Source {
  readonly upload: Upload
  readonly partial: Partial
}

/**
 * Begins an upload that has the bytes of others, one behind the other, and ends it if all of them are there. Else the last of them does.
 * A repetition finds the first one's. Errors: those of `begin`; 400 for what is no partial upload of the account, and for one that is named twice.
 */
export async function beginFinal(
  door: Door,
  exchange: Exchange,
  { text, urls }: { readonly text: string; readonly urls: readonly string[] },
  { described, metadata }: { readonly described: Described; readonly metadata: string },
): Promise<Appended> {
  const admitted = admit(door, exchange)
  const sources = await Promise.all(urls.map((url) => sourceAt(door, admitted, url)))
  const of = sources.map(({ upload }) => upload.id)
  if (of.length === 0 || new Set(of).size < of.length)
    throw new ResumableError(400, 'Upload-Concat names one or more uploads, each once')
  const before = await begunBefore(door, text, sources)
  if (before !== null) return before
  for (const { upload } of sources) {
    requireKey(door.accounts, upload)
    if (upload.state !== 'open') throw new ResumableError(400, 'a partial upload is over')
  }
  const size = totalOf(sources.map(({ upload }) => upload))
  const concat = { kind: 'final', text, of, size } as const
  const kept = { metadata, reprDigest: null, concat }
  const { upload } = await begin(door, admitted, { ...described, size }, kept)
  for (const { upload: source } of sources) await describe(door, source, upload.id)
  return gather(door, { upload, offset: 0 })
}

async function sourceAt(door: Door, { account }: Admitted, url: string): Promise<Source> {
  const named = uploadNamed(door.secret, url.slice(url.lastIndexOf('/') + 1))
  const upload = named?.account === account.id ? await door.core.uploads.find(named) : null
  const concat = upload === null ? null : (senderOf(upload)?.concat ?? null)
  if (upload === null || concat?.kind !== 'partial')
    throw new ResumableError(400, 'Upload-Concat names what is no partial upload')
  return { upload, partial: concat }
}

/** The upload that was put together of the very same, in the same order; null for none. */
async function begunBefore(
  { core }: Door,
  text: string,
  sources: readonly Source[],
): Promise<Appended | null> {
  const [first] = sources
  const final = first?.partial.final ?? null
  if (first === undefined || final === null || sources.some(({ partial }) => partial.final !== final))
    return null
  const found = await core.uploads.findOffset({ account: first.upload.account, id: final })
  const concat = found === null ? null : (senderOf(found.upload)?.concat ?? null)
  return concat?.kind === 'final' && concat.text === text ? found : null
}

/** The size of all; null while one of them has not told it. */
function totalOf(uploads: readonly Upload[]): number | null {
  const sizes = uploads.flatMap(({ limits: { sizeNamed } }) => sizeNamed ?? [])
  return sizes.length < uploads.length ? null : sizes.reduce((sum, size) => sum + size, 0)
}

/** Tells a partial upload where its bytes will go. Which comes later, its last byte or this, puts the final one together. */
const describe = async ({ core }: Door, source: Upload, final: UploadId): Promise<Upload> => {
  const sender: Sender = { ...requireSender(source), concat: { kind: 'partial', final } }
  return core.uploads.describe(source, asAttributes(sender))
}

/** Puts a final upload together, if all bytes of the others are there. */
export async function gather({ core }: Pick<Door, 'core'>, found: Appended): Promise<Appended> {
  const { upload } = found
  const { concat } = requireSender(upload)
  if (concat?.kind !== 'final' || upload.state !== 'open' || isGathered(upload)) return found
  try {
    return await core.uploads.gather(upload, concat.of)
  } catch (error) {
    if (!isCoreError(error, 'upload-changed')) throw error
    return found
  }
}

export const isGathered = ({ limits }: Upload): boolean => limits.isAppended === true

import { createHash } from 'node:crypto'
import type { Upload } from '../../../core/model/uploads.ts'
import type { Appended } from '../../../core/ports/commands/uploads.ts'
import { announcedLength } from '../../../http/body.ts'
import type { Exchange } from '../../../http/types.ts'
import { ResumableError } from '../errors.ts'
import type { Digest } from '../wire/digests.ts'
import type { Door } from './call.ts'

export interface Addition {
  readonly offset: number
  /** The size of the whole, where it is told now. */
  readonly length: number | null
  readonly body: AsyncIterable<Uint8Array>
  /** All of the body or nothing. */
  readonly isAtomic: boolean
}

/** Adds a request's body to an upload, whose time begins anew. Errors: 409, 413; those of the body and of the core. */
export async function addBody(
  { core, turns, options }: Door,
  exchange: Exchange,
  upload: Upload,
  { offset, length, body, isAtomic }: Addition,
): Promise<Appended> {
  const announced = announcedLength(exchange)
  const sizeMax = (upload.limits.sizeNamed ?? length ?? upload.limits.sizeMax) - offset
  const appended = await turns.take(upload.id, body, (chunks) =>
    core.uploads.append(upload, chunks, {
      ...{ offset, sizeMax, isAtomic },
      ...(announced === null ? {} : { sizeExpected: announced }),
      ...(length === null ? {} : { sizeNamed: length }),
    }),
  )
  const now = core.clock.now()
  const ttlMs = options.ttlS * 1000
  if (appended.upload.expiresAt - now > ttlMs / 2) return appended
  return { ...appended, upload: await core.uploads.renew(appended.upload, now + ttlMs) }
}

/** Makes the object once the upload has its size. */
export async function finishIfWhole(door: Door, { upload, offset }: Appended): Promise<Appended> {
  const isWhole = upload.state === 'open' && offset === sizeNamedOf(upload)
  return { upload: isWhole ? await finish(door, upload) : upload, offset }
}

/** Makes the object of an upload. With `digests` only if its bytes have these: 400 otherwise, and the upload is over. */
export async function finish(
  { core }: Door,
  { account, id, key, attributes: { name, contentType } }: Upload,
  digests: readonly Digest[] = [],
): Promise<Upload> {
  const address = { account, id }
  if (digests.length > 0) await requireDigests(core, address, digests)
  const traits = {
    ...{ name: typeof name === 'string' ? name : key, kind: 'file', status: '', media: null },
    ...{ contentType: typeof contentType === 'string' ? contentType : null, attributes: {} },
  }
  await core.uploads.commit(address, { traits, conflict: 'overwrite' })
  const ended = await core.uploads.find(address)
  if (ended === null) throw new ResumableError(404, 'the upload is gone')
  return ended
}

const READ_SIZE = 4 * 1024 * 1024

/** Reads all bytes again: digests of the whole cannot be made of those of its pieces. */
async function requireDigests(
  { uploads }: Door['core'],
  address: Pick<Upload, 'account' | 'id'>,
  digests: readonly Digest[],
): Promise<void> {
  const bytes = await uploads.bytes(await uploads.seal(address))
  const hashes = digests.map((digest) => ({ ...digest, hash: createHash(digest.algorithm) }))
  for (let at = 0; at < bytes.size; at += READ_SIZE) {
    const chunk = await bytes.read(at, at + READ_SIZE)
    for (const { hash } of hashes) hash.update(chunk)
  }
  const wrong = hashes.find(({ hash, value }) => hash.digest('base64') !== value)
  if (wrong === undefined) return
  await uploads.fail(address, `the bytes do not have their ${wrong.algorithm}`)
  throw new ResumableError(400, `the bytes do not have this ${wrong.algorithm}: the upload is over`)
}

export const sizeNamedOf = ({ limits }: Upload): number | null => limits.sizeNamed ?? null

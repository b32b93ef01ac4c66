import { createHash } from 'node:crypto'
import { isCoreError } from '../../../core/errors.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import type { Appended } from '../../../core/ports/commands/uploads.ts'
import { announcedLength } from '../../../http/body.ts'
import { type FieldDigest, fieldDigests } from '../../../http/digest-fields.ts'
import type { Exchange } from '../../../http/types.ts'
import { ResumableError } from '../errors.ts'
import { asAttributes, type Partial } from '../model/sender.ts'
import { bucketOf, type Door, requireKey, requireSender, sizeMaxOf, within } from './call.ts'
import { gather, isGathered } from './concat.ts'

export interface Addition {
  readonly offset: number
  /** The size of the whole, where it is told now. */
  readonly length: number | null
  readonly body: AsyncIterable<Uint8Array>
  /** All of the body or nothing. */
  readonly isAtomic: boolean
}

/**
 * Adds a request's body to an upload, whose time begins anew. Errors: 403, 409, 413; those of the body and of the core. What came before an
 * error is kept.
 */
export async function addBody(
  door: Door,
  exchange: Exchange,
  upload: Upload,
  { offset, length, body, isAtomic }: Addition,
): Promise<Appended> {
  const { core, turns } = door
  const announced = announcedLength(exchange)
  const most = sizeMaxOf(upload)
  if (length !== null && length > most) throw new ResumableError(413, `at most ${most} bytes are allowed`)
  const sizeMax = (upload.limits.sizeNamed ?? length ?? most) - offset
  const appended = await turns
    .take(upload.id, body, (chunks) =>
      core.uploads.append(upload, whileAllowed(door, upload, chunks), {
        ...{ offset, sizeMax, isAtomic },
        ...(announced === null ? {} : { sizeExpected: announced }),
        ...(length === null ? {} : { sizeNamed: length }),
      }),
    )
    .catch((error: unknown) => overtaken(door, upload, error))
  return { ...appended, upload: await prolonged(door, appended.upload) }
}

/** Where the same bytes came by another node and made the upload whole, the sender learns where it is: 409. */
async function overtaken({ core }: Door, upload: Upload, error: unknown): Promise<never> {
  const found = isCoreError(error, 'upload-closed') ? await core.uploads.findOffset(upload) : null
  if (found?.upload.state !== 'committed') throw error
  throw new ResumableError(409, `the upload ends at ${found.offset}`, { 'upload-offset': found.offset })
}

const LOOK_EVERY_MS = 1000

/** The body, which fails with a 403 once the upload's key has no right to it. While it comes the upload does not expire. */
async function* whileAllowed(
  door: Door,
  upload: Upload,
  body: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  const { clock } = door.core
  let current = await prolonged(door, upload)
  let lookAt = clock.now() + LOOK_EVERY_MS
  for await (const chunk of body) {
    if (clock.now() >= lookAt) {
      requireKey(door.accounts, upload)
      current = await prolonged(door, current)
      lookAt = clock.now() + LOOK_EVERY_MS
    }
    yield chunk
  }
  requireKey(door.accounts, upload)
}

/** The upload, whose time begins anew once half of it is over. */
async function prolonged({ core, options }: Door, upload: Upload): Promise<Upload> {
  const now = core.clock.now()
  const ttlMs = options.ttlS * 1000
  return upload.expiresAt - now > ttlMs / 2 ? upload : core.uploads.renew(upload, now + ttlMs)
}

/** Ends the upload once it has its size. */
export async function finishIfWhole(door: Door, { upload, offset }: Appended): Promise<Appended> {
  const isWhole = upload.state !== 'committed' && offset === sizeNamedOf(upload)
  if (isWhole && requireSender(upload).concat?.kind === 'final' && !isGathered(upload))
    return { upload, offset }
  return { upload: isWhole && !requireSender(upload).isClosed ? await finish(door, upload) : upload, offset }
}

/**
 * Ends an upload as its target has it, if its bytes have the digests that its creation named: 400 otherwise, and the upload is over. Errors:
 * what the target refuses.
 */
export async function finish(door: Door, upload: Upload): Promise<Upload> {
  const { uploads } = door.core
  const { account, id } = upload
  const sender = requireSender(upload)
  if (sender.concat?.kind === 'partial') return finishFinal(door, upload, sender.concat)
  const digests = fieldDigests(sender.reprDigest)
  if (digests.length > 0) await requireDigests(door.core, { account, id }, digests)
  const bucket = bucketOf(door, upload)
  await within(bucket, async () => {
    if (!sender.isConfirming) return bucket.close(upload)
    const { name, contentType } = sender
    await bucket.finish(upload, { name, contentType, deliveries: [] })
  })
  if (!sender.isConfirming) return uploads.describe(upload, asAttributes({ ...sender, isClosed: true }))
  const ended = await uploads.find({ account, id })
  if (ended === null) throw new ResumableError(404, 'the upload is gone')
  return ended
}

/** With the last byte of the last one, the upload that is put together is whole. What its target refuses is told to who asks for it. */
async function finishFinal(door: Door, partial: Upload, { final }: Partial): Promise<Upload> {
  const { account } = partial
  const found = final === null ? null : await door.core.uploads.findOffset({ account, id: final })
  if (found === null) return partial
  try {
    await finishIfWhole(door, await gather(door, found))
  } catch (error) {
    if (!(error instanceof ResumableError)) throw error
  }
  return partial
}

const READ_SIZE = 4 * 1024 * 1024

/** Reads all bytes again: digests of the whole cannot be made of those of its pieces. */
async function requireDigests(
  { uploads }: Door['core'],
  address: Pick<Upload, 'account' | 'id'>,
  digests: readonly FieldDigest[],
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

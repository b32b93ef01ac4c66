import type { TimeMs } from '../../../core/clock.ts'
import { CoreError } from '../../../core/errors.ts'
import type { AccountId, UploadId } from '../../../core/ids.ts'
import type { ListedPart, Part } from '../../../core/model/uploads.ts'
import type { TaskTurn } from '../../../core/ports/background.ts'
import { DownloadError, type Opened, open } from '../../../http/outgoing/download.ts'
import type { Vod } from '../model/context.ts'
import {
  beginMultipart,
  completeMultipart,
  openMultipart,
  putPart,
  type VideoAddress,
} from '../storage/video-uploads.ts'
import { Cutter } from './cutter.ts'
import { openStored, sourceOf } from './stored-source.ts'

const MIB = 1024 ** 2
const PART_SIZE_MIN = 16 * MIB
const PARTS_MAX = 10_000
/** How long one request may take. */
const TIMEOUT_MS = 24 * 3600_000
/** Together with the time between two saves this is less than a task's lease. */
const IDLE_TIMEOUT_MS = 25_000
const SAVE_EVERY_MS = 15_000
const PAGE = 1000
const RANGE_REFUSED = 416

/** What a pull's task keeps. */
export interface PullInput {
  readonly project: string
  readonly asset: string
  readonly url: string
  /** The upload of parts that takes the bytes, as OBS writes ids; null before there is one. */
  readonly upload: string | null
  /** The host's ETag or date of the file, by which it knows whether the file is still the same. Null: it has none. */
  readonly validator: string | null
  /** Bytes that came so far, and bytes of the whole file; null if the host does not tell. */
  readonly received: number
  readonly size: number | null
}

/** Bytes of every part but the last. The largest file allowed has at most PARTS_MAX of them. */
export const partSizeOf = (sizeMax: number): number =>
  Math.max(PART_SIZE_MIN, Math.ceil(sizeMax / PARTS_MAX / MIB) * MIB)

/**
 * Fetches the video and makes it the one that waits for the confirm. Parts of an earlier attempt are kept if the host still has the
 * same file and goes on from there. Errors: DownloadError, `body-too-large`, `upload-empty`, PlaneError if the asset awaits no
 * video any more, those of the stores.
 */
export async function transfer(
  vod: Vod,
  address: VideoAddress,
  start: PullInput,
  turn: TaskTurn,
): Promise<void> {
  const partSize = partSizeOf(vod.options.fetchSizeMax)
  const kept = await keptParts(vod, address, start, partSize)
  const offset = kept.length * partSize
  if (start.upload !== null && offset > 0 && offset === start.size) {
    await completeMultipart(vod, address, start.upload, kept)
    return
  }
  const opened = await openAt(vod, address.account, start, offset, turn)
  try {
    const parts = takesUp(opened, offset) ? kept : []
    const upload = start.upload ?? (await beginMultipart(vod, address))
    const received = parts.length * partSize
    const found = { upload, received, size: sizeOf(opened, received), validator: validatorOf(opened) }
    const progress = new Progress(vod, turn, { ...start, ...found })
    await progress.save()
    const bytes = progress.count(opened.bytes)
    const all = await takeParts(vod, address, { upload, parts, partSize, bytes }, progress)
    if (all.length === 0) throw new CoreError('upload-empty', 'the file is empty')
    await completeMultipart(vod, address, upload, all)
  } finally {
    opened.close()
  }
}

/** Errors: DownloadError. If the host does not go on from `offset`, the next attempt begins anew. */
async function openAt(
  vod: Vod,
  account: AccountId,
  start: PullInput,
  offset: number,
  { save, signal }: TaskTurn,
): Promise<Opened> {
  const { fetchHosts: hosts } = vod.options
  const headers = offset > 0 && start.validator !== null ? resumeHeaders(offset, start.validator) : {}
  const options = { hosts, headers, signal, timeoutMs: TIMEOUT_MS, idleTimeoutMs: IDLE_TIMEOUT_MS }
  try {
    const opened = await (openSource(vod, account, start, offset) ?? open(start.url, options))
    if (opened.status !== 206 || takesUp(opened, offset)) return opened
    opened.close()
    throw new DownloadError('failed', 'the host answered another range', { status: RANGE_REFUSED })
  } catch (error) {
    if (!(error instanceof DownloadError) || error.status !== RANGE_REFUSED || offset === 0) throw error
    await save({ ...start, validator: null })
    throw new DownloadError('failed', 'the host does not take up where the file broke off', { cause: error })
  }
}

/** A stored object of the account; null where the pull is from the web. */
function openSource(
  vod: Vod,
  accountId: AccountId,
  { url, validator }: PullInput,
  offset: number,
): Promise<Opened> | null {
  const source = sourceOf(url)
  if (source === null) return null
  const account = vod.accounts.byId(accountId)
  if (account === null) throw new DownloadError('failed', 'the account is gone', { status: 404 })
  return openStored(vod, account, source, { offset, validator })
}

const resumeHeaders = (offset: number, validator: string): Record<string, string> => ({
  range: `bytes=${offset}-`,
  'if-range': validator,
})

/** Whether the host goes on where it was asked to. */
const takesUp = ({ status, headers }: Opened, offset: number): boolean =>
  status === 206 && headers['content-range']?.startsWith(`bytes ${offset}-`) === true

/** Of the whole file; null where the host does not tell. */
function sizeOf({ headers }: Opened, received: number): number | null {
  const length = headers['content-length']
  return length === undefined || !/^\d{1,15}$/.test(length) ? null : received + Number(length)
}

/** A strong ETag, or the date (RFC 9110 §13.1.5). */
function validatorOf({ headers }: Opened): string | null {
  const { etag, 'last-modified': date } = headers
  return etag?.startsWith('"') === true ? etag : (date ?? null)
}

/** Whole parts of an earlier attempt, from the first one on without a gap. */
async function keptParts(
  vod: Vod,
  address: VideoAddress,
  { upload, validator }: PullInput,
  partSize: number,
): Promise<readonly ListedPart[]> {
  if (upload === null) return []
  const { id } = await openMultipart(vod, address, upload)
  const parts = validator === null ? [] : await allParts(vod, address, id)
  const end = parts.findIndex(({ number, facts }, at) => number !== at + 1 || facts.size !== partSize)
  return parts.slice(0, end === -1 ? parts.length : end).map(listed)
}

const listed = ({ number, facts }: Part): ListedPart => ({ number, md5: facts.digests.md5 ?? '' })

async function allParts({ core }: Vod, { account }: VideoAddress, id: UploadId): Promise<readonly Part[]> {
  const parts: Part[] = []
  for (;;) {
    const page = await core.uploads.listParts(
      { account, id },
      { after: parts.at(-1)?.number ?? 0, limit: PAGE },
    )
    parts.push(...page)
    if (page.length < PAGE) return parts
  }
}

interface Source {
  readonly upload: string
  /** Parts that are there already. */
  readonly parts: readonly ListedPart[]
  readonly partSize: number
  readonly bytes: AsyncIterable<Uint8Array>
}

/** Returns all parts, in order. */
async function takeParts(
  vod: Vod,
  address: VideoAddress,
  { upload, parts, partSize, bytes }: Source,
  progress: Progress,
): Promise<readonly ListedPart[]> {
  const all = [...parts]
  const cutter = new Cutter(bytes)
  while (!(await cutter.isOver())) {
    const staged = await vod.core.staging.receive(cutter.take(partSize), {
      sizeMax: partSize,
      digests: ['md5'],
    })
    const number = all.length + 1
    await putPart(vod, address, { uploadId: upload, number }, staged)
    all.push({ number, md5: staged.facts.digests.md5 ?? '' })
    await progress.save()
  }
  return all
}

/** Counts the bytes that come, and saves the task from time to time. Errors: `body-too-large`, those of saving. */
class Progress {
  readonly #vod: Vod
  readonly #turn: TaskTurn
  #input: PullInput
  #savedAt: TimeMs = 0

  constructor(vod: Vod, turn: TaskTurn, input: PullInput) {
    this.#vod = vod
    this.#turn = turn
    this.#input = input
  }

  async *count(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of bytes) {
      this.#input = { ...this.#input, received: this.#input.received + chunk.byteLength }
      this.#requireSize()
      if (this.#vod.core.clock.now() - this.#savedAt > SAVE_EVERY_MS) await this.save()
      yield chunk
    }
  }

  async save(): Promise<void> {
    this.#requireSize()
    this.#savedAt = this.#vod.core.clock.now()
    await this.#turn.save({ ...this.#input })
  }

  #requireSize(): void {
    const { received, size } = this.#input
    const { fetchSizeMax: sizeMax } = this.#vod.options
    if (Math.max(received, size ?? 0) > sizeMax)
      throw new CoreError('body-too-large', 'the file is too large', { sizeMax })
  }
}

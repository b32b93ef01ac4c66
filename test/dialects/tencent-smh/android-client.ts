import { createHash } from 'node:crypto'
import { sendWire, type WireAnswer } from '../../support/volcengine.ts'
import { type Body, type CallOptions, LIBRARIES, type Params, type Rig, type SmhAnswer } from './rig.ts'
import { crc64Of, MIB, stringsOf } from './upload-calls.ts'

/** From here on a file is hashed before it is sent, and from twice that on it goes up in parts. */
const HASHED_FROM = MIB
const PARTS_FROM = 2 * MIB
const PARTS_MAX = 10_000
const RENEW_BEFORE_MS = 300_000
const NUMBERS_MAX = 100
const LANES = 3
const ATTEMPTS_MAX = 3

/** A call of the client, as its log has it: `POST ?renew 200`, `PUT part 2 403`. */
export type Step = string

export interface AndroidUpload {
  readonly strategy?: 'ask' | 'rename' | 'overwrite'
  readonly headers?: Readonly<Record<string, string>>
  /** More fields of the confirm. */
  readonly confirm?: Readonly<Record<string, unknown>>
  /** A stream that is read once: it is not hashed, and its confirm has no crc64. */
  readonly isOneShot?: boolean
}

export interface AndroidSetup {
  readonly token: string
  /** A private deployment: every part has headers of its own. */
  readonly isPrivate?: boolean
  /** Called before each part is sent, after the client looked whether its credentials are good for long enough. */
  readonly beforePart?: (number: number) => void
}

interface ListedPart {
  readonly PartNumber: number
  readonly ETag: string
}

/** A failure that the client gives to its user. */
export class AndroidError extends Error {
  readonly status: number
  readonly code: string
  constructor({ status, body }: SmhAnswer) {
    super(`${status} ${body?.code}`)
    this.status = status
    this.code = body?.code ?? ''
  }
}

/** What the vendor's Android SDK does to upload a file: reference §10.1, step by step. */
export class AndroidClient {
  readonly steps: Step[] = []
  readonly #rig: Rig
  readonly #setup: AndroidSetup
  readonly #files = `file/${LIBRARIES.file.id}/-`

  constructor(rig: Rig, setup: AndroidSetup) {
    this.#rig = rig
    this.#setup = setup
  }

  /** Resolves with the file's record. */
  async upload(path: string, bytes: Buffer, upload: AndroidUpload = {}): Promise<Body> {
    const hashed = upload.isOneShot === true ? null : await this.#hashRound(path, bytes, upload)
    if (hashed?.status === 200) return bodyOf(hashed)
    if (bytes.length < PARTS_FROM) {
      const start = hashed ?? (await this.#start('PUT', path, {}, bytes, upload, {}))
      return this.#sendWhole(bodyOf(start), bytes, upload)
    }
    const range = this.#isPrivate ? { partNumberRange: spanFrom(1, bytes) } : {}
    const task = bodyOf(await this.#start('POST', path, { multipart: null }, bytes, upload, range))
    return this.#sendParts(task, bytes, 1, upload)
  }

  /** Goes on with an upload of which nothing is known but its confirmKey. */
  async resume(confirmKey: string, bytes: Buffer, upload: AndroidUpload = {}): Promise<Body> {
    const query = this.#isPrivate ? { upload: null, no_upload_part_info: 1 } : { upload: null }
    const status = bodyOf(await this.#call('?upload', 'GET', confirmKey, query))
    if (status.confirmed === true) return this.#confirm(confirmKey, bytes, upload)
    const kept = countKept(status.parts as unknown as readonly ListedPart[], bytes)
    const task = this.#isPrivate
      ? await this.#renew(confirmKey, spanFrom(kept + 1, bytes))
      : status.uploadPartInfo
    return this.#sendParts(task, bytes, kept + 1, upload)
  }

  async cancel(confirmKey: string): Promise<void> {
    await this.#call('?upload', 'DELETE', confirmKey, { upload: null })
  }

  get #isPrivate(): boolean {
    return this.#setup.isPrivate === true
  }

  /** Null where the file is too short to be known by its hashes. */
  async #hashRound(path: string, bytes: Buffer, upload: AndroidUpload): Promise<SmhAnswer | null> {
    if (bytes.length < HASHED_FROM) return null
    const hashes = { size: String(bytes.length), beginningHash: sha256(bytes.subarray(0, MIB)) }
    const first = await this.#start('PUT', path, {}, bytes, upload, hashes)
    if (first.status !== 202) return first
    return this.#start('PUT', path, {}, bytes, upload, { ...hashes, fullHash: fullHash(bytes) })
  }

  async #start(
    method: string,
    path: string,
    flags: Params,
    bytes: Buffer,
    { strategy = 'rename', headers = {} }: AndroidUpload,
    json: unknown,
  ): Promise<SmhAnswer> {
    const query = { ...flags, conflict_resolution_strategy: strategy, filesize: bytes.length }
    const sent = { 'x-smh-meta-creation-date': '1612167718', ...headers }
    const step = 'multipart' in flags ? '?multipart' : 'start'
    return this.#call(step, method, path, query, { headers: sent, json })
  }

  async #sendWhole(task: Body, bytes: Buffer, upload: AndroidUpload): Promise<Body> {
    const answer = await sendWire(`http://${task.domain}${task.path}`, {
      method: 'PUT',
      headers: { ...stringsOf(task.headers), Host: task.domain, 'content-length': String(bytes.length) },
      body: bytes,
    })
    this.steps.push(`PUT bytes ${answer.status}`)
    if (answer.status !== 200) throw new Error(answer.bytes.toString())
    return this.#confirm(task.confirmKey, bytes, upload)
  }

  async #sendParts(begun: Body, bytes: Buffer, first: number, upload: AndroidUpload): Promise<Body> {
    const parts = partsOf(bytes)
    const sending = new Sending(begun)
    let next = first
    const lane = async (): Promise<void> => {
      while (next <= parts.length) {
        const number = next++
        await this.#sendPart(sending, number, parts[number - 1] ?? Buffer.alloc(0), bytes)
      }
    }
    await Promise.all(Array.from({ length: LANES }, lane))
    return this.#confirm(begun.confirmKey, bytes, upload)
  }

  async #sendPart(sending: Sending, number: number, part: Buffer, bytes: Buffer): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const leftMs = Date.parse(sending.task.expiration) - this.#rig.clock.now()
      const lacksHeaders = this.#isPrivate && sending.task.parts[number] === undefined
      if (leftMs < RENEW_BEFORE_MS || lacksHeaders) await this.#renewOnce(sending, number, bytes)
      const { task } = sending
      this.#setup.beforePart?.(number)
      const answer = await this.#putPart(task, number, part)
      this.steps.push(`PUT part ${number} ${answer.status}`)
      if (answer.status === 200) return
      if (!isExpired(answer) || attempt === ATTEMPTS_MAX) throw new Error(answer.bytes.toString())
      if (task === sending.task) await this.#renewOnce(sending, number, bytes)
    }
  }

  #putPart({ domain, path, uploadId, parts, headers }: Body, number: number, part: Buffer) {
    return sendWire(`http://${domain}${path}?uploadId=${uploadId}&partNumber=${number}`, {
      method: 'PUT',
      headers: {
        ...stringsOf(parts?.[number]?.headers ?? headers),
        Host: domain,
        'content-length': String(part.length),
      },
      body: part,
    })
  }

  /** Lanes that find the same credentials too old share one renewal. */
  async #renewOnce(sending: Sending, number: number, bytes: Buffer): Promise<void> {
    const range = this.#isPrivate ? spanFrom(number, bytes) : null
    sending.renewing ??= this.#renew(sending.task.confirmKey, range).finally(() => {
      sending.renewing = null
    })
    sending.task = await sending.renewing
  }

  async #renew(confirmKey: string, partNumberRange: string | null): Promise<Body> {
    const options = partNumberRange === null ? {} : { json: { partNumberRange } }
    return bodyOf(await this.#call('?renew', 'POST', confirmKey, { renew: null }, options))
  }

  async #confirm(confirmKey: string, bytes: Buffer, { confirm, isOneShot }: AndroidUpload): Promise<Body> {
    const crc64 = isOneShot === true ? {} : { crc64: crc64Of(bytes) }
    const json = { ...crc64, ...confirm }
    return bodyOf(await this.#call('?confirm', 'POST', confirmKey, { confirm: null }, { json }))
  }

  /** Retrofit encodes slashes of a path, and writes a flag without a value. */
  async #call(
    step: string,
    method: string,
    path: string,
    query: Params,
    options: CallOptions = {},
  ): Promise<SmhAnswer> {
    const target = `${this.#files}/${encodeURIComponent(path)}`
    const asked = { ...query, access_token: this.#setup.token }
    const answer = await this.#rig.call(method, target, asked, options)
    this.steps.push(`${method} ${step} ${answer.status}`)
    if (answer.status >= 400) throw new AndroidError(answer)
    return answer
  }
}

/** What the lanes of one upload share. */
class Sending {
  task: Body
  renewing: Promise<Body> | null = null
  constructor(task: Body) {
    this.task = task
  }
}

const bodyOf = ({ body, bytes }: SmhAnswer): Body => {
  if (body === null) throw new Error(`no JSON: ${bytes}`)
  return body
}

const isExpired = ({ status, bytes }: WireAnswer): boolean => {
  const text = bytes.toString()
  return status === 403 && text.includes('<Code>AccessDenied</Code>') && text.includes('Request has expired')
}

/** 1 MiB, or more where there were too many parts otherwise. */
const partSizeOf = (size: number): number => (size > MIB * PARTS_MAX ? Math.ceil(size / PARTS_MAX) : MIB)

export function partsOf(bytes: Buffer): readonly Buffer[] {
  const size = partSizeOf(bytes.length)
  const count = Math.ceil(bytes.length / size)
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size))
}

/** The numbers whose headers are asked for at once. One goes beyond the last part. */
function spanFrom(first: number, bytes: Buffer): string {
  const beyond = partsOf(bytes).length + 1
  return `${first}-${Math.min(first + NUMBERS_MAX - 1, beyond)}`
}

/** How many parts from the first on are there as the file has them. */
function countKept(listed: readonly ListedPart[], bytes: Buffer): number {
  const wrong = partsOf(bytes).findIndex((part, at) => {
    const { PartNumber, ETag } = listed[at] ?? {}
    return PartNumber !== at + 1 || ETag !== `"${createHash('md5').update(part).digest('hex')}"`
  })
  return wrong === -1 ? partsOf(bytes).length : wrong
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The chain over blocks of 1 MiB: reference §5.10. */
function fullHash(bytes: Buffer): string {
  let hash = Buffer.alloc(0)
  for (let at = 0; at < bytes.length; at += MIB) {
    hash = createHash('sha256')
      .update(hash)
      .update(bytes.subarray(at, at + MIB))
      .digest()
  }
  return hash.toString('hex')
}

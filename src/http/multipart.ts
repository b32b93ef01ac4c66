import { GrowingBytes } from '../core/bytes/growing-bytes.ts'
import { announcedLength, bodyStream, mediaType } from './body.ts'
import type { BodyRoom } from './body-room.ts'
import { RequestFault } from './faults.ts'
import { parameterText, parseParameterised } from './header-params.ts'
import { MultipartReader, type Part } from './multipart-reader.ts'
import type { Exchange } from './types.ts'

export interface FilePart {
  /** As sent, decoded where possible; never a path. Empty when there was none. */
  readonly filename: string
  /** As sent; `application/octet-stream` when there was none. */
  readonly contentType: string
  /** The most bytes that the body's announced length leaves for it; null where no length is announced. */
  readonly sizeAtMost: number | null
  /** Must be read to its end or left by throwing. */
  readonly stream: AsyncIterable<Uint8Array>
}

export interface MultipartOptions<T> {
  /** The part with this name is the file, whether or not it has a filename; a second one is a fault. */
  readonly fileField: string
  /**
   * Called once, when the file part starts, with the fields so far: possibly none. Its result is handed back. What it throws
   * ends the reading.
   */
  receiveFile(file: FilePart, fields: ReadonlyMap<string, string>): Promise<T>
  /** Undoes `receiveFile`'s result when the body turns out bad after it. */
  discardFile(received: T): Promise<void>
  /** Gets every chunk of the body, framing included, for a digest of the whole request. */
  readonly onBytes?: (chunk: Uint8Array) => void
  /** Parts after the file are read and ignored, whatever is wrong with them. */
  readonly isFileLast?: boolean
  /** Most parts other than the file; default 100. */
  readonly fieldsMax?: number
  /** In bytes; default 64 KiB. */
  readonly fieldSizeMax?: number
  /** Of all fields together, in bytes; default 128 KiB. */
  readonly fieldsSizeMax?: number
}

export interface MultipartForm<T> {
  readonly fields: ReadonlyMap<string, string>
  readonly file: T | null
}

const FIELDS_MAX = 100
const FIELD_SIZE_MAX = 64 * 1024
/** Bytes of parts that nobody asked for, together. */
const SKIPPED_SIZE_MAX = 1024 * 1024
const FIELDS_SIZE_MAX = 128 * 1024
/** Room for fields that a form takes before it is read. */
const USUAL_FIELDS_SIZE = 4096
/** RFC 2046 has 70; some clients go further. */
const BOUNDARY_LENGTH_MAX = 200

/**
 * Reads a multipart/form-data body (RFC 7578) with bounded memory, in whatever order its parts come. A part with a
 * filename under another name than the file's is read past, up to 1 MiB of such parts. Faults: `unsupported-media-type`, `malformed-multipart` (no
 * boundary, broken framing, a field or file twice, text that is not in its charset), `too-complex`, `body-too-large`, `body-truncated`,
 * `timeout`. On any failure a received file is discarded first.
 */
export async function readMultipart<T>(
  exchange: Exchange,
  options: MultipartOptions<T>,
): Promise<MultipartForm<T>> {
  if (mediaType(exchange) !== 'multipart/form-data') {
    throw new RequestFault('unsupported-media-type', 'the body is not multipart/form-data')
  }
  const boundary = findBoundary(exchange.request.headers['content-type'] ?? '')
  const reader = new MultipartReader(source(exchange, options.onBytes), boundary)
  const bodySize = announcedLength(exchange)
  const form = new Form(options, exchange.room, () =>
    bodySize === null ? null : reader.contentSizeMax(bodySize),
  )
  try {
    await form.makeRoom(bodySize)
    for (let part = await reader.nextPart(); part !== null; part = await reader.nextPart()) {
      await form.take(part)
    }
    return form.result()
  } catch (error) {
    await reader.leave()
    await form.discard()
    throw error
  }
}

function source(exchange: Exchange, onBytes: ((chunk: Uint8Array) => void) | undefined) {
  const body = bodyStream(exchange)
  return onBytes === undefined ? body : observed(body, onBytes)
}

async function* observed(body: AsyncIterable<Uint8Array>, onBytes: (chunk: Uint8Array) => void) {
  for await (const chunk of body) {
    onBytes(chunk)
    yield chunk
  }
}

function findBoundary(contentType: string): string {
  const boundary = parseParameterised(contentType)?.params.get('boundary') ?? ''
  if (boundary === '' || boundary.length > BOUNDARY_LENGTH_MAX) throw malformed('no usable boundary')
  return boundary
}

class Form<T> {
  readonly #options: MultipartOptions<T>
  readonly #room: BodyRoom
  /** Of what was taken for fields. */
  #roomLeft = 0
  readonly #contentSizeMax: () => number | null
  readonly #fields = new Map<string, string>()
  #partCount = 0
  #skippedSize = 0
  #fieldsSize = 0
  #file: { readonly received: T } | null = null

  constructor(options: MultipartOptions<T>, room: BodyRoom, contentSizeMax: () => number | null) {
    this.#options = options
    this.#room = room
    this.#contentSizeMax = contentSizeMax
  }

  async take(part: Part): Promise<void> {
    if (this.#file !== null && this.#options.isFileLast === true) {
      await this.#skip(part)
      return
    }
    const { name, filename } = disposition(part)
    refuseEncoded(part)
    if (name === this.#options.fileField) {
      await this.#takeFile(part, filename ?? '')
      return
    }
    this.#partCount += 1
    if (this.#partCount > (this.#options.fieldsMax ?? FIELDS_MAX)) throw tooComplex('too many fields')
    if (filename === undefined) await this.#takeField(part, name)
    else await this.#skip(part)
  }

  result(): MultipartForm<T> {
    return { fields: this.#fields, file: this.#file === null ? null : this.#file.received }
  }

  async discard(): Promise<void> {
    if (this.#file !== null) await this.#options.discardFile(this.#file.received)
  }

  async #takeFile(part: Part, filename: string): Promise<void> {
    if (this.#file !== null) throw malformed('the file stands twice')
    const contentType = part.headers.get('content-type') ?? 'application/octet-stream'
    const sizeAtMost = this.#contentSizeMax()
    const file = { filename: baseName(filename), contentType, sizeAtMost, stream: part.content }
    const received = await this.#options.receiveFile(file, this.#fields)
    this.#file = { received }
  }

  async #skip(part: Part): Promise<void> {
    for await (const chunk of part.content) {
      this.#skippedSize += chunk.byteLength
      if (this.#skippedSize > SKIPPED_SIZE_MAX)
        throw new RequestFault('body-too-large', 'the form has too much besides its file and fields')
    }
  }

  async #takeField(part: Part, name: string): Promise<void> {
    if (this.#fields.has(name)) throw malformed('a field stands twice')
    const sizeMax = this.#options.fieldSizeMax ?? FIELD_SIZE_MAX
    const field = new GrowingBytes()
    for await (const chunk of part.content) {
      if (field.size + chunk.byteLength > sizeMax) throw tooComplex('a field is over the limit')
      await this.#keep(chunk.byteLength)
      field.add(chunk)
    }
    this.#fields.set(name, decodeField(field.bytes(), part.headers.get('content-type')))
  }

  /** Takes room for common fields before anything is read, so that no form waits for it while it holds other room. */
  async makeRoom(bodySize: number | null): Promise<void> {
    const size = Math.min(bodySize ?? USUAL_FIELDS_SIZE, USUAL_FIELDS_SIZE)
    await this.#room.take(size)
    this.#roomLeft = size
  }

  async #keep(size: number): Promise<void> {
    this.#fieldsSize += size
    const sizeMax = this.#options.fieldsSizeMax ?? FIELDS_SIZE_MAX
    if (this.#fieldsSize > sizeMax) throw tooComplex('the fields together are over the limit')
    const missing = Math.max(0, size - this.#roomLeft)
    this.#roomLeft -= size - missing
    await this.#room.take(missing)
  }
}

function disposition(part: Part): { readonly name: string; readonly filename: string | undefined } {
  const parsed = parseParameterised(part.headers.get('content-disposition') ?? '')
  const name = parsed === null ? undefined : parameterText(parsed.params, 'name')
  if (parsed?.value !== 'form-data' || name === undefined) throw malformed('a part has no name')
  return { name, filename: parameterText(parsed.params, 'filename') }
}

/** RFC 7578 §4.7 leaves transfer encodings behind; taking one as plain bytes would keep the wrong ones. */
function refuseEncoded(part: Part): void {
  const encoding = (part.headers.get('content-transfer-encoding') ?? 'binary').toLowerCase()
  if (!['7bit', '8bit', 'binary'].includes(encoding)) throw malformed('a part has a transfer encoding')
}

function decodeField(bytes: Buffer, contentType: string | undefined): string {
  const charset = parseParameterised(contentType ?? '')?.params.get('charset') ?? 'utf-8'
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw malformed('a field is not text in its charset')
  }
}

function baseName(filename: string): string {
  const name = filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1)
  return name === '.' || name === '..' ? '' : name
}

const malformed = (message: string): RequestFault => new RequestFault('malformed-multipart', message)
const tooComplex = (message: string): RequestFault => new RequestFault('too-complex', message)

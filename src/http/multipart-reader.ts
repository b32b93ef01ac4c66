import { isUtf8 } from 'node:buffer'
import { Delimiter } from './delimiter.ts'
import { RequestFault } from './faults.ts'

/** Of one part's header block. */
const HEADERS_SIZE_MAX = 16 * 1024
const HEADERS_MAX = 32
/** Most bytes before the first delimiter, and after the last one. */
const MARGIN_SIZE_MAX = 64 * 1024

const CRLF = Buffer.from('\r\n')
const END_OF_HEADERS = Buffer.from('\r\n\r\n')
const CLOSING = Buffer.from('--')
const CR = 0x0d

/** One part: its headers by lower-case name, and its bytes, to be read to their end before the next part. */
export interface Part {
  readonly headers: ReadonlyMap<string, string>
  readonly content: AsyncGenerator<Uint8Array, void>
}

/**
 * The framing of a multipart body (RFC 2046 §5.1), pulled part by part: memory does not grow with the body, and content
 * goes through as slices of the chunks that came in. Faults: `malformed-multipart` for broken framing and headers and a
 * missing closing delimiter, `too-complex` for headers over the limits, and whatever the source throws.
 */
export class MultipartReader {
  readonly #source: AsyncIterator<Uint8Array>
  /** CRLF, two dashes, the boundary. Only its first byte is a CR. */
  readonly #delimiter: Buffer
  readonly #search: Delimiter
  /** Bytes that came in and wait. It begins with the line break that the first delimiter may lack. */
  #buffer: Buffer = CRLF
  #state: 'preamble' | 'content' | 'between' | 'over' = 'preamble'
  #pulled = 0

  constructor(source: AsyncIterable<Uint8Array>, boundary: string) {
    this.#source = source[Symbol.asyncIterator]()
    this.#search = new Delimiter(Buffer.from(`\r\n--${boundary}`, 'latin1'))
    this.#delimiter = this.#search.bytes
  }

  /** The most bytes that a part can have that just began, in a body of `bodySize` bytes. */
  contentSizeMax(bodySize: number): number {
    const consumed = this.#pulled - this.#buffer.length
    return Math.max(0, bodySize - consumed - this.#delimiter.length - CLOSING.length)
  }

  /** The next part; null after the last, when the body was read to its end. */
  async nextPart(): Promise<Part | null> {
    if (this.#state === 'content') throw new Error('the part before was not read to its end')
    if (this.#state === 'preamble') await this.#skipPreamble()
    if (this.#state === 'over') return null
    if (await this.#isClosed()) {
      this.#state = 'over'
      await this.#skipEpilogue()
      return null
    }
    const headers = await this.#headers()
    this.#state = 'content'
    return { headers, content: this.#content() }
  }

  /** Leaves the rest of the body where it is. */
  async leave(): Promise<void> {
    this.#state = 'over'
    await this.#source.return?.()
  }

  async *#content(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const at = this.#search.indexIn(this.#buffer)
      const end = at === -1 ? this.#buffer.length - this.#pendingLength() : at
      const content = this.#buffer.subarray(0, end)
      this.#buffer = this.#buffer.subarray(at === -1 ? end : at + this.#delimiter.length)
      if (at !== -1) this.#state = 'between'
      if (content.length > 0) yield content
      if (at !== -1) return
      const chunk = await this.#pull()
      const held = this.#buffer
      if (held.length === 0) {
        this.#buffer = chunk
      } else if (chunk.length < this.#delimiter.length || this.#startsDelimiter(held, chunk)) {
        this.#buffer = Buffer.concat([held, chunk])
      } else {
        this.#buffer = chunk
        yield held
      }
    }
  }

  /** How many bytes at the buffer's end may be the start of a delimiter. */
  #pendingLength(): number {
    const tail = this.#buffer.subarray(Math.max(0, this.#buffer.length - this.#delimiter.length + 1))
    const at = tail.lastIndexOf(CR)
    const length = tail.length - at
    return at !== -1 && tail.subarray(at).equals(this.#delimiter.subarray(0, length)) ? length : 0
  }

  #startsDelimiter(held: Buffer, chunk: Buffer): boolean {
    const rest = this.#delimiter.subarray(held.length)
    return chunk.subarray(0, rest.length).equals(rest)
  }

  async #skipPreamble(): Promise<void> {
    let size = 0
    for await (const chunk of this.#content()) {
      size += chunk.byteLength
      if (size > MARGIN_SIZE_MAX) throw malformed('no delimiter at the start of the body')
    }
  }

  async #skipEpilogue(): Promise<void> {
    let size = this.#buffer.length
    for (;;) {
      if (size > MARGIN_SIZE_MAX) throw malformed('too much follows the closing delimiter')
      const { done, value } = await this.#source.next()
      if (done === true) return
      size += value.byteLength
    }
  }

  /** Looks at what follows a delimiter; afterwards the buffer starts with its line break. */
  async #isClosed(): Promise<boolean> {
    for (;;) {
      await this.#fill(CLOSING.length)
      if (this.#buffer.subarray(0, CLOSING.length).equals(CLOSING)) return true
      if (this.#buffer.subarray(0, CRLF.length).equals(CRLF)) return false
      const [first] = this.#buffer
      if (first !== 0x20 && first !== 0x09) throw malformed('a delimiter is not followed by a line break')
      this.#buffer = this.#buffer.subarray(1)
    }
  }

  async #headers(): Promise<ReadonlyMap<string, string>> {
    let at = this.#buffer.indexOf(END_OF_HEADERS)
    while (at === -1 && this.#buffer.length <= HEADERS_SIZE_MAX) {
      const searched = this.#buffer.length - END_OF_HEADERS.length
      await this.#fill(this.#buffer.length + 1)
      at = this.#buffer.indexOf(END_OF_HEADERS, Math.max(0, searched))
    }
    if (at === -1 || at > HEADERS_SIZE_MAX) throw tooComplex('the headers of a part are over the limit')
    const block = this.#buffer.subarray(CRLF.length, at)
    this.#buffer = this.#buffer.subarray(at + END_OF_HEADERS.length)
    return parseHeaders(decodeText(block))
  }

  /** Makes the buffer at least `size` bytes long. */
  async #fill(size: number): Promise<void> {
    while (this.#buffer.length < size) {
      const chunk = await this.#pull()
      this.#buffer = Buffer.concat([this.#buffer, chunk])
    }
  }

  /** What waits is copied first: its memory is the source's, which frees it. */
  async #pull(): Promise<Buffer> {
    if (this.#buffer.length > 0) this.#buffer = Buffer.from(this.#buffer)
    const { done, value } = await this.#source.next()
    if (done === true) throw malformed('the body ends before its closing delimiter')
    this.#pulled += value.byteLength
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }
}

/** UTF-8; bytes that are not are taken one by one, as ISO-8859-1. */
const decodeText = (bytes: Buffer): string => bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1')

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROLS = /[\x00-\x08\x0a-\x1f\x7f]/

function parseHeaders(block: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  if (block === '') return headers
  for (const line of block.replace(/\r\n(?=[ \t])/g, '').split('\r\n')) {
    if (headers.size >= HEADERS_MAX) throw tooComplex('a part has too many headers')
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trimEnd().toLowerCase()
    if (!NAME.test(name) || CONTROLS.test(line)) throw malformed('a header of a part is malformed')
    if (headers.has(name)) throw malformed('a header of a part stands twice')
    headers.set(name, line.slice(colon + 1).trim())
  }
  return headers
}

const malformed = (message: string): RequestFault => new RequestFault('malformed-multipart', message)
const tooComplex = (message: string): RequestFault => new RequestFault('too-complex', message)

import { createHash, type Hash } from 'node:crypto'
import { equalsConstantTime, hmacSha256, sha256Hex } from '../http/canonical.ts'
import { PlaneError } from './errors.ts'

/** What the signature of a request says of a body that comes in chunks (`aws-chunked` of S3's Signature V4). */
export interface PlaneChunks {
  /** Whether each chunk has a signature, and what ends the body too. */
  readonly isSigned: boolean
  /** Whether headers come behind the last chunk. */
  readonly hasTrailer: boolean
  readonly chain: ChunkChain
}

/** What chunks are signed with: each signature covers the one before, the first one that of the request. */
export interface ChunkChain {
  readonly key: Uint8Array
  /** `yyyymmddThhmmssZ`. */
  readonly timestamp: string
  readonly scope: string
  /** The signature of the request, lower-case hex. */
  readonly seed: string
}

/** The bytes within the chunks, and what came behind them. */
export interface Unchunked extends AsyncIterable<Uint8Array> {
  /** Trailing headers by lower-case name; whole once the bytes are read to their end. */
  readonly trailer: ReadonlyMap<string, string>
}

/** Characters of a line: a chunk's size and signature, or a trailing header. */
const LINE_SIZE_MAX = 4096
const TRAILERS_MAX = 16
const CHUNK = /^([0-9a-f]{1,15})(?:;chunk-signature=([0-9a-f]{64}))?$/i
const EMPTY = sha256Hex('')
const [CR, LF] = [13, 10]

/**
 * Takes a body out of its chunks as it comes. Throws `chunks-malformed` for framing that is not right, `body-truncated`'s fault where it ends early,
 * and `signature-mismatch` at the end of a chunk whose signature is not its own: so nothing counts before all is read.
 */
export function unchunked(body: AsyncIterable<Uint8Array>, chunks: PlaneChunks): Unchunked {
  const trailer = new Map<string, string>()
  return { trailer, [Symbol.asyncIterator]: () => read(new Lines(body), chunks, trailer) }
}

async function* read(
  source: Lines,
  { isSigned, hasTrailer, chain }: PlaneChunks,
  trailer: Map<string, string>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const signatures = isSigned ? new Signatures(chain) : null
  for (;;) {
    const [, hex, signature] = CHUNK.exec(await source.line()) ?? []
    if (hex === undefined || (signature !== undefined) !== isSigned) throw malformed('no chunk begins')
    const size = Number.parseInt(hex, 16)
    const hash = createHash('sha256')
    for await (const piece of source.bytes(size)) {
      if (isSigned) hash.update(piece)
      yield piece
    }
    signatures?.requireChunk(hash, signature ?? '')
    if (size === 0) break
    if ((await source.line()) !== '') throw malformed('a chunk does not end')
  }
  if (hasTrailer) await readTrailer(source, signatures, trailer)
  else if ((await source.line()) !== '') throw malformed('the last chunk does not end')
  await source.requireEnd()
}

async function readTrailer(
  source: Lines,
  signatures: Signatures | null,
  trailer: Map<string, string>,
): Promise<void> {
  let signed = ''
  for (let count = 0; count <= TRAILERS_MAX; count++) {
    const line = await source.line()
    if (line === '') {
      signatures?.requireTrailer(signed, trailer.get(TRAILER_SIGNATURE) ?? '')
      return
    }
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim().toLowerCase()
    if (colon <= 0 || trailer.has(name)) throw malformed('a trailing header is malformed')
    const value = line.slice(colon + 1).trim()
    trailer.set(name, value)
    if (name !== TRAILER_SIGNATURE) signed += `${name}:${value}\n`
  }
  throw malformed('there are too many trailing headers')
}

const TRAILER_SIGNATURE = 'x-amz-trailer-signature'

/** Each signature in turn. */
class Signatures {
  readonly #chain: ChunkChain
  #last: string

  constructor(chain: ChunkChain) {
    this.#chain = chain
    this.#last = chain.seed
  }

  requireChunk(hash: Hash, signature: string): void {
    this.#require('AWS4-HMAC-SHA256-PAYLOAD', [EMPTY, hash.digest('hex')], signature)
  }

  requireTrailer(lines: string, signature: string): void {
    this.#require('AWS4-HMAC-SHA256-TRAILER', [sha256Hex(lines)], signature)
  }

  #require(kind: string, digests: readonly string[], signature: string): void {
    const { key, timestamp, scope } = this.#chain
    const text = [kind, timestamp, scope, this.#last, ...digests].join('\n')
    const own = hmacSha256(key, text).toString('hex')
    if (!equalsConstantTime(own, signature))
      throw new PlaneError('signature-mismatch', 'the signature of a chunk is not its own')
    this.#last = own
  }
}

/** A body read by lines and by runs of bytes. */
class Lines {
  readonly #source: AsyncIterator<Uint8Array>
  #chunk: Uint8Array = new Uint8Array()
  #at = 0

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#source = body[Symbol.asyncIterator]()
  }

  /** Up to the next CRLF, without it. A line may end where the body does, if it is empty: some clients leave the last CRLF out. */
  async line(): Promise<string> {
    let text = ''
    for (;;) {
      if (!(await this.#fill())) {
        if (text === '') return ''
        throw malformed('the body ends within a line')
      }
      const end = this.#chunk.indexOf(LF, this.#at)
      const piece = this.#chunk.subarray(this.#at, end === -1 ? this.#chunk.byteLength : end)
      text += Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1')
      if (text.length > LINE_SIZE_MAX) throw malformed('a line of the framing is too long')
      this.#at += piece.byteLength + (end === -1 ? 0 : 1)
      if (end !== -1) {
        if (text.charCodeAt(text.length - 1) !== CR) throw malformed('a line does not end with CRLF')
        return text.slice(0, -1)
      }
    }
  }

  async *bytes(size: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = size; left > 0; ) {
      if (!(await this.#fill())) throw malformed('the body ends within a chunk')
      const piece = this.#chunk.subarray(this.#at, this.#at + left)
      this.#at += piece.byteLength
      left -= piece.byteLength
      yield piece
    }
  }

  async requireEnd(): Promise<void> {
    if (await this.#fill()) throw malformed('something comes behind the last chunk')
  }

  /** False at the end. */
  async #fill(): Promise<boolean> {
    while (this.#at >= this.#chunk.byteLength) {
      const next = await this.#source.next()
      if (next.done === true) return false
      this.#chunk = next.value
      this.#at = 0
    }
    return true
  }
}

const malformed = (message: string): PlaneError => new PlaneError('chunks-malformed', message)

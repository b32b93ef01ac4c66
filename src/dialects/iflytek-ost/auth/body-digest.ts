import { createHash, type Hash } from 'node:crypto'
import { equalsConstantTime } from '../../../http/canonical.ts'
import { GatewayError } from '../errors.ts'
import { headerOf, NO_MATCH, type SignedRequest } from './authenticate.ts'

/**
 * Whether a body is compared with the Digest that was signed with it. The vendor compares nothing. `when-given`: where the header names
 * a body. `always`: the header has to be `SHA-256=` and the body's hash.
 */
export type DigestCheck = 'never' | 'when-given' | 'always'

type Headers = Pick<SignedRequest, 'request'>

/** Of the empty text. Clients made from the vendor's samples sign it whatever they send: it names no body. */
const EMPTY = createHash('sha256').digest('base64')
/** Some of the vendor's samples write the algorithm twice, or without its hyphen. */
const NAMED = /^(?:SHA-?256=)+([A-Za-z0-9+/]{43}=)$/i

/** The hash that a Digest header names, in base64. Null: it names none. */
export function namedHash(header: string): string | null {
  const hash = NAMED.exec(header.trim())?.[1]
  return hash === undefined || hash === EMPTY ? null : hash
}

/** Compares one request's body with its Digest header. Null where it is not to be compared. */
export function bodyDigest(request: Headers, check: DigestCheck): BodyDigest | null {
  switch (check) {
    case 'never':
      return null
    case 'always':
      return new BodyDigest(request, (header, hash) => equalsConstantTime(header, `SHA-256=${hash}`))
    case 'when-given':
      return namedHash(headerOf(request, 'digest') ?? '') === null
        ? null
        : new BodyDigest(request, (header, hash) => namedHash(header) === hash, { ofFile: true })
  }
}

type Fits = (header: string, hash: string) => boolean

/** Is given a body's bytes as they come. */
export class BodyDigest {
  readonly #header: string
  readonly #fits: Fits
  readonly #body = createHash('sha256')
  /** One public client signs the hash of its file alone. */
  readonly #file: Hash | null

  constructor(request: Headers, fits: Fits, { ofFile = false }: { readonly ofFile?: boolean } = {}) {
    this.#header = headerOf(request, 'digest') ?? ''
    this.#fits = fits
    this.#file = ofFile ? createHash('sha256') : null
  }

  update(chunk: Uint8Array): void {
    this.#body.update(chunk)
  }

  /** Lets a form's file through. */
  async *file(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      this.#file?.update(chunk)
      yield chunk
    }
  }

  /** Whether the header is that of the body, or of the form's file. Call once, after the whole body. */
  isRight(): boolean {
    const hashes = [this.#body, ...(this.#file === null ? [] : [this.#file])].map((hash) =>
      hash.digest('base64'),
    )
    return hashes.some((hash) => this.#fits(this.#header, hash))
  }
}

/** 401, in the words of the vendor's gateway. */
export const digestMismatch = (): GatewayError => new GatewayError(401, NO_MATCH)

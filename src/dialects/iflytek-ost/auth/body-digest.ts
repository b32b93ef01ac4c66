import { createHash } from 'node:crypto'
import { equalsConstantTime } from '../../../http/canonical.ts'
import { GatewayError } from '../errors.ts'
import { headerOf, NO_MATCH, type SignedRequest } from './authenticate.ts'

/** Compares a body with its Digest header, if the option asks for it. The vendor compares nothing. */
export class BodyDigest {
  readonly #hash = createHash('sha256')

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk)
  }

  /** Call once, after the whole body. Throws GatewayError when the header is not `SHA-256=` and the body's digest. */
  check(request: Pick<SignedRequest, 'request'>): void {
    const expected = `SHA-256=${this.#hash.digest('base64')}`
    if (!equalsConstantTime(headerOf(request, 'digest') ?? '', expected)) {
      throw new GatewayError(401, NO_MATCH)
    }
  }
}

import { createHash } from 'node:crypto'
import { CoreError } from '../core/errors.ts'
import { RequestFault } from './faults.ts'
import type { Exchange } from './types.ts'

/** A digest of bytes, in base64, as Content-Digest and Repr-Digest have them (RFC 9530). */
export interface FieldDigest {
  readonly algorithm: 'sha256' | 'sha512'
  readonly value: string
}

const ALGORITHMS: ReadonlyMap<string, FieldDigest['algorithm']> = new Map([
  ['sha-256', 'sha256'],
  ['sha-512', 'sha512'],
])

/** What such a field says: those of its algorithms that are known here; others do not count. Faults: `malformed-request`. */
export function fieldDigests(text: string | readonly string[] | null | undefined): readonly FieldDigest[] {
  if (text === null || text === undefined) return []
  return String(text)
    .split(',')
    .flatMap((member) => {
      const [, name = '', value] = /^\s*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):\s*$/.exec(member) ?? []
      if (value === undefined) throw new RequestFault('malformed-request', 'a digest is sha-256=:base64:')
      const algorithm = ALGORITHMS.get(name)
      return algorithm === undefined ? [] : [{ algorithm, value }]
    })
}

/** What the head of a request says of its body. Faults: `malformed-request`. */
export const contentDigests = ({ request }: Pick<Exchange, 'request'>): readonly FieldDigest[] =>
  fieldDigests(request.headers['content-digest'])

/** Looks at bytes that go by. */
export class DigestCheck {
  readonly #digests: readonly FieldDigest[]
  readonly #hashes

  constructor(digests: readonly FieldDigest[]) {
    this.#digests = digests
    this.#hashes = digests.map(({ algorithm }) => createHash(algorithm))
  }

  add(chunk: Uint8Array): void {
    for (const hash of this.#hashes) hash.update(chunk)
  }

  /** Errors: `digest-mismatch` unless the bytes had all of the digests. */
  end(): void {
    const sums = this.#hashes.map((hash) => hash.digest('base64'))
    const wrong = this.#digests.find(({ value }, at) => value !== sums[at])
    if (wrong === undefined) return
    const digest = wrong.algorithm.replace('sha', 'sha-')
    throw new CoreError('digest-mismatch', `the bytes do not have this ${digest}`, { digest })
  }
}

/** The bytes; their end fails with `digest-mismatch` unless they have these digests. */
export const digested = (
  body: AsyncIterable<Uint8Array>,
  digests: readonly FieldDigest[],
): AsyncIterable<Uint8Array> => (digests.length === 0 ? body : checked(body, new DigestCheck(digests)))

async function* checked(body: AsyncIterable<Uint8Array>, check: DigestCheck): AsyncIterable<Uint8Array> {
  for await (const chunk of body) {
    check.add(chunk)
    yield chunk
  }
  check.end()
}

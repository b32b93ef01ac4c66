import { createHash } from 'node:crypto'
import { ResumableError } from '../errors.ts'

/** A digest of bytes, in base64. */
export interface Digest {
  readonly algorithm: 'sha256' | 'sha512'
  readonly value: string
}

const ALGORITHMS: Readonly<Record<string, Digest['algorithm']>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' }

/**
 * What Content-Digest or Repr-Digest says (RFC 9530): those of its algorithms that are known here; others do not count. Errors: 400 for a text
 * that is none.
 */
export function digestsOf(text: string | null): readonly Digest[] {
  if (text === null) return []
  return text.split(',').flatMap((member) => {
    const [, name = '', value] = /^\s*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):\s*$/.exec(member) ?? []
    if (value === undefined) throw new ResumableError(400, 'a digest is written sha-256=:base64:')
    const algorithm = Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] : undefined
    return algorithm === undefined ? [] : [{ algorithm, value }]
  })
}

/** The body, whose end fails with a 400 unless it has these digests. */
export const digestedBody = (
  body: AsyncIterable<Uint8Array>,
  digests: readonly Digest[],
): AsyncIterable<Uint8Array> => (digests.length === 0 ? body : digested(body, digests))

async function* digested(
  body: AsyncIterable<Uint8Array>,
  digests: readonly Digest[],
): AsyncIterable<Uint8Array> {
  const hashes = digests.map((digest) => ({ ...digest, hash: createHash(digest.algorithm) }))
  for await (const chunk of body) {
    for (const { hash } of hashes) hash.update(chunk)
    yield chunk
  }
  for (const { algorithm, value, hash } of hashes) {
    if (hash.digest('base64') !== value)
      throw new ResumableError(400, `the body does not have this ${algorithm}`)
  }
}

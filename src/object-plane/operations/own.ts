import type { Exchange } from '../../http/types.ts'
import { contentMd5 } from '../receive.ts'
import { requireDigest } from './parts.ts'

export { formOperations } from './form.ts'
export { asksFor, type Handling, type Operation } from './operation.ts'
export { only } from './part-query.ts'

/** Throws `digest-mismatch` for a body that is not the one that its head tells of. */
export function requireBody(exchange: Exchange, body: Uint8Array, sha256: string | null): void {
  requireDigest('md5', body, contentMd5(exchange))
  requireDigest('sha256', body, sha256)
}

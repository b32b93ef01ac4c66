import { createHash } from 'node:crypto'
import type { Clock, TimeMs } from '../../../core/clock.ts'
import { putLatest } from '../../../core/latest.ts'
import { type SignedRequest, SKEW_MAX_S, signatureOf } from './authenticate.ts'

/** The first body of each signature, for calls whose clients sign the digest of another one. */
export interface SignedBodies {
  /** Whether the request's signature came with this body whenever it came, as far as is remembered. */
  isFirst(request: Pick<SignedRequest, 'request'>, body: Uint8Array): boolean
}

/** Signatures that are remembered; the oldest is forgotten first. */
const SIGNATURES_MAX = 10_000

/** One for each node. A signature is remembered for as long as one may be used. Only right ones come here. */
export function createSignedBodies(clock: Clock): SignedBodies {
  const firsts = new Map<string, { readonly body: string; readonly until: TimeMs }>()
  return {
    isFirst: (request, body) => {
      const signature = signatureOf(request)
      const hash = createHash('sha256').update(body).digest('base64')
      const now = clock.now()
      const first = firsts.get(signature)
      if (first !== undefined && now < first.until) return first.body === hash
      const entry = { body: hash, until: now + 2 * SKEW_MAX_S * 1000 }
      putLatest(firsts, signature, entry, SIGNATURES_MAX)
      return true
    },
  }
}

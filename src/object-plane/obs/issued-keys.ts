import type { TimeMs } from '../../core/clock.ts'
import { valuesOfAnyCase } from '../../http/pairs.ts'
import { headerText, type SignedRequest } from '../../http/signed-request.ts'
import { ForeignTokenError, PlaneError } from '../errors.ts'
import type { PlaneAllows } from '../operations.ts'
import type { FindPlaneKey, PlaneKey, PlaneSigner } from '../types.ts'

/** A key pair that is no account's own: it was issued, may go with a security token, and has an end. */
export interface IssuedKey extends PlaneKey {
  /** Null: it ends with what issued it alone. */
  readonly expiresAt: TimeMs | null
  /** What a policy allows; null for all that its rights do. */
  readonly allows: PlaneAllows | null
}

/** `token` is the security token of the request; null where it has none. */
export type FindIssuedKey = (accessKey: string, token: string | null) => IssuedKey | null

/** The names of the security token, as header and as parameter (page obs_04_0015). */
const TOKEN_NAMES = ['x-obs-security-token', 'x-amz-security-token']

export interface RequestKeys {
  /** The key that may have signed the request. Throws PlaneError `access-denied` for a token that is not ours, `url-expired`. */
  readonly findKey: FindPlaneKey
  /** The signer with what the policy of its key allows. */
  limited(signer: PlaneSigner): PlaneSigner
}

/** The keys that may have signed a request: the accounts' own, and those that were issued. A request with a token has one of these. */
export function requestKeys(
  request: Pick<SignedRequest, 'query' | 'headers'>,
  findKey: FindPlaneKey,
  findIssued: FindIssuedKey | null,
  now: TimeMs,
): RequestKeys {
  if (findIssued === null) return { findKey, limited: (signer) => signer }
  const token = readToken(request)
  let used: IssuedKey | null = null
  return {
    findKey: (accessKey) => {
      const own = token === null ? findKey(accessKey) : null
      if (own !== null) return own
      used = findIssued(accessKey, token)
      if (token !== null && used === null)
        throw new ForeignTokenError('the security token is not one of ours, or of another key')
      if (used !== null && used.expiresAt !== null && now >= used.expiresAt)
        throw new PlaneError('url-expired', 'the security token is over')
      return used
    },
    limited: (signer) => {
      const allows = used?.allows ?? null
      return allows === null ? signer : { ...signer, allows }
    },
  }
}

function readToken({ query, headers }: Pick<SignedRequest, 'query' | 'headers'>): string | null {
  const tokens = TOKEN_NAMES.flatMap((name) => [
    ...valuesOfAnyCase(query, name),
    ...[headerText(headers, name)].filter((text) => text !== undefined),
  ])
  if (new Set(tokens).size > 1)
    throw new PlaneError('signature-malformed', 'there are several security tokens')
  return tokens[0] ?? null
}

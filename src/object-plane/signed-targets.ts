import { hostSpellings, pathSpellings } from '../http/signed-request.ts'
import type { PlaneRequest } from './types.ts'

/** A host and a path that a client may have signed for a request. */
export interface SignedTarget {
  readonly host: string
  /** Percent-encoded. */
  readonly path: string
}

/**
 * All that a client may have signed as host and encoded path. `hosts` are names that a proxy may have been reached by: they count only
 * where the bucket is in the path, since another host would be another bucket.
 */
export function signedTargets(request: PlaneRequest, hosts: readonly string[]): readonly SignedTarget[] {
  const paths = pathSpellings(request.rawPath)
  return signedHosts(request, hosts).flatMap((host) => paths.map((path) => ({ host, path })))
}

/** The hosts alone, for clouds that sign other paths. */
export const signedHosts = (
  { host, bucket }: Pick<PlaneRequest, 'host' | 'bucket'>,
  hosts: readonly string[],
): readonly string[] => hostSpellings(host, bucket === null ? hosts : [])

import { ALL_RIGHTS } from '../../core/model/accounts.ts'
import { requireRight } from '../../core/rules/rights.ts'
import type { Exchange, Reply, RoutePath } from '../../http/types.ts'
import { type Place, requireBucket, requireSupported } from '../admission.ts'
import { bucketNamed } from '../bucket-name.ts'
import { decodePath } from '../decode-path.ts'
import { PlaneError } from '../errors.ts'
import type { PlaneBuckets } from '../types.ts'
import type { Handling, Operation } from './operation.ts'

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE']

/** Paths of buckets alone: `/bucket` and `/bucket/`. */
export const bucketPath =
  (buckets: PlaneBuckets): RoutePath =>
  (path) => {
    const name = bucketNamed(path)
    return name !== null && buckets.has(name)
  }

/**
 * Requests about a whole bucket, or about the service. HEAD says whether a bucket is there. Lists, settings and all else are answered
 * `not-implemented`, to who may sign here.
 */
export const bucketOperations: readonly Operation[] = METHODS.map((method) => ({
  ...{ call: 'bucket', method, at: 'bucket' },
  handlerOf: (handling, place) => (exchange) => answerBucket(handling, place, exchange),
}))

async function answerBucket(
  { flavour, signer: signerOf }: Handling,
  place: Place,
  exchange: Exchange,
): Promise<Reply> {
  const { buckets } = place.namespace
  const bucket = place.bucketIn(exchange)
  const name = bucket ?? bucketNamed(decodePath(exchange.rawPath))
  const isHead = exchange.method === 'HEAD'
  const headers = {
    ...flavour.commonHeaders(exchange),
    ...(name === null ? {} : flavour.bucketHeaders(name)),
  }
  if (name !== null) requireBucket(buckets, name)
  if (isHead && flavour.probe !== undefined && hasQuery(exchange, flavour.probe.query)) {
    return { status: 200, headers: { ...headers, ...flavour.probe.headers } }
  }
  const { claim: signer } = await signerOf(exchange, bucket)
  if (name !== null && !buckets.isOf(name, signer.account))
    throw new PlaneError('access-denied', 'the bucket is of another account')
  // Whether a bucket is there is no secret from keys that may read in some of it.
  requireRight({ ...ALL_RIGHTS, may: signer.rights.may }, 'read', { bucket: null, key: '' })
  if (!isHead || (name === null && !buckets.isImplied))
    throw new PlaneError('not-implemented', 'there is no such request about a bucket here')
  requireSupported(exchange.query, flavour.unsupportedQueries)
  return { status: 200, headers }
}

const hasQuery = ({ query }: Exchange, name: string): boolean =>
  query.some(([each]) => each.toLowerCase() === name)

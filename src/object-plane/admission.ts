import type { Accounts } from '../core/accounts.ts'
import { requireRight } from '../core/rules/rights.ts'
import { signedRequest } from '../http/signed-request.ts'
import type { Exchange } from '../http/types.ts'
import { keysOf } from './account-keys.ts'
import { policyDenies, requireBucketRight, requireOwnBucket } from './bucket-admission.ts'
import { bucketNamed } from './bucket-name.ts'
import { decodePath } from './decode-path.ts'
import { ForeignTokenError, PlaneError } from './errors.ts'
import { type BucketOperation, OPERATIONS, type PlaneOperation } from './operations.ts'
import type {
  AnonymousAsked,
  FindPlaneKey,
  PlaneBuckets,
  PlaneFlavour,
  PlaneForm,
  PlaneFormClaim,
  PlaneFormFlavour,
  PlaneNamespace,
  PlaneSigner,
  PlaneTarget,
} from './types.ts'

/** Who asks, and for what. */
export interface Admitted {
  readonly signer: PlaneSigner
  readonly target: PlaneTarget
}

/** A right that was shown may end while bytes come in: `again` throws what the request would be refused with now, whatever the time. */
export interface Proven<Claim> {
  readonly claim: Claim
  again(): Promise<void>
}

export interface Admission {
  /** Who signed a request to a bucket, or to the service for null. Throws PlaneError. */
  signer(exchange: Exchange, bucket: string | null): Promise<Proven<PlaneSigner>>
  /** Who signed a form, and what its policy allows. Throws PlaneError. */
  formClaim(exchange: Exchange, form: PlaneFormFlavour, sent: PlaneForm): Promise<Proven<PlaneFormClaim>>
  /**
   * Checks who signed, what is asked for, and whether the signer may do it there, by URL and headers alone. `queries` (lower
   * case) are supported here, whatever the flavour says. Throws PlaneError, and CoreError `access-denied`.
   */
  admit(
    exchange: Exchange,
    place: Place,
    operation: PlaneOperation,
    queries?: readonly string[],
  ): Promise<Admitted & Pick<Proven<PlaneSigner>, 'again'>>
  /** The same of a whole bucket, or of some of its keys. The signer's account need not have the bucket. */
  admitToBucket(
    exchange: Exchange,
    place: Place,
    operation: BucketOperation,
    about?: AboutBucket,
  ): Promise<AdmittedToBucket>
}

/** What a request about a bucket is about. */
export interface AboutBucket {
  /** What the keys begin with that it may touch. Null leaves that to whoever asks. Default empty. */
  readonly prefix?: string | null
  /** Query names (lower case) that it takes, whatever the flavour says. */
  readonly queries?: readonly string[]
}

/** Who asks about a bucket. */
export interface AdmittedToBucket extends Pick<Proven<PlaneSigner>, 'again'> {
  readonly signer: PlaneSigner
  /** As clients name it. */
  readonly bucket: string
}

/** Where requests of a route lead. */
export interface Place {
  readonly namespace: PlaneNamespace
  /** The bucket that the request's host names, on routes of such hosts; null on others. */
  bucketIn(exchange: Exchange): string | null
}

/** Lets requests in that one of the accounts' keys, or what was made from them, has signed. */
export function admission(flavour: PlaneFlavour, accounts: Accounts): Admission {
  const findKey = keysOf(accounts)
  const signerOf: Admission['signer'] = (exchange, bucket) => {
    const request = { ...signedRequest(exchange), bucket }
    const authenticate: Authenticate<PlaneSigner> = (find) => flavour.authenticate(request, find)
    return proven(exchange, { accounts, findKey }, authenticate, (signer) => signer)
  }
  const whoever = whoeverAsks(flavour, signerOf)
  return {
    signer: signerOf,
    formClaim: (exchange, form, sent) =>
      proven(
        exchange,
        { accounts, findKey },
        (find) => form.authenticate(sent, find),
        ({ signer }) => signer,
      ),
    admit: async (exchange, { namespace, bucketIn }, operation, queries = []) => {
      const bucket = bucketIn(exchange)
      if (bucket !== null) requireBucket(namespace.buckets, bucket)
      const at = { bucket, path: decodePath(exchange.rawPath) }
      const { claim: signer, again } = await whoever(exchange, namespace, { ...at, operation, queries })
      requireSupported(exchange.query, flavour.unsupportedQueries, queries)
      const target = locate(namespace, at, signer, operation)
      flavour.checkKey(target.key)
      return { signer, target, again }
    },
    admitToBucket: async (exchange, { namespace, bucketIn }, operation, about = {}) => {
      const { prefix = '', queries = [] } = about
      const host = bucketIn(exchange)
      const path = decodePath(exchange.rawPath)
      const bucket = host ?? bucketNamed(path) ?? namespace.buckets.impliedName ?? ''
      if (bucket !== '') requireBucket(namespace.buckets, bucket)
      const { claim: signer, again } = await whoever(exchange, namespace, {
        path,
        bucket: host,
        operation,
        queries,
      })
      requireOwnBucket(namespace, operation, bucket, signer)
      requireSupported(exchange.query, flavour.unsupportedQueries, queries)
      requireBucketRight(signer.rights, operation, namespace, bucket, prefix)
      const isDenied = prefix !== null && signer.allows?.(operation, { bucket, key: prefix }) === false
      if (isDenied) throw policyDenies()
      return { signer, bucket, again }
    },
  }
}

/** Who signed, or everybody where nobody did and the namespace lets everybody in. */
const whoeverAsks =
  (flavour: PlaneFlavour, signerOf: Admission['signer']) =>
  async (
    exchange: Exchange,
    namespace: PlaneNamespace,
    asked: AnonymousAsked,
  ): Promise<Proven<PlaneSigner>> => {
    const { bucket } = asked
    const isOpen = flavour.isAnonymous?.({ ...signedRequest(exchange), bucket }) ?? false
    if (!isOpen || namespace.anonymous === undefined) return signerOf(exchange, bucket)
    const claim = await namespace.anonymous(asked)
    exchange.identified(claim.account)
    return { claim, again: async () => {} }
  }

type Authenticate<Claim> = (findKey: FindPlaneKey) => Claim

async function proven<Claim>(
  exchange: Exchange,
  { accounts, findKey }: { readonly accounts: Accounts; readonly findKey: FindPlaneKey },
  authenticate: Authenticate<Claim>,
  signerOf: (claim: Claim) => PlaneSigner,
): Promise<Proven<Claim>> {
  const before = accounts.all
  const claim = exchange.guesses.proveNamed(
    'signature',
    (named) =>
      authenticate((accessKey) => {
        named(accessKey)
        return findKey(accessKey)
      }),
    isWrong,
  )
  const signer = signerOf(claim)
  await requireStanding(signer)
  exchange.identified(signer.account)
  return {
    claim,
    again: async () => {
      // Where no account has changed, the signature is as good as it was.
      const now = accounts.all === before ? claim : unlessOver(() => authenticate(findKey))
      await requireStanding(now === null ? signer : signerOf(now))
    },
  }
}

/** Whether a secret was wrong, or a token none of ours. A key that nobody has gives nothing to try out. */
const isWrong = (error: unknown): boolean =>
  error instanceof ForeignTokenError || (error instanceof PlaneError && error.code === 'signature-mismatch')

async function requireStanding({ stands }: PlaneSigner): Promise<void> {
  if (stands !== undefined && !(await stands()))
    throw new PlaneError('access-denied', 'what the credentials were made by has ended')
}

/** Null: the signature was in time when the request began, and is not any more. */
function unlessOver<Claim>(authenticate: () => Claim): Claim | null {
  try {
    return authenticate()
  } catch (error) {
    const isOver =
      error instanceof PlaneError && (error.code === 'url-expired' || error.code === 'clock-skew')
    if (isOver) return null
    throw error
  }
}

/**
 * What the path means. Throws `access-denied` for what is not the signer's, or what its key may not do there, whether or not
 * anything is there.
 */
export function locate(
  namespace: PlaneNamespace,
  { bucket, path }: { readonly bucket: string | null; readonly path: string },
  signer: PlaneSigner,
  operation: PlaneOperation,
): PlaneTarget {
  const target = namespace.locate(path, bucket, signer.account)
  if (target === null) {
    throw bucket === null
      ? new PlaneError('no-such-bucket', 'no bucket is there')
      : new PlaneError('no-such-key', 'the bucket has no such key')
  }
  const isOwn = target.account === signer.account
  const isOfRealm = signer.grant === undefined || signer.grant.realm === target.realm
  if (!isOwn || !isOfRealm) throw new PlaneError('access-denied', 'of another account or realm')
  requireRight(signer.rights, OPERATIONS[operation], namespace.reachOf(target))
  if (signer.allows?.(operation, target) === false) throw policyDenies()
  return target
}

/** Throws `no-such-bucket`, whoever asks. */
export function requireBucket(buckets: PlaneBuckets, name: string): void {
  if (!buckets.has(name)) throw new PlaneError('no-such-bucket', 'no such bucket')
}

/** Throws `not-implemented` for a query with one of these names (lower case) that is not among the others. */
export function requireSupported(
  query: Exchange['query'],
  unsupported: readonly string[],
  but: readonly string[] = [],
): void {
  const names = unsupported.filter((name) => !but.includes(name))
  const found = query.find(([name]) => names.includes(name.toLowerCase()))
  if (found !== undefined) throw new PlaneError('not-implemented', `the query asks for ${found[0]}`)
}

/** Throws `not-implemented` for a header that changes what is asked for in ways the plane cannot follow. */
export function requireSupportedHeaders(exchange: Exchange, unsupported: readonly string[]): void {
  const { headers } = exchange.request
  const found = unsupported.find((name) => headers[name] !== undefined && headers[name] !== 'false')
  if (found !== undefined) throw new PlaneError('not-implemented', `the header ${found} is not supported`)
}

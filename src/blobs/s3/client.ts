import { createHash } from 'node:crypto'
import { HeadBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { CoreError } from '../../core/errors.ts'
import { codeOf, isConnectionFailure, reason, statusOf } from './failures.ts'
import type { S3Location } from './url.ts'

export interface S3Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface ClientOptions {
  /** Null for those of the usual environment, profile or role. */
  readonly keys: S3Keys | null
  /** How often a request is sent at most. */
  readonly attemptsMax: number
  /** How long a connection may be silent. */
  readonly idleMs: number
  /** Connections at a time; further requests wait. */
  readonly connectionsMax: number
}

const CONNECT_MS = 5000
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** A client that speaks plain S3: no trailers, no checksum headers that some stores refuse, no `Expect`. */
export function openClient(location: S3Location, options: ClientOptions): S3Client {
  const { endpoint, region, isPathStyle } = location
  const { connectionsMax: maxSockets } = options
  const client = new S3Client({
    ...(endpoint === null ? {} : { endpoint, region: 'us-east-1' }),
    ...(region === null ? {} : { region }),
    ...(options.keys === null ? {} : { credentials: options.keys }),
    forcePathStyle: isPathStyle,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false,
    maxAttempts: options.attemptsMax,
    retryMode: 'standard',
    logger: SILENT,
    requestHandler: {
      httpAgent: { keepAlive: true, maxSockets },
      httpsAgent: { keepAlive: true, maxSockets },
      connectionTimeout: CONNECT_MS,
      socketTimeout: options.idleMs,
      logger: SILENT,
    },
  })
  useContentMd5(client)
  return client
}

/** Removals of many have to carry a checksum: the one that every store knows. */
function useContentMd5(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const request = args.request as { headers: Record<string, string>; body?: unknown }
        if (commandName !== 'DeleteObjectsCommand' || typeof request.body !== 'string') return next(args)
        for (const name of Object.keys(request.headers)) {
          if (/^x-amz-(checksum-|sdk-checksum-)/i.test(name)) delete request.headers[name]
        }
        request.headers['content-md5'] = createHash('md5').update(request.body).digest('base64')
        return next(args)
      },
    { step: 'build', priority: 'low', name: 'contentMd5' },
  )
}

/** Fails with what an operator has to mend, in one line. Errors: `unavailable`, `storage-failed`. */
export async function requireBucket(client: S3Client, { bucket, endpoint }: S3Location): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket })).catch(async (error: unknown) => {
      if (statusOf(error) === null) throw error
      // An answer to HEAD has no body, and so no reason in it.
      await client.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }))
    })
  } catch (error) {
    const where = endpoint ?? 'the S3 service'
    if (isConnectionFailure(error)) {
      throw new CoreError('unavailable', `cannot reach ${where}: ${reason(error)}`, {}, error)
    }
    throw new CoreError('storage-failed', refusal(error, bucket, where), {}, error)
  }
}

function refusal(error: unknown, bucket: string, where: string): string {
  const status = statusOf(error)
  if (status === null) return `the bucket "${bucket}" cannot be opened: ${reason(error)}`
  const code = codeOf(error)
  switch (code) {
    case 'NoSuchBucket':
      return `there is no bucket "${bucket}" at ${where}`
    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
    case 'XAdminUserNotFound':
      return `${where} refuses the keys: ${code}`
    case 'AccessDenied':
      return `${where} refuses the keys: they have no rights to the bucket "${bucket}"`
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException':
      return `the bucket "${bucket}" is not in the region that was given: ${code}`
    default:
      return `${where} answers ${status} ${code} for the bucket "${bucket}"`
  }
}

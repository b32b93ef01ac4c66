import { createRequire } from 'node:module'

/** What a call of the vendor's client comes to; it does not reject when the server refuses. */
export interface ObsResult {
  readonly CommonMsg: {
    readonly Status: number
    readonly Code: string
    readonly Message: string
    readonly RequestId: string
  }
  readonly InterfaceResult: Readonly<Record<string, unknown>> | null
}

type Parameters = Readonly<Record<string, unknown>>
type Call = (parameters: Parameters) => Promise<ObsResult>

/** As much of esdk-obs-nodejs, which has no types, as tests use. */
export interface ObsClient {
  readonly putObject: Call
  readonly getObject: Call
  readonly getObjectMetadata: Call
  readonly initiateMultipartUpload: Call
  readonly uploadPart: Call
  readonly listParts: Call
  readonly completeMultipartUpload: Call
  readonly abortMultipartUpload: Call
  readonly listBuckets: Call
  readonly listObjects: Call
  readonly deleteObject: Call
  readonly deleteObjects: Call
  readonly copyObject: Call
  readonly copyPart: Call
  createSignedUrlSync(parameters: Parameters): {
    readonly SignedUrl: string
    readonly ActualSignedRequestHeaders: Readonly<Record<string, string>>
  }
  close(): void
}

export interface ObsClientOptions {
  readonly access_key_id: string
  readonly secret_access_key: string
  /** With an IP address requests are by path and signed as AWS does. */
  readonly server: string
  readonly signature?: 'obs' | 'v2'
  /** The server's host is a domain bound to the bucket. */
  readonly is_cname?: boolean
  readonly security_token?: string
}

const Client = createRequire(import.meta.url)('esdk-obs-nodejs') as new (
  options: ObsClientOptions & { readonly max_retry_count: number },
) => ObsClient

/** A client that is ready: it goes on with its set-up after the constructor. */
export async function openObsClient(options: ObsClientOptions): Promise<ObsClient> {
  const client = new Client({ ...options, max_retry_count: 0 })
  await new Promise((resolve) => setImmediate(resolve))
  return client
}

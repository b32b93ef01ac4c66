import { CreateBucketCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { ACCOUNT, startTestServer, type TestServer, type TestServerOptions } from '../../support/harness.ts'

/** A server that speaks S3, and the vendor's client of its first account. */
export interface S3Rig {
  readonly server: TestServer
  readonly url: string
  client(options?: S3ClientConfig): S3Client
  stop(): Promise<void>
}

export interface S3RigOptions extends TestServerOptions {
  /** A bucket that the first account has from the beginning. */
  readonly bucket?: string
}

export async function startS3({ bucket, ...options }: S3RigOptions = {}): Promise<S3Rig> {
  const settings = { 's3.listen': '127.0.0.1:0', ...options.settings }
  const server = await startTestServer({ ...options, settings })
  const url = server.ownUrls.get('s3') ?? ''
  const clients: S3Client[] = []
  const clientOf = (more: S3ClientConfig = {}): S3Client => {
    const client = new S3Client({
      ...{ endpoint: url, region: 'us-east-1', forcePathStyle: true },
      credentials: { accessKeyId: ACCOUNT.access_key, secretAccessKey: ACCOUNT.secret_key },
      ...more,
    })
    clients.push(client)
    return client
  }
  if (bucket !== undefined) await clientOf().send(new CreateBucketCommand({ Bucket: bucket }))
  return {
    server,
    url,
    client: clientOf,
    stop: async () => {
      for (const client of clients) client.destroy()
      await server.stop()
    },
  }
}

export const bytesOf = async (
  body: { transformToByteArray(): Promise<Uint8Array> } | undefined,
): Promise<Buffer> => Buffer.from((await body?.transformToByteArray()) ?? [])

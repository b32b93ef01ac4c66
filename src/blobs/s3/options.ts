import type { S3Keys } from './client.ts'

export interface S3BlobsOptions {
  /** `s3://bucket/prefix?endpoint=http://host:port&region=r&path_style=true`, as `parseS3Url` reads it. */
  readonly url: string
  /** Default: those of the usual AWS environment, profile or role. */
  readonly keys?: S3Keys
  /** Threads that hash. Default 2. */
  readonly workers?: number
  /** Most bytes that are held in memory for all writers together, at least 64 MiB. Default 160 MiB. */
  readonly bufferMax?: number
  /** How often a request is sent at most. Default 5. */
  readonly attemptsMax?: number
  /** How long a connection may be silent. Default 60 s. */
  readonly idleMs?: number
  /** How long a sender may stand still while others wait for memory. Default 10 s. */
  readonly stallMs?: number
}

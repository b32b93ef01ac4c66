import { createObjects, type Objects } from './objects.ts'
import type { BlobStore, Clock, MediaProbe, Metadata, Random } from './ports.ts'
import { createStaging, type Staging } from './staging.ts'
import { createUploads, type Uploads } from './uploads.ts'

/** What the core stands on. */
export interface Ports {
  readonly metadata: Metadata
  readonly blobs: BlobStore
  readonly media: MediaProbe
  readonly clock: Clock
  readonly random: Random
}

/** The life of uploads and objects: all that dialects and the object plane may ask for. */
export interface Core {
  readonly staging: Staging
  readonly uploads: Uploads
  readonly objects: Objects
  readonly media: MediaProbe
  readonly clock: Clock
  readonly random: Random
}

/** Wires the use cases to their stores. */
export function createCore(ports: Ports): Core {
  const { media, clock, random } = ports
  return {
    staging: createStaging(ports),
    uploads: createUploads(ports),
    objects: createObjects(ports),
    media,
    clock,
    random,
  }
}

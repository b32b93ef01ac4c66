import type { Assembly } from './assemblies/ports.ts'
import { type CatalogUses, createCatalog } from './catalog/catalog.ts'
import type { Facts } from './facts.ts'
import { createLanding, type Landing } from './landing.ts'
import { createObjects, type Objects } from './objects.ts'
import type { BlobStore, Clock, DirectAccess, MediaProbe, Random } from './ports.ts'
import { createStaging, type Staging } from './staging.ts'
import type { Tasks } from './tasks.ts'
import { createTokenUses, type TokenUses } from './trees/tokens.ts'
import { createTrees, type TreeUses } from './trees/trees.ts'
import { createUploads, type Uploads } from './uploads.ts'

/** What the core stands on. */
export interface Ports {
  readonly metadata: Facts
  readonly blobs: BlobStore
  /** The same store's ability to be reached by clients, where that is wanted. */
  readonly direct?: DirectAccess
  /** The same store's ability to put parts together, where it has it. */
  readonly assembly?: Assembly
  readonly media: MediaProbe
  readonly clock: Clock
  readonly random: Random
}

/** The life of uploads and objects: all that dialects and the object plane may ask for. */
export interface Core {
  readonly staging: Staging
  /** Null where clients do not reach the blob store themselves. */
  readonly landing: Landing | null
  readonly uploads: Uploads
  readonly objects: Objects
  readonly catalog: CatalogUses
  readonly trees: TreeUses
  readonly tokens: TokenUses
  readonly tasks: Tasks
  readonly media: MediaProbe
  readonly clock: Clock
  readonly random: Random
}

/** Wires the use cases to their stores. */
export function createCore(ports: Ports): Core {
  const { media, clock, random, direct } = ports
  return {
    staging: createStaging(ports),
    landing: direct === undefined ? null : createLanding(ports, direct),
    uploads: createUploads(ports),
    objects: createObjects(ports),
    catalog: createCatalog(ports),
    trees: createTrees(ports),
    tokens: createTokenUses(ports),
    tasks: ports.metadata,
    media,
    clock,
    random,
  }
}

import type { Clock } from './clock.ts'
import { limitedFacts } from './limited-facts.ts'
import type { MediaProbe } from './ports/media.ts'
import type { Ports } from './ports.ts'
import type { Random } from './random.ts'
import { type Answers, createAnswers } from './use-cases/answers.ts'
import { type Buckets, createBuckets } from './use-cases/buckets.ts'
import { type Catalog, createCatalog } from './use-cases/catalog.ts'
import { createDamages, type Damages } from './use-cases/damages.ts'
import { createLanding, type Landing } from './use-cases/landing.ts'
import { createObjects, type Objects } from './use-cases/objects.ts'
import { createReading } from './use-cases/reading.ts'
import { createStaging, type Staging } from './use-cases/staging.ts'
import { createTasks, type Tasks } from './use-cases/tasks.ts'
import { createTokens, type Tokens } from './use-cases/tokens.ts'
import { createTrees, type Trees } from './use-cases/trees.ts'
import { type CommitOptions, createUploads, type Uploads } from './use-cases/uploads.ts'

export type { SearchObjects } from './ports/commands/catalog.ts'
export type { Changes, RepeatableCall } from './use-cases/answers.ts'
export type { Damages } from './use-cases/damages.ts'
export type { LeadOptions } from './use-cases/leading.ts'
export type { UpdateOptions } from './use-cases/objects.ts'
export type { ReadBlobOptions } from './use-cases/reading.ts'
export type { CommitOptions, Landing, Objects, Staging, Trees }

/** The life of uploads and objects: all that dialects and the object plane may ask for. */
export interface Core {
  readonly staging: Staging
  readonly damages: Damages
  /** Null where clients do not reach the blob store themselves. */
  readonly landing: Landing | null
  readonly uploads: Uploads
  readonly objects: Objects
  readonly buckets: Buckets
  readonly catalog: Catalog
  readonly trees: Trees
  readonly tokens: Tokens
  readonly answers: Answers
  readonly tasks: Tasks
  readonly media: MediaProbe
  readonly clock: Clock
  readonly random: Random
}

/** Wires the use cases to their stores. */
export function createCore(given: Ports): Core {
  const { media, clock, random, direct, limitsOf, metadata } = given
  const ports = limitsOf === undefined ? given : { ...given, metadata: limitedFacts(metadata, limitsOf) }
  const damages = createDamages(ports)
  const reading = createReading(ports, damages)
  return {
    damages,
    staging: createStaging(ports),
    landing: direct === undefined ? null : createLanding(ports, direct),
    uploads: createUploads(ports, damages),
    objects: createObjects(ports, damages, reading),
    buckets: createBuckets(ports),
    catalog: createCatalog(ports, damages),
    trees: createTrees(ports, damages, reading),
    tokens: createTokens(ports),
    answers: createAnswers(ports, damages),
    tasks: createTasks(ports),
    media,
    clock,
    random,
  }
}

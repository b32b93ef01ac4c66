import { type BucketName, bucketName, bucketParts } from '../../../src/core/model/buckets.ts'
import { NAMES } from '../values.ts'
import { BUCKETS, USERS_BUCKETS, type World } from '../world.ts'
import type { Generators } from './generator.ts'
import { newVolume, treeBucket } from './places.ts'

type Name =
  | 'createBucket'
  | 'findBucket'
  | 'findPublicBucket'
  | 'listBuckets'
  | 'updateBucket'
  | 'deleteBucket'
  | 'listKeys'

/** Buckets that often have something. */
const LISTED = [...BUCKETS, ...USERS_BUCKETS]
const PARTS: readonly string[] = ['a', 'a/', 'b/a', 'x/', 'song', '\uff00', '\u{1d4b3}', 'a//', '/']

export const bucketGenerators: Generators<Name> = {
  createBucket: {
    weight: 5,
    make: (world) => ({ ...users(world), settings: world.json(), now: world.now() }),
  },
  findBucket: { weight: 2, make: any },
  findPublicBucket: { weight: 6, make: (world) => ({ name: bucketParts(world.pick(USERS_BUCKETS)).name }) },
  listBuckets: {
    weight: 2,
    make: (world) => ({
      ...{ account: world.account(), owner: world.pick([null, null, '', 'x', 't', 'never']) },
      ...{ after: world.chance(500) ? null : someBucket(world), limit: world.limit() },
    }),
  },
  updateBucket: {
    weight: 3,
    make: (world) => ({
      ...{ ...any(world), settings: world.json(), now: world.now() },
      ...(world.chance(600) ? { isPublic: world.chance(900) } : {}),
      ifVersion: world.pick([null, null, null, 1, 1, 2]),
    }),
  },
  deleteBucket: { weight: 6, make: (world) => ({ ...users(world), mark: world.newBlobId() }) },
  listKeys: {
    weight: 14,
    make: (world) => ({
      ...{ account: world.account(), bucket: world.pick([...LISTED, treeBucket(newVolume(world))]) },
      ...{ prefix: world.pick(['', '', '', ...PARTS]), delimiter: world.pick([null, '/', '/', '.', ' (']) },
      ...{ after: world.pick(['', '', ...PARTS, ...NAMES]), limit: world.limit() },
    }),
  },
}

function users(world: World) {
  return { account: world.account(), bucket: world.or(world.pick(USERS_BUCKETS), () => someBucket(world)) }
}

function any(world: World) {
  return { account: world.account(), bucket: someBucket(world) }
}

const someBucket = (world: World): BucketName =>
  world.pick([...BUCKETS, ...USERS_BUCKETS, treeBucket(newVolume(world)), bucketName('x', 'never')])

import type { UploadId } from '../../../src/core/ids.ts'
import type { ListedPart } from '../../../src/core/model/uploads.ts'
import type { KnownUpload } from '../known.ts'
import { hex, LIMITS } from '../values.ts'
import { HOUR_MS, MINUTE_MS, type World } from '../world.ts'
import { anyUpload, learnUpload, someUpload } from './addresses.ts'
import type { Generators } from './generator.ts'
import { someVolume } from './places.ts'

type Name =
  | 'beginUpload'
  | 'renewUpload'
  | 'describeUpload'
  | 'sealUpload'
  | 'abortUpload'
  | 'failUpload'
  | 'expireUploads'
  | 'forgetUploads'
  | 'findUpload'
  | 'listUploads'

const REFS: readonly string[] = ['r', 's', 't', 'u', 'İ', '\u{1d4b3}', "'", '%']

export const uploadGenerators: Generators<Name> = {
  beginUpload: {
    weight: 32,
    make: (world) => {
      const now = world.now()
      // One that is over at once cannot be begun again with the same id, as one whose answer was lost has to be.
      const expiresAt = Math.max(now + 1, world.later(6 * HOUR_MS))
      return {
        ...{ account: world.account(), id: world.newUploadId(), blob: world.newBlobId() },
        ...{ bucket: world.bucket(), ref: world.pick(REFS), key: world.key(), limits: world.pick(LIMITS) },
        ...{ attributes: world.json(), now, expiresAt, ...world.within() },
        ...(world.chance(150)
          ? { into: { volume: someVolume(world), replaces: world.pick([0, 0, 7]) } }
          : {}),
      }
    },
    learn: (world, upload) => learnUpload(world, upload),
  },
  renewUpload: {
    weight: 6,
    make: (world) => ({ ...addressed(world), expiresAt: world.later(), now: world.now() }),
    learn: (world, upload) => learnUpload(world, upload),
  },
  describeUpload: {
    weight: 3,
    make: (world) => ({ ...addressed(world), attributes: world.json(), now: world.now() }),
    learn: (world, upload) => learnUpload(world, upload),
  },
  sealUpload: {
    weight: 8,
    make: (world) => {
      const { known, account, upload } = someUpload(world)
      const parts = world.chance(500) ? { parts: listed(world, known) } : {}
      const ifVersion = world.chance(500) ? { ifVersion: world.ifVersion(known?.version) } : {}
      return { account, upload, ...parts, ...ifVersion, now: world.now() }
    },
    learn: (world, upload) => learnUpload(world, upload),
  },
  abortUpload: {
    weight: 3,
    make: (world) => ({ ...addressed(world), now: world.now() }),
    learn: (world, upload) => learnUpload(world, upload),
  },
  failUpload: {
    weight: 3,
    make: (world) => {
      const { known, account, upload } = someUpload(world)
      const reason = world.pick(['media-refused', '', 'İ'])
      return { account, upload, reason, ifVersion: world.ifVersion(known?.version), now: world.now() }
    },
    learn: (world, upload) => learnUpload(world, upload),
  },
  expireUploads: {
    weight: 2,
    make: (world) => ({ now: world.now(), limit: world.limit() }),
  },
  forgetUploads: {
    weight: 2,
    make: (world) => ({ before: world.before(30 * MINUTE_MS), limit: world.limit() }),
  },
  findUpload: {
    weight: 4,
    make: (world) => addressed(world),
    learn: (world, upload) => {
      if (upload !== null) learnUpload(world, upload)
    },
  },
  listUploads: {
    weight: 6,
    make: (world) => ({
      ...{ account: world.account(), bucket: world.bucket(), limit: world.limit(), now: world.now() },
      ...{ prefix: world.pick(['', '', 'a', 'a/', 'x/']), delimiter: world.pick([null, '/', '.']) },
      ...{ after: world.pick(['', '', 'a', 'x/', world.key()]), afterId: afterId(world) },
    }),
  },
}

function afterId(world: World): UploadId | null {
  if (world.chance(600)) return null
  return someUpload(world).known?.id ?? world.newUploadId()
}

function addressed(world: World) {
  const { account, upload } = world.chance(800) ? someUpload(world) : anyUpload(world)
  return { account, upload }
}

/** What a client lists of an upload: all its parts, some, or others. */
function listed(world: World, known: KnownUpload | undefined): readonly ListedPart[] {
  const all = [...(known?.parts ?? [])].map(([number, md5]) => ({
    number: world.or(number, () => 77),
    md5: md5 === undefined || world.chance(100) ? hex(world.random, 16) : md5,
  }))
  return world.chance(600) ? all : world.some(all, all.length)
}

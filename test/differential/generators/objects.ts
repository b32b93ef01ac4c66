import type { ObjectTraits, SeenObject, StoredObject } from '../../../src/core/model/objects.ts'
import type { KnownUpload } from '../known.ts'
import { KINDS, LABELS, NAMES, STATUSES, traitsOf } from '../values.ts'
import { HOUR_MS, type World } from '../world.ts'
import { anyUpload, learnEnd, someObject, someUpload } from './addresses.ts'
import type { Generators } from './generator.ts'
import { stagedBytes } from './parts.ts'

type Name =
  | 'putObject'
  | 'updateObject'
  | 'deleteObject'
  | 'holdObject'
  | 'findObject'
  | 'listObjects'
  | 'listBriefs'
  | 'usage'
  | 'searchObjects'

export const objectGenerators: Generators<Name> = {
  putObject: {
    weight: 16,
    make: (world) => ({
      ...{ account: world.account(), bucket: world.bucket(), key: world.key(), blob: world.newBlobId() },
      ...{
        staged: world.chance(300) ? null : stagedBytes(world),
        id: world.newObjectId(),
        ...index(world, 700),
      },
      ...{ traits: traitsOf(world.random), conflict: world.conflict() },
      ...{ objectsMax: world.pick([0, 0, 0, 3, 20]), deliveries: world.deliveries(), now: world.now() },
      ...seen(world, 'links', 80),
      ...seen(world, 'ifThere', 80),
      ...world.within(),
    }),
    learn: (world, object) => learnObject(world, object),
  },
  updateObject: {
    weight: 22,
    make: (world) => {
      const { known, account, object } = someObject(world)
      const isOwn = (upload: KnownUpload) => upload.account === account
      const ended = world.chance(500) ? someUpload(world, isOwn) : anyUpload(world, isOwn)
      const ends = world.chance(500) ? { ends: ended.upload } : {}
      // Both the object and the upload that ends are often wrong at the same time: one of them has to be told.
      const ifVersion = world.chance(200) ? 0 : world.ifVersion(known?.version)
      return {
        ...{ account, object, ifVersion, change: someFields(world), ...ends },
        ...{ ...index(world, 300), ...(world.chance(150) ? { dropsContent: true } : {}) },
        ...{ deliveries: world.deliveries(), now: world.now() },
      }
    },
    learn: (world, object, { account, ends }) => {
      if (ends !== undefined) learnEnd(world, { account, upload: ends })
      learnObject(world, object)
    },
  },
  deleteObject: {
    weight: 4,
    make: (world) => {
      const { account, object } = someObject(world)
      return { account, object, ...seen(world, 'ifThere', 200), now: world.now() }
    },
    learn: ({ known }, object) => known.objects.drop(object.id),
  },
  holdObject: {
    weight: 5,
    make: (world) => {
      const { account, object } = someObject(world)
      return { account, object, by: world.pick([1, -1, -1]), now: world.now() }
    },
    learn: (world, object) => learnObject(world, object),
  },
  findObject: {
    weight: 4,
    make: (world) => {
      const { account, object } = someObject(world)
      return { account, object }
    },
  },
  listObjects: {
    weight: 5,
    make: (world) => ({
      ...{ account: world.account(), bucket: world.bucket(), kind: world.pick([null, null, null, ...KINDS]) },
      ...{
        status: world.pick([null, null, null, ...STATUSES]),
        keyword: keyword(world),
        order: order(world),
      },
      ...{ limit: world.limit(), offset: world.offset() },
    }),
  },
  listBriefs: {
    weight: 4,
    make: (world) => {
      const known = world.known.objects.one(world.random)
      const after = known === undefined || world.chance(400) ? null : known
      return {
        ...{ account: world.account(known?.account), bucket: world.bucket(known?.bucket) },
        ...{ kind: known?.kind ?? world.pick(KINDS), status: world.pick(STATUSES) },
        after: after === null ? null : { id: after.id, createdAt: after.createdAt },
        limit: world.limit(),
      }
    },
  },
  usage: { weight: 2, make: (world) => ({ account: world.account(), bucket: world.bucket() }) },
  searchObjects: {
    weight: 8,
    make: (world) => ({
      ...{
        account: world.account(),
        bucket: world.bucket(),
        keys: world.chance(150) ? world.some(NAMES, 8) : null,
      },
      labels: Array.from({ length: world.pick([0, 0, 1, 1, 2]) }, () => world.some(LABELS, 5)),
      statuses: world.chance(300) ? world.some(STATUSES, 2) : null,
      kinds: world.chance(300) ? world.some(KINDS, 2) : null,
      keyword: searched(world),
      createdFrom: world.chance(150) ? world.before(HOUR_MS) : null,
      createdUntil: world.chance(150) ? world.before(HOUR_MS) : null,
      ...{
        order: order(world),
        limit: world.limit(),
        offset: world.offset(),
        countMax: world.pick([1, 5, 1000]),
      },
    }),
  },
}

export function learnObject({ known }: World, object: StoredObject): void {
  known.objects.dropAll(
    ({ id, account, bucket, key }) =>
      id !== object.id && account === object.account && bucket === object.bucket && key === object.key,
  )
  known.objects.put(object.id, object)
  if (object.content !== null) known.blobs.put(object.content.blob, object.content.blob)
}

export function someFields(world: World): Partial<ObjectTraits> {
  const entries = Object.entries(traitsOf(world.random))
  return Object.fromEntries(world.some(entries, 3))
}

export const index = (world: World, perMille: number) =>
  world.chance(perMille) ? { index: { labels: world.some(LABELS, 4), text: world.pick(NAMES) } } : {}

const order = (world: World) => world.pick(['newest-first', 'oldest-first'] as const)

/** A part of a name, in any letter case; the id of an object; what means something to LIKE. */
function keyword(world: World): string | null {
  if (world.chance(500)) return null
  const [name, id] = [world.pick(NAMES), world.known.objects.one(world.random)?.id ?? '']
  return world.pick([name.slice(0, 2), name.toUpperCase(), id, id.slice(1), '%', '_', '!', '', 'S'])
}

function searched(world: World) {
  const text = keyword(world)
  return text === null ? null : { text, orLabels: world.chance(300) ? world.some(LABELS, 2) : [] }
}

/** An object as it was seen, under that name, or nothing; some are others than the command is about. */
function seen<Name extends string>(world: World, name: Name, perMille: number) {
  const known = world.chance(perMille) ? someObject(world).known : undefined
  return known === undefined ? {} : { [name]: { id: known.id, version: known.version } as SeenObject }
}

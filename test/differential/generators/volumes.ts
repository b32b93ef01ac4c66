import type { World } from '../world.ts'
import type { Generators } from './generator.ts'
import {
  idOf,
  isOf,
  newVolume,
  someEntry,
  someRealm,
  someVolume,
  treeBucket,
  VOLUMES,
  volumeOf,
} from './places.ts'

type Name =
  | 'createVolume'
  | 'findVolume'
  | 'listVolumes'
  | 'countVolumes'
  | 'updateVolume'
  | 'deleteVolume'
  | 'volumeUsage'
  | 'realmBytes'
  | 'realmSettings'
  | 'setRealmSettings'
  | 'measureDirectory'

const OWNERS: readonly string[] = ['', 'ann', 'İ']

export const volumeGenerators: Generators<Name> = {
  createVolume: {
    weight: 5,
    make: (world) => {
      const volume = newVolume(world)
      const bucket = world.or(treeBucket(volume), () => treeBucket(newVolume(world)))
      return {
        ...{ volume, bucket, root: world.newObjectId(), owner: world.pick(OWNERS) },
        ...{ attributes: world.json(), ifAbsent: world.chance(500), now: world.now() },
        ...world.within(),
      }
    },
    learn: ({ known }, { root, createdAt, account, realm, volume }) => {
      const address = { account, realm, volume }
      known.volumes.put(JSON.stringify(address), address)
      if (known.entries.get(root) !== undefined) return
      known.entries.put(root, {
        ...{ kind: 'directory', id: root, volume: address, parent: null, name: '', path: [], attributes: {} },
        ...{ createdAt, modifiedAt: createdAt, localCreatedAt: null, localModifiedAt: null, version: 1 },
        ...{ fileCount: 0, directoryCount: 0 },
      })
    },
  },
  findVolume: { weight: 2, make: someVolume },
  listVolumes: {
    weight: 3,
    make: (world) => ({
      ...{
        ...someRealm(world),
        after: world.pick(['', '', '', '', ...VOLUMES]),
        prefix: world.pick(['', '', '', 'v', '\uff00']),
      },
      ...{ owner: world.pick([null, null, ...OWNERS]), limit: world.limit() },
    }),
  },
  countVolumes: {
    weight: 2,
    make: (world) => ({ ...someRealm(world), owner: world.pick([null, ...OWNERS]) }),
  },
  updateVolume: { weight: 1, make: (world) => ({ ...someVolume(world), attributes: world.json() }) },
  deleteVolume: {
    weight: 2,
    make: (world) => ({ ...someVolume(world), force: world.chance(300), now: world.now() }),
    learn: ({ known }, _, { account, realm, volume }) => {
      known.volumes.drop(JSON.stringify({ account, realm, volume }))
      known.entries.dropAll(
        (entry) =>
          entry.volume.account === account && entry.volume.realm === realm && entry.volume.volume === volume,
      )
    },
  },
  volumeUsage: { weight: 3, make: someVolume },
  realmBytes: { weight: 2, make: someRealm },
  realmSettings: { weight: 2, make: someRealm },
  setRealmSettings: {
    weight: 2,
    make: (world) => ({ ...someRealm(world), attributes: world.json(), now: world.now() }),
  },
  measureDirectory: { weight: 3, make: someDirectory },
}

function someDirectory(world: World) {
  const directory = someEntry(world, isOf('directory'))
  return { volume: volumeOf(world, directory), id: idOf(world, directory) }
}

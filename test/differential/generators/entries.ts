import type { AccountId } from '../../../src/core/ids.ts'
import type { Entry, EntryAddress } from '../../../src/core/model/trees.ts'
import type { PutEntry } from '../../../src/core/ports/commands/entries.ts'
import type { World } from '../world.ts'
import type { Generators } from './generator.ts'
import {
  entryName,
  entryTraits,
  idOf,
  isOf,
  learnEntry,
  seenAt,
  someEntry,
  somePlace,
  someVolume,
  treeConflict,
  volumeOf,
} from './places.ts'

type Name =
  | 'findEntry'
  | 'makeDirectory'
  | 'updateEntry'
  | 'holdEntry'
  | 'putEntry'
  | 'listEntries'
  | 'listFiles'

export const entryGenerators: Generators<Name> = {
  findEntry: {
    weight: 6,
    make: (world) => {
      const entry = someEntry(world)
      return { volume: volumeOf(world, entry), at: addressOf(world, entry) }
    },
    learn: (world, entry) => {
      if (entry !== null) learnEntry(world, entry)
    },
  },
  makeDirectory: {
    weight: 14,
    make: (world) => {
      const above = someEntry(world, isOf('directory'))
      const names = Array.from({ length: world.pick([0, 1, 1, 1, 2, 3]) }, () => entryName(world))
      const path = [...(above?.path ?? []), ...names]
      return {
        ...{ volume: volumeOf(world, above), path, ids: path.map(world.newObjectId) },
        ...{ conflict: treeConflict(world), traits: entryTraits(world), now: world.now() },
        ...world.within(),
      }
    },
    learn: learnEntry,
  },
  updateEntry: {
    weight: 4,
    make: (world) => {
      const entry = someEntry(world)
      return {
        ...{
          volume: volumeOf(world, entry),
          id: idOf(world, entry),
          ifVersion: world.ifVersion(entry?.version),
        },
        change: Object.fromEntries(world.some(Object.entries(entryTraits(world)), 2)),
      }
    },
    learn: learnEntry,
  },
  holdEntry: {
    weight: 6,
    make: (world) => {
      const entry = someEntry(world, isOf('file'))
      return { volume: volumeOf(world, entry), id: idOf(world, entry), by: world.pick([1, -1, -1]) }
    },
    learn: learnEntry,
  },
  putEntry: {
    weight: 16,
    make: (world) => {
      const { volume, ...place } = somePlace(world)
      return {
        ...{ volume, place, id: world.newObjectId(), conflict: world.conflict(), traits: entryTraits(world) },
        ...{ what: someContent(world, volume.account), now: world.now(), ifThere: seenAt(world, place) },
        ...world.within(),
      }
    },
    learn: (world, { entry }) => learnEntry(world, entry),
  },
  listEntries: {
    weight: 10,
    make: (world) => {
      const found = someEntry(world, ({ kind, path }) => kind === 'directory' && path !== null)
      const { volume, directory, ...listing } = begunList(world) ?? {
        ...{ volume: volumeOf(world, found), directory: null, order: someOrder(world), after: null },
        ...{ descending: world.chance(500), offset: world.offset() },
      }
      return {
        ...{ volume, directory: directory ?? addressOf(world, found), ...listing },
        ...{
          directoriesFirst: world.chance(500),
          only: world.pick([null, null, 'directories', 'others'] as const),
        },
        ...{
          prefix: world.pick(['', '', '', 'a', 'n', '\uff00', '%']),
          afterName: world.pick([null, null, 'a', 'b']),
        },
        limit: world.limit(),
      }
    },
    learn: ({ known }, { next }, { volume, directory, order, descending }) => {
      if (next !== null)
        known.markers.put(next.id + order, { volume, directory, order, descending, marker: next })
    },
  },
  listFiles: {
    weight: 5,
    make: (world) => {
      const {
        directory: _,
        offset: __,
        ...listing
      } = begunList(world) ?? {
        ...{ volume: someVolume(world), directory: null, order: someOrder(world), after: null },
        ...{ descending: world.chance(500), offset: 0 },
      }
      return { ...listing, limit: world.limit() }
    },
    learn: ({ known }, { next }, { volume, order, descending }) => {
      if (next !== null)
        known.markers.put(next.id + order, { volume, directory: null, order, descending, marker: next })
    },
  },
}

/** A list to go on with, now and then in another order. */
function begunList(world: World) {
  const known = world.chance(400) ? world.known.markers.one(world.random) : undefined
  if (known === undefined) return undefined
  const { volume, directory, descending, marker } = known
  return {
    volume,
    directory,
    descending,
    after: marker,
    offset: 0,
    order: world.chance(400) ? someOrder(world) : known.order,
  }
}

const someOrder = (world: World) =>
  world.pick(['name', 'modified', 'size', 'created', 'local-created'] as const)

function addressOf(world: World, entry: Entry | undefined): EntryAddress {
  const path = entry?.path ?? null
  if (path === null || world.chance(500)) return { id: idOf(world, entry) }
  return { path: world.or(path, () => [...path, entryName(world)]) }
}

function someContent(world: World, account: AccountId): PutEntry['what'] {
  const contentType = world.pick([null, 'text/plain'])
  switch (world.pick(['link', 'virtual', 'file', 'file'] as const)) {
    case 'link':
      return { kind: 'link', target: idOf(world, someEntry(world)) }
    case 'virtual':
      return { kind: 'virtual', size: world.pick([0, 5, 2 ** 53 - 1]), contentType }
    case 'file': {
      const file = someEntry(world, (entry) => entry.kind === 'file' && entry.volume.account === account)
      const blob = file?.kind === 'file' ? world.or(file.content.blob, world.newBlobId) : world.newBlobId()
      return {
        kind: 'file',
        source: { volume: volumeOf(world, file), id: idOf(world, file), blob },
        contentType,
      }
    }
  }
}

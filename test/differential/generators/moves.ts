import type { Entry, VolumeAddress } from '../../../src/core/model/trees.ts'
import type { CopyDirectory } from '../../../src/core/ports/commands/copies.ts'
import { plain } from '../outcomes.ts'
import { HOUR_MS, type World } from '../world.ts'
import type { Generators } from './generator.ts'
import {
  idOf,
  isOf,
  learnEntry,
  seenAt,
  seenBlob,
  seenPlace,
  someEntry,
  somePlace,
  treeConflict,
  volumeOf,
} from './places.ts'

type Name = 'moveEntry' | 'copyDirectory' | 'beginCopy' | 'continueCopy' | 'removeEntry' | 'removeDoomed'

export const moveGenerators: Generators<Name> = {
  moveEntry: {
    weight: 12,
    make: (world) => {
      const entry = someEntry(world)
      const to = somePlace(world, near(world, entry))
      return {
        ...{
          volume: volumeOf(world, entry),
          id: idOf(world, entry),
          conflict: world.conflict(),
          now: world.now(),
        },
        ...{
          to,
          ifBlob: seenBlob(world, entry),
          ifPlace: seenPlace(world, entry),
          ifThere: seenAt(world, to),
        },
      }
    },
    learn: learnEntry,
  },
  copyDirectory: {
    weight: 5,
    make: (world) => ({ ...copying(world), entriesMax: world.pick([1, 2, 5, 60, 500]) }),
    learn: (world, directory) => {
      if (directory !== null) learnEntry(world, directory)
    },
  },
  beginCopy: {
    weight: 3,
    make: copying,
    learn: ({ known }, _, { id, to }) => {
      const { account } = to.volume
      known.copies.put(id, { account, id })
    },
  },
  continueCopy: {
    weight: 8,
    make: (world) => {
      const { copies } = world.known
      const known = world.or(copies.one(world.random), () => copies.oneGone(world.random))
      return {
        ...{ account: world.account(known?.account), id: known?.id ?? world.newObjectId() },
        ...{ limit: world.limit(), now: world.now() },
      }
    },
    learn: (world, directory) => {
      if (directory === null) return
      world.known.copies.drop(directory.id)
      learnEntry(world, directory)
    },
  },
  removeEntry: {
    weight: 12,
    make: (world) => {
      const entry = someEntry(world, ({ parent }) => parent !== null)
      return {
        ...{
          volume: volumeOf(world, entry),
          id: idOf(world, entry),
          bin: world.chance(600),
          now: world.now(),
        },
        ...{ ifBlob: seenBlob(world, entry), ifPlace: seenPlace(world, entry), ifEmpty: world.chance(200) },
        kind: world.pick([null, entry?.kind ?? null, world.or(null, () => 'directory' as const)] as const),
      }
    },
    learn: ({ known }, { entry, recycledId }) => {
      known.entries.dropAll((other) => isBelow(other, entry))
      if (recycledId === null) known.entries.drop(entry.id)
      else known.recycled.put(String(recycledId), { volume: entry.volume, id: recycledId })
    },
  },
  removeDoomed: {
    weight: 2,
    make: (world) => ({ limit: world.limit(), now: world.now() + world.pick([0, 0, 8 * 24 * HOUR_MS]) }),
  },
}

const isBelow = (entry: Entry, { volume, path }: Entry): boolean =>
  path !== null &&
  plain(entry.volume) === plain(volume) &&
  plain(entry.path?.slice(0, path.length)) === plain(path)

/** Mostly in the same volume, else in the same realm. */
function near(world: World, entry: Entry | undefined): (volume: VolumeAddress) => boolean {
  const isSame = world.chance(700)
  return ({ account, realm, volume }) =>
    account === entry?.volume.account &&
    realm === entry.volume.realm &&
    (volume === entry.volume.volume || !isSame)
}

function copying(world: World): CopyDirectory {
  const directory = someEntry(world, isOf('directory'))
  return {
    source: { volume: volumeOf(world, directory), id: idOf(world, directory) },
    ...{
      to: somePlace(world, near(world, directory)),
      conflict: treeConflict(world),
      id: world.newObjectId(),
      now: world.now(),
    },
  }
}

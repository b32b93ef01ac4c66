import type { RecycledMarker } from '../known.ts'
import { MINUTE_MS, type World } from '../world.ts'
import type { Generators } from './generator.ts'
import { learnEntry, someRealm, someVolume, volumeOf } from './places.ts'

type Name =
  | 'listRecycled'
  | 'findRecycled'
  | 'restoreRecycled'
  | 'removeRecycled'
  | 'emptyBin'
  | 'expireRecycled'

const ODD_NUMBERS: readonly number[] = [0, -1, 1.5, 900_000_000, Number.MAX_SAFE_INTEGER]

export const binGenerators: Generators<Name> = {
  listRecycled: {
    weight: 6,
    make: (world) => {
      const known = world.chance(400) ? world.known.recycledMarkers.one(world.random) : undefined
      const order = known === undefined || world.chance(400) ? someOrder(world) : known.order
      const after = known === undefined ? null : { value: known.value, id: known.id }
      return {
        ...{
          volume: volumeOf(world, world.known.recycled.one(world.random)),
          order,
          descending: world.chance(500),
          after,
        },
        ...{ offset: world.offset(), limit: world.limit() },
      }
    },
    learn: ({ known }, { recycled }, { order }) => {
      const last = recycled.at(-1)
      if (last === undefined) return
      const { id, entry, removedAt: removed, size } = last
      const values = { name: last.originalPath.at(-1) ?? '', modified: entry.modifiedAt, size, removed }
      known.recycledMarkers.put(`${id} ${order}`, { order, value: values[order], id })
    },
  },
  findRecycled: { weight: 3, make: someRecycled },
  restoreRecycled: {
    weight: 6,
    make: (world) => ({
      ...{ ...someRecycled(world), conflict: world.conflict() },
      ...{ fallbackToRoot: world.chance(500), now: world.now() },
    }),
    learn: (world, entry, { id }) => {
      world.known.recycled.drop(String(id))
      learnEntry(world, entry)
    },
  },
  removeRecycled: {
    weight: 2,
    make: (world) => ({ ...someRecycled(world), now: world.now() }),
    learn: ({ known }, _, { id }) => known.recycled.drop(String(id)),
  },
  emptyBin: { weight: 2, make: (world) => ({ volume: someVolume(world), now: world.now() }) },
  expireRecycled: {
    weight: 8,
    make: (world) => ({
      ...{ ...someRealm(world), before: world.before(10 * MINUTE_MS) },
      ...{ limit: world.limit(), now: world.now() },
    }),
  },
}

const someOrder = (world: World): RecycledMarker['order'] =>
  world.pick(['name', 'modified', 'size', 'removed'])

function someRecycled(world: World) {
  const { recycled } = world.known
  const known = world.or(recycled.one(world.random), () => recycled.oneGone(world.random))
  return {
    volume: volumeOf(world, known),
    id: world.or(known?.id ?? 900_000_000, () => world.pick(ODD_NUMBERS)),
  }
}

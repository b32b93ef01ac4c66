import type { SegmentName } from '../../../src/core/ids.ts'
import type { World } from '../world.ts'
import { isAt, someBlob, someUpload } from './addresses.ts'
import type { Generators } from './generator.ts'

type Name =
  | 'reserveSegments'
  | 'extendSegments'
  | 'discardSegments'
  | 'listGarbage'
  | 'forgetSegments'
  | 'listLiveSegments'
  | 'claimSlot'
  | 'listAssemblies'
  | 'settleAssemblies'
  | 'findAssemblies'

export const segmentGenerators: Generators<Name> = {
  reserveSegments: {
    weight: 24,
    make: (world) => {
      const fresh = Array.from({ length: world.pick([1, 1, 2, 3]) }, world.newSegmentName)
      const names = world.fault() ? [...fresh, ...someNames(world)] : fresh
      return { names, leaseUntil: world.later() }
    },
    learn: ({ known }, _, { names }) => {
      for (const name of names) known.segments.put(name, name)
    },
  },
  extendSegments: {
    weight: 2,
    make: (world) => ({ names: someNames(world), leaseUntil: world.later() }),
  },
  discardSegments: {
    weight: 3,
    make: (world) => ({ names: someNames(world) }),
    learn: ({ known }, discarded) => {
      for (const name of discarded) {
        known.segments.drop(name)
        known.garbage.put(name, name)
      }
    },
  },
  listGarbage: {
    weight: 3,
    make: (world) => ({ now: world.now(), limit: world.limit() }),
    learn: ({ known }, names) => {
      for (const name of names) {
        known.segments.drop(name)
        known.garbage.put(name, name)
      }
    },
  },
  forgetSegments: {
    weight: 4,
    make: (world) => {
      const garbage = world.known.garbage.one(world.random)
      const names = [...(garbage === undefined ? [] : [garbage]), ...someNames(world)]
      return { names, now: world.now(), ...(world.chance(500) ? { lateMs: world.pick([0, 1000]) } : {}) }
    },
    learn: ({ known }, _, { names }) => {
      for (const name of names) known.garbage.drop(name)
    },
  },
  listLiveSegments: {
    weight: 2,
    make: (world) => ({ after: world.pick(['', '8', world.newSegmentName()]), limit: world.limit() }),
  },
  claimSlot: {
    weight: 10,
    make: (world) => {
      const { account, upload } = someUpload(world)
      const number = world.or(world.pick([1, 1, 2, 3]), () => world.pick([0, -1, 1.5, 10_001]))
      const name = world.or(world.known.segments.one(world.random), world.newSegmentName)
      const offer = name === undefined || world.chance(200) ? null : { name, token: `token ${number}` }
      return { account, upload, number, kind: world.pick([1, 1, 2]), offer, now: world.now() }
    },
    learn: ({ known }, claim, { account, upload, number }) => {
      if (claim.outcome !== 'claimed') return
      const { assembly } = claim
      known.segments.drop(assembly.name)
      known.assemblies.put(assembly.name, assembly.name)
      const id = known.uploads.last((one) => one.account === account && isAt(one, upload))?.id
      if (id !== undefined) known.slots.put(`${id} ${number}`, { account, upload: id, number, assembly })
    },
  },
  listAssemblies: {
    weight: 4,
    make: (world) => {
      const { random, known } = world
      const slot = world.chance(700) ? known.slots.oneGone(random) : undefined
      return { blob: known.uploads.get(slot?.upload ?? '')?.blob ?? someBlob(world) }
    },
  },
  settleAssemblies: {
    weight: 8,
    make: (world) => {
      const { account, upload } = someUpload(world, ({ isSealed }) => isSealed)
      return { account, upload, now: world.now() }
    },
  },
  findAssemblies: {
    weight: 2,
    make: (world) => ({
      names: [...new Set([...someNames(world), ...world.some(world.known.assemblies.ever(), 60)])],
    }),
  },
}

/** Names in any state, and some that were never there. */
function someNames(world: World): readonly SegmentName[] {
  const { segments, garbage, assemblies } = world.known
  const names = [segments.one(world.random), garbage.one(world.random), garbage.oneGone(world.random)]
  names.push(assemblies.one(world.random), segments.oneGone(world.random), world.newSegmentName())
  return world.some(
    names.filter((name) => name !== undefined),
    3,
  )
}

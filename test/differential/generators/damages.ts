import type { DamagePlace } from '../../../src/core/model/damages.ts'
import type { World } from '../world.ts'
import { someBlob } from './addresses.ts'
import type { Generators } from './generator.ts'
import { someSums } from './parts.ts'

type Name = 'setBlocks' | 'recordDamage' | 'listDamages' | 'forgetDamages'

export const damageGenerators: Generators<Name> = {
  setBlocks: {
    weight: 4,
    make: (world) => ({ ...somePart(world), sums: someSums(world) }),
  },
  recordDamage: {
    weight: 4,
    make: (world) => ({
      ...somePart(world),
      block: someBlock(world),
      kind: world.pick(['bytes', 'missing', 'short', 'long']),
      thing: world.pick([
        { type: 'unknown' },
        { type: 'object', account: world.account(), bucket: 'x', key: 'a/"b"' },
      ] as const),
      finder: world.pick(['read', 'scrub']),
      now: world.now(),
    }),
  },
  listDamages: {
    weight: 3,
    make: (world) => ({ after: world.chance(500) ? null : somePlace(world), limit: world.limit() }),
  },
  forgetDamages: {
    weight: 2,
    make: (world) => (world.chance(300) ? { seenBefore: world.now() } : somePart(world)),
  },
}

/** A part that an answer told of, but for faults. */
function somePart(world: World) {
  const wrong = () => ({ segment: world.newSegmentName(), number: world.pick([1, 2]), blob: someBlob(world) })
  const known = world.known.parts.one(world.random)
  return known === undefined ? wrong() : world.or(known, () => ({ ...known, blob: someBlob(world) }))
}

const someBlock = (world: World): number | null => world.pick([null, 0, 1, 63, 64])

function somePlace(world: World): DamagePlace {
  const { segment, number } = somePart(world)
  return { segment, number, block: someBlock(world) }
}

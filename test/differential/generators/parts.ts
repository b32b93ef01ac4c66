import type { SegmentName } from '../../../src/core/ids.ts'
import type { SegmentFacts, Staged } from '../../../src/core/model/bytes.ts'
import { factsOf, SIZES } from '../values.ts'
import type { World } from '../world.ts'
import { anyUpload, learnUpload, someBlob, someUpload } from './addresses.ts'
import type { Generators } from './generator.ts'

type Name = 'attachPart' | 'listParts' | 'listStoredParts' | 'listExtents'

const NUMBERS: readonly number[] = [1, 1, 1, 1, 2, 2, 3, 9999]
const ODD_NUMBERS: readonly number[] = [0, -1, 1.5, 4, 10_001, 2 ** 31, Number.MAX_SAFE_INTEGER]

export const partGenerators: Generators<Name> = {
  attachPart: {
    weight: 52,
    make: (world) => {
      const slot = world.chance(300) ? someSlot(world) : undefined
      if (slot !== undefined) {
        const { account, upload, number, assembly } = slot
        const staged = {
          where: 'assembly',
          ...assembly,
          receipt: `receipt ${number}`,
          facts: storedFacts(world),
        } as const
        return {
          ...{ account: world.account(account), upload: { id: world.or(upload, world.newUploadId) } },
          ...{ number: world.or(number, () => number + 1), staged, now: world.now(), ...world.within() },
        }
      }
      const { account, upload } = someUpload(world)
      const number = world.or(world.pick(NUMBERS), () => world.pick(ODD_NUMBERS))
      return { account, upload, number, staged: stagedBytes(world), now: world.now(), ...world.within() }
    },
    learn: (world, { upload, part }, { staged }) => {
      learnUpload(world, upload, part)
      world.known.segments.drop(part.segment)
      const { segment, number } = part
      world.known.parts.put(segment, { blob: upload.blob, number, segment })
      if (staged.where === 'assembly') world.known.slots.drop(`${upload.id} ${part.number}`)
    },
  },
  listParts: {
    weight: 5,
    make: (world) => {
      const { account, upload } = world.chance(500) ? someUpload(world) : anyUpload(world)
      return { account, upload, after: world.pick([-1, -1, 0, 1, 9999]), limit: world.limit() }
    },
  },
  listStoredParts: {
    weight: 4,
    make: (world) => {
      const { account, upload } = world.chance(700) ? someUpload(world) : anyUpload(world)
      return { account, upload, after: world.pick([-1, -1, 0, 1, 9999]), limit: world.limit() }
    },
  },
  listExtents: {
    weight: 8,
    make: (world) => ({
      blob: someBlob(world),
      offset: world.pick([0, 0, 0, 1, 5, 11, 1000, 1_048_576, 2 ** 40, Number.MAX_SAFE_INTEGER]),
      limit: world.limit(),
      ...(world.chance(500) ? { sumsUntil: world.pick([1, 5, 1000, 2 ** 27, 2 ** 40]) } : {}),
    }),
  },
}

/** A claimed slot of an upload that is still open, as far as is known. */
const someSlot = ({ known, random, isAhead }: World) =>
  known.slots.one(random, ({ upload }) => isAhead(known.uploads.get(upload)?.expiresAt ?? 0))

function storedFacts(world: World): SegmentFacts {
  const facts = factsOf(world.random, world.pick(SIZES))
  return world.chance(300) ? { ...facts, blocks: someSums(world) } : facts
}

/** Sums of any number of blocks: no store counts them. */
export const someSums = (world: World): Uint8Array =>
  Uint8Array.from(world.random.bytes(8 * world.pick([1, 2, 64, 65, 70])))

/** Bytes for a part or an object: inline, or in a segment that is reserved, but for faults. */
export function stagedBytes(world: World): Staged {
  const { segments, garbage, assemblies } = world.known
  const reserved = world.chance(600) ? segments.one(world.random) : undefined
  const wrong = (): SegmentName =>
    world.pick([world.newSegmentName(), ...world.some([...garbage.ever(), ...assemblies.ever()], 3)])
  if (reserved !== undefined)
    return { where: 'store', name: world.or(reserved, wrong), facts: storedFacts(world) }
  const bytes = Uint8Array.from(world.random.bytes(world.pick([0, 1, 4, 5, 6, 11, 300])))
  const name = world.newSegmentName()
  return { where: 'inline', name, facts: factsOf(world.random, bytes.length), bytes }
}

import type { AccountId } from '../../../src/core/ids.ts'
import type { CommitTarget } from '../../../src/core/ports/commands/commits.ts'
import type { KnownUpload } from '../known.ts'
import { traitsOf } from '../values.ts'
import type { World } from '../world.ts'
import { anyUpload, learnEnd, someObject, someUpload } from './addresses.ts'
import type { Generators } from './generator.ts'
import { index, learnObject, someFields } from './objects.ts'
import { entryTraits, learnEntry, seenAt, somePlace } from './places.ts'

export const commitGenerators: Generators<'commitUpload'> = {
  commitUpload: {
    weight: 44,
    make: (world) => {
      const { known, account, upload } = world.chance(900) ? someUpload(world, hasParts) : anyUpload(world)
      return {
        ...{ account, upload, ifVersion: world.ifVersion(known?.version) },
        ...{ target: world.pick(TARGETS)(world, account), deliveries: world.deliveries(), now: world.now() },
      }
    },
    learn: (world, answer, command) => {
      learnEnd(world, command)
      if ('entry' in answer) learnEntry(world, answer.entry)
      else learnObject(world, answer)
    },
  },
}

const hasParts = ({ parts }: KnownUpload): boolean => parts.size > 0

const TARGETS: readonly ((world: World, account: AccountId) => CommitTarget)[] = [
  (world) => ({
    ...{
      kind: 'object',
      id: world.newObjectId(),
      traits: traitsOf(world.random),
      conflict: world.conflict(),
    },
    ...{ objectsMax: world.pick([0, 0, 0, 0, 3, 20]), ...index(world, 100) },
  }),
  (world, account) => {
    const { known, object } = someObject(world, account)
    return {
      ...{ kind: 'filled-object', object, change: someFields(world), ...index(world, 300) },
      ifVersion: world.or(known?.version ?? 1, () => world.pick([0, 1, 77])),
    }
  },
  (world, account) => {
    const { volume, ...place } = somePlace(world, (entry) => entry.account === account)
    return {
      ...{ kind: 'file', id: world.newObjectId(), volume, place, conflict: world.conflict() },
      ...{ contentType: world.pick([null, 'audio/mpeg']), traits: entryTraits(world) },
      ifThere: seenAt(world, place),
    }
  },
]

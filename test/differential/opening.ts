import { asAccountId } from '../../src/core/ids.ts'
import type { EntryTraits, VolumeAddress } from '../../src/core/model/trees.ts'
import { type CommandOf, type Step, stepOf } from './commands.ts'
import { treeBucket } from './generators/places.ts'
import type { World } from './world.ts'

const NAME = 'c.txt'
/** The numbers that are tried for a taken name: all of the first, then each twice the one before. */
const NUMBERS: readonly number[] = [
  ...Array.from({ length: 64 }, (_, index) => index + 1),
  ...Array.from({ length: 14 }, (_, index) => 64 * 2 ** (index + 1)),
]
const TRAITS: EntryTraits = { attributes: {}, localCreatedAt: null, localModifiedAt: null }
const volume: VolumeAddress = { account: asAccountId('a'), realm: 'realm', volume: 'crowd' }

/**
 * How some histories begin: with a directory where a name has no free number, and copies of it that are too large to be
 * removed by one command. Chance alone hardly comes upon either.
 */
export function opening(world: World): readonly Step[] {
  const [now, root, crowd] = [world.now(), world.newObjectId(), world.newObjectId()]
  const put = (name: string, conflict: 'fail' | 'rename'): CommandOf<'putEntry'> => ({
    ...{ volume, id: world.newObjectId(), place: { parent: crowd, name }, conflict, traits: TRAITS, now },
    what: { kind: 'virtual', size: 0, contentType: null },
  })
  const copy = (name: string): CommandOf<'copyDirectory'> => ({
    ...{ source: { volume, id: crowd }, to: { volume, parent: crowd, name }, conflict: 'fail', now },
    ...{ id: world.newObjectId(), entriesMax: 1000 },
  })
  const largest = copy('three')
  return [
    stepOf('createVolume', {
      ...{ volume, bucket: treeBucket(volume), root, owner: '', attributes: {}, now, ifAbsent: false },
    }),
    stepOf('makeDirectory', {
      ...{ volume, path: ['crowd'], ids: [crowd], traits: TRAITS, now },
      conflict: 'fail',
    }),
    stepOf('putEntry', put(NAME, 'fail')),
    ...NUMBERS.map((number) => stepOf('putEntry', put(`c (${number}).txt`, 'fail'))),
    stepOf('putEntry', put(NAME, 'rename')),
    ...[copy('one'), copy('two'), largest].map((command) => stepOf('copyDirectory', command)),
    stepOf('removeEntry', { ...{ volume, id: largest.id, now }, kind: null, bin: false }),
    stepOf('removeDoomed', { limit: 3, now }),
  ]
}

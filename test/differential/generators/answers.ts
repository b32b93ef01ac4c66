import type { Change } from '../../../src/core/ports/commands/answers.ts'
import { HOUR_MS, type World } from '../world.ts'
import { commitGenerators } from './commits.ts'
import type { Generators } from './generator.ts'
import { learnObject, objectGenerators } from './objects.ts'

type Name = 'findAnswer' | 'rememberAnswer' | 'changeOnce' | 'expireAnswers'

const SCOPES: readonly string[] = ['door/put', 'door/İ']
const TOKENS: readonly string[] = ['', 'a', 'A', 'ä', "o'k", 't1', 't2', 't3', 't4', 't5', 't6', 't7', 't8']
const DIGESTS: readonly string[] = ['0'.repeat(64), 'f'.repeat(64)]

export const answerGenerators: Generators<Name> = {
  findAnswer: { weight: 16, make: (world) => ({ ...someToken(world), now: world.now() }) },
  rememberAnswer: { weight: 8, make: (world) => ({ ...someAnswer(world), now: world.now() }) },
  changeOnce: {
    weight: 8,
    make: (world) => ({ answer: someAnswer(world), change: someChange(world), now: world.now() }),
    learn: (world, { object }, { change }) => {
      if (object === null) return
      if (change.name === 'deleteObject') world.known.objects.drop(object.id)
      else learnObject(world, object)
    },
  },
  expireAnswers: { weight: 2, make: (world) => ({ now: world.now(), limit: world.limit() }) },
}

const someToken = (world: World) => ({
  ...{ account: world.account(), scope: world.pick(SCOPES), token: world.pick(TOKENS) },
})

const someAnswer = (world: World) => ({
  ...{ ...someToken(world), digest: world.pick(DIGESTS), answer: world.json() },
  ...{ expiresAt: world.later(HOUR_MS), keepMax: world.pick([1, 5, 5, 1000]) },
})

function someChange(world: World): Change {
  const name = world.pick(['putObject', 'updateObject', 'deleteObject', 'commitUpload'] as const)
  switch (name) {
    case 'putObject':
      return { name, command: objectGenerators.putObject.make(world) }
    case 'updateObject':
      return { name, command: objectGenerators.updateObject.make(world) }
    case 'deleteObject':
      return { name, command: objectGenerators.deleteObject.make(world) }
    case 'commitUpload': {
      const { target, ...command } = commitGenerators.commitUpload.make(world)
      if (target.kind === 'object') return { name, command: { ...command, target } }
      return { name: 'putObject', command: objectGenerators.putObject.make(world) }
    }
  }
}

import { HOUR_MS, MINUTE_MS, type World } from '../world.ts'
import type { Generators } from './generator.ts'

type Name =
  | 'addTask'
  | 'findTasks'
  | 'leaseTasks'
  | 'saveTask'
  | 'postponeTask'
  | 'finishTask'
  | 'forgetTasks'

const SCOPES: readonly string[] = ['smh/l/s', 'smh/l/İ']
const TOPICS: readonly string[] = ['copy', 'delete']
const ODD_NUMBERS: readonly number[] = [0, -1, 1.5, 900_000_000, Number.MAX_SAFE_INTEGER, Number.NaN]

export const taskGenerators: Generators<Name> = {
  addTask: {
    weight: 5,
    make: (world) => ({
      ...{ account: world.account(), scope: world.pick(SCOPES), topic: world.pick(TOPICS) },
      ...{ input: world.json(), createdAt: world.now() },
      unfinishedMax: world.pick([0, 0, 1, 5]),
      ...world.within(),
    }),
    learn: ({ known }, { id, account, scope }) => known.tasks.put(String(id), { id, account, scope }),
  },
  findTasks: {
    weight: 4,
    make: (world) => {
      const known = world.known.tasks.one(world.random)
      const others = world.some(world.known.tasks.ever(), 3).map(({ id }) => id)
      return {
        account: world.account(known?.account),
        scope: world.chance(300) ? null : world.or(known?.scope ?? '', () => world.pick(SCOPES)),
        ids: [world.or(known?.id ?? 0, () => world.pick(ODD_NUMBERS)), ...others],
      }
    },
  },
  leaseTasks: {
    weight: 4,
    make: (world) => ({
      ...{ topics: world.some([...TOPICS, 'none'], 3), now: world.now() },
      ...{ leaseUntil: world.later(10 * MINUTE_MS), limit: world.limit() },
      ...world.or<{ voidAfter?: number }>({}, () => ({ voidAfter: world.later(5 * MINUTE_MS) })),
    }),
  },
  saveTask: {
    weight: 3,
    make: (world) => ({ id: someTask(world), input: world.json(), leaseUntil: world.later(10 * MINUTE_MS) }),
  },
  postponeTask: {
    weight: 3,
    make: (world) => ({ id: someTask(world), nextAttemptAt: world.later(10 * MINUTE_MS) }),
  },
  finishTask: { weight: 3, make: (world) => ({ id: someTask(world), result: world.json() }) },
  forgetTasks: { weight: 2, make: (world) => ({ before: world.before(HOUR_MS), limit: world.limit() }) },
}

/** Odd numbers are for `findTasks` alone: others are asked with numbers that were given out. */
const someTask = (world: World): number =>
  world.or(world.known.tasks.one(world.random)?.id ?? 900_000_000, () => world.pick([900_000_000, 0]))

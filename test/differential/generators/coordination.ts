import { MINUTE_MS, TOPICS, type World } from '../world.ts'
import type { Generators } from './generator.ts'

type Name =
  | 'leaseDeliveries'
  | 'settleDelivery'
  | 'postponeDelivery'
  | 'leaseJob'
  | 'databaseTime'
  | 'registerBlobs'
  | 'findScrub'
  | 'saveScrub'

export const coordinationGenerators: Generators<Name> = {
  leaseDeliveries: {
    weight: 5,
    make: (world) => ({
      ...{ topics: world.some([...TOPICS, 'none'], 4), now: world.now() },
      ...{ leaseUntil: world.later(10 * MINUTE_MS), limit: world.limit() },
      ...world.or<{ voidAfter?: number }>({}, () => ({ voidAfter: world.later(5 * MINUTE_MS) })),
    }),
  },
  settleDelivery: {
    weight: 3,
    make: (world) => ({ id: someDelivery(world) }),
    learn: ({ known }, _, { id }) => known.deliveries.drop(id),
  },
  postponeDelivery: {
    weight: 3,
    make: (world) => ({ id: someDelivery(world), nextAttemptAt: world.later(10 * MINUTE_MS) }),
  },
  leaseJob: {
    weight: 3,
    make: (world) => ({
      ...{ job: world.pick(['sweep', 'expiry', 'İ']), holder: world.pick(['one', 'two', '']) },
      ...{ now: world.now(), leaseUntil: world.later(MINUTE_MS) },
      ...world.or<{ voidAfter?: number }>({}, () => ({ voidAfter: world.later(MINUTE_MS) })),
    }),
  },
  databaseTime: { weight: 1, make: () => ({}) },
  findScrub: { weight: 1, make: () => ({}) },
  saveScrub: {
    weight: 1,
    make: (world) => ({ state: { run: null, dueAt: world.later(), last: null } }),
  },
  registerBlobs: {
    weight: 1,
    make: (world) => ({
      place: world.pick(['disk:1', 's3:2', '']),
      mark: world.pick([null, 'one', 'other']),
    }),
  },
}

function someDelivery(world: World) {
  const { deliveries } = world.known
  const wrong = () => deliveries.oneGone(world.random) ?? world.newDeliveryId()
  return world.or(deliveries.one(world.random) ?? world.newDeliveryId(), wrong)
}

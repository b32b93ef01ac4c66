import { type Core, createCore } from '../../src/core/core.ts'
import type { MediaProbe } from '../../src/core/ports/media.ts'
import { expiryJob } from '../../src/jobs/expiry.ts'
import type { Job } from '../../src/jobs/scheduler.ts'
import { sweepJob } from '../../src/jobs/sweep.ts'
import { COMMANDS, factsOf } from '../../src/metadata/commands/index.ts'
import type { Op } from './plan.ts'
import { Seat } from './seat.ts'
import { assemblyOf, blobStoreOf, directOf } from './store.ts'
import type { World } from './world.ts'

/** A core of its own for one operation at a time, so that each call to a store is known by its operation. */
export interface Station {
  readonly seat: Seat
  readonly core: Core
  readonly expiry: Job
  readonly sweep: Job
  /** Takes an operation of another history. Its core knows nothing of those before. */
  take(world: World, op: Op): void
  /** The id that the last upload was begun with. */
  begun(): string
}

const NO_MEDIA: MediaProbe = {
  probe: () => Promise.reject(new Error('no media here')),
  close: async () => {},
}

export function createStation(): Station {
  const seat = new Seat()
  let begun = ''
  const metadata = factsOf(
    (name, command: { readonly id?: string }) => {
      if (name === 'beginUpload') begun = command.id ?? ''
      return seat.call({
        what: name,
        isRepeatable: COMMANDS[name].kind !== 'write',
        code: 'unavailable',
        happen: () => seat.world.database.run(name, command as never),
      })
    },
    async () => {},
  )
  const ports = {
    ...{ metadata, blobs: blobStoreOf(seat), assembly: assemblyOf(seat), direct: directOf(seat) },
    media: NO_MEDIA,
    clock: { now: () => seat.world.timeline.now() },
    random: { bytes: (count: number) => seat.chance.bytes(count) },
  }
  let core = createCore(ports)
  return {
    seat,
    get core() {
      return core
    },
    take: (world, op) => {
      seat.take(world, op)
      core = createCore(ports)
    },
    expiry: expiryJob(ports, 1000),
    sweep: sweepJob(ports, 1000),
    begun: () => begun,
  }
}

import { hex, SIZES } from '../values.ts'
import type { World } from '../world.ts'
import { someBlob } from './addresses.ts'
import type { Generators } from './generator.ts'
import { someEntry, someRealm, someVolume, VOLUMES } from './places.ts'

type Name = 'createQuota' | 'findQuota' | 'updateQuota' | 'roomOf' | 'filesOfSize' | 'setFingerprint'

const CAPACITIES: readonly number[] = [0, 1_048_576, 20_000_000, 2 ** 42, Number.MAX_SAFE_INTEGER]
const ODD_NUMBERS: readonly number[] = [0, -1, 1.5, 900_000_000]

export const quotaGenerators: Generators<Name> = {
  createQuota: {
    weight: 2,
    make: (world) => {
      const { account, realm, volume } = someVolume(world)
      const others = world.chance(300) ? world.some(VOLUMES, 2) : []
      const volumes = world.or([volume, ...others], () => others)
      return { account, realm, volumes, capacity: world.pick(CAPACITIES), attributes: world.json() }
    },
    learn: ({ known }, { id }, { account, realm }) => {
      known.quotas.put(String(id), { realm: { account, realm }, id })
    },
  },
  findQuota: {
    weight: 2,
    make: (world) => {
      const { account, realm, volume } = someVolume(world)
      return world.chance(500) ? { account, realm, volume } : someQuota(world)
    },
  },
  updateQuota: {
    weight: 3,
    make: (world) => ({
      ...someQuota(world),
      ...(world.chance(700) ? { capacity: world.pick(CAPACITIES) } : {}),
      ...(world.chance(300) ? { attributes: world.json() } : {}),
    }),
  },
  roomOf: { weight: 4, make: someVolume },
  filesOfSize: {
    weight: 3,
    make: (world) => {
      const file = someEntry(world, (entry) => entry.kind === 'file' && entry.content.size >= 1_048_576)
      const { account, realm } = file?.volume ?? someRealm(world)
      const size = file?.kind === 'file' ? file.content.size : 1_048_576
      const volumes = world.chance(500) ? world.some(VOLUMES, 2) : null
      return { account, realm, size: world.or(size, () => world.pick(SIZES)), limit: world.limit(), volumes }
    },
  },
  setFingerprint: {
    weight: 3,
    make: (world) => ({
      blob: someBlob(world),
      beginning: world.chance(500) ? hex(world.random, 4) : null,
      full: world.chance(500) ? hex(world.random, 4) : null,
    }),
  },
}

function someQuota(world: World) {
  const known = world.known.quotas.one(world.random)
  return {
    ...(known === undefined ? someRealm(world) : world.or(known.realm, () => someRealm(world))),
    id: world.or(known?.id ?? 900_000_000, () => world.pick(ODD_NUMBERS)),
  }
}

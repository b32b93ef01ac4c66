import { hex } from '../values.ts'
import { HOUR_MS, type World } from '../world.ts'
import type { Generators } from './generator.ts'
import { someRealm } from './places.ts'

type Name = 'createToken' | 'findToken' | 'renewToken' | 'deleteToken' | 'deleteTokens' | 'expireTokens'

const USERS: readonly string[] = ['', 'ann', 'Bob', "o'b"]
const CLIENTS: readonly string[] = ['', 'web', 'app']

export const tokenGenerators: Generators<Name> = {
  createToken: {
    weight: 6,
    make: (world) => ({
      ...{ ...someRealm(world), hash: world.or(hex(world.random, 32), () => knownHash(world)) },
      ...{ user: world.pick(USERS), client: world.pick(CLIENTS), session: world.pick(CLIENTS) },
      ...{
        volumes: world.some(['v', 'w', ''], 2),
        grants: world.some(['read', 'write'], 2),
        attributes: world.json(),
      },
      ...{ periodMs: world.pick([0, HOUR_MS, Number.MAX_SAFE_INTEGER]), expiresAt: world.later() },
      ...world.within(),
    }),
    learn: ({ known }, _, token) => known.tokens.put(token.hash, token),
  },
  findToken: { weight: 3, make: (world) => ({ hash: someHash(world), now: world.now() }) },
  renewToken: {
    weight: 4,
    make: (world) => ({ hash: someHash(world), expiresAt: world.later(), now: world.now() }),
  },
  deleteToken: {
    weight: 1,
    make: (world) => ({ ...someRealm(world), hash: someHash(world) }),
  },
  deleteTokens: {
    weight: 4,
    make: (world) => ({
      ...{ ...someRealm(world), users: world.chance(600) ? world.some(USERS, 2) : null },
      client: world.pick([null, null, null, ...CLIENTS]),
      session: world.pick([null, null, null, ...CLIENTS]),
    }),
  },
  expireTokens: { weight: 2, make: (world) => ({ now: world.now(), limit: world.limit() }) },
}

const knownHash = (world: World): string =>
  world.known.tokens.one(world.random)?.hash ?? hex(world.random, 32)

function someHash(world: World): string {
  const hash = knownHash(world)
  return world.or(hash, () => world.pick([hex(world.random, 32), hash.toUpperCase(), 'no hash', '']))
}

import type { Clock } from '../../core/clock.ts'
import { createRateLimit, type RateLimit } from '../rate-limit.ts'
import { LIMITS, type SecretKind } from './limits.ts'
import { shortKey } from './short-key.ts'

/** A try: of whose secret, from where, and whether it came from a place that has been right. */
export interface Tried {
  readonly kind: SecretKind
  readonly name: string
  readonly net: string
  readonly isKnown: boolean
}

/** Counts wrong tries. */
export interface WrongTries {
  /** Milliseconds until a try would be looked at; 0 for now. */
  waitMs(tried: Tried): number
  /** Wrong tries that would be looked at now. */
  left(tried: Tried): number
  /** Counts a wrong one. Returns how many of the name and place are not forgotten yet. */
  count(tried: Tried): number
  /** Counts a wrong random text. Returns how long none should follow. */
  countToken(net: string): number
}

interface RateLimits {
  readonly pair: RateLimit
  readonly pairUnderAttack: RateLimit
  readonly name: RateLimit
  readonly address: RateLimit
}

/**
 * A place that has been right is slowed by what it got wrong itself. Any other one also by what its address got wrong, and, while the name is
 * under attack, to a few tries a minute: so the right secret from a new place is looked at without delay at the first tries, however many
 * others fail.
 */
export function createWrongTries(clock: Clock): WrongTries {
  const of: Readonly<Record<SecretKind, RateLimits>> = {
    signature: rateLimitsOf(clock, 'signature'),
    password: rateLimitsOf(clock, 'password'),
  }
  const tokens = createRateLimit({ clock, ...LIMITS.tokens, keysMax: LIMITS.keysMax })
  const pairKey = ({ name, net }: Tried): string => shortKey(name, net)
  const nameKey = ({ name }: Tried): string => shortKey(name)
  /** Each with the key by which it bounds this try. */
  const bounds = (tried: Tried): readonly (readonly [RateLimit, string])[] => {
    const { pair, pairUnderAttack, name, address } = of[tried.kind]
    const own = [pair, pairKey(tried)] as const
    if (tried.isKnown) return [own]
    const isUnderAttack = !name.has(nameKey(tried))
    return [own, [address, tried.net], ...(isUnderAttack ? [[pairUnderAttack, pairKey(tried)] as const] : [])]
  }
  return {
    waitMs: (tried) => Math.max(...bounds(tried).map(([limit, key]) => limit.waitMs(key))),
    left: (tried) => Math.min(...bounds(tried).map(([limit, key]) => limit.left(key))),
    count: (tried) => {
      const { pair, pairUnderAttack, name, address } = of[tried.kind]
      pair.spend(pairKey(tried))
      if (!tried.isKnown) {
        pairUnderAttack.spend(pairKey(tried))
        address.spend(tried.net)
        name.spend(nameKey(tried))
      }
      return LIMITS.pair[tried.kind].burst - pair.left(pairKey(tried))
    },
    countToken: (net) => {
      const waitMs = tokens.waitMs(net)
      tokens.spend(net)
      return waitMs
    },
  }
}

function rateLimitsOf(clock: Clock, kind: SecretKind): RateLimits {
  const { keysMax } = LIMITS
  return {
    pair: createRateLimit({ clock, ...LIMITS.pair[kind], keysMax }),
    pairUnderAttack: createRateLimit({ clock, ...LIMITS.pairUnderAttack[kind], keysMax }),
    name: createRateLimit({ clock, ...LIMITS.name[kind], keysMax }),
    address: createRateLimit({ clock, ...LIMITS.address[kind], keysMax }),
  }
}

import type { Clock, TimeMs } from '../../core/clock.ts'
import { putLatest } from '../../core/latest.ts'
import { LIMITS, type SecretKind } from './limits.ts'
import { shortKey } from './short-key.ts'

/** Where right secrets came from lately. */
export interface KnownPlaces {
  has(kind: SecretKind, name: string, net: string): boolean
  add(kind: SecretKind, name: string, net: string): void
}

/** A place in constant use is written down so seldom. */
const REFRESH_MS = 60_000

export function createKnownPlaces(clock: Clock): KnownPlaces {
  const seen = new Map<string, TimeMs>()
  return {
    has: (kind, name, net) => {
      const at = seen.get(shortKey(kind, name, net))
      return at !== undefined && clock.now() - at < LIMITS.placeMs
    },
    add: (kind, name, net) => {
      const key = shortKey(kind, name, net)
      const now = clock.now()
      const before = seen.get(key)
      if (before !== undefined && Math.abs(now - before) < REFRESH_MS) return
      putLatest(seen, key, now, LIMITS.placesMax)
    },
  }
}

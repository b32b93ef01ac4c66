import type { Clock } from '../core/clock.ts'
import { putLatest } from '../core/latest.ts'
import { createRateLimit } from '../http/rate-limit.ts'
import type { Certificate, CertificateFor } from '../http/tls.ts'
import { certificateNames } from '../settings/hosts.ts'
import type { Leaf, Leaves } from './leaves.ts'
import { nameFor, type OwnNames } from './names.ts'

/** Certificates that are kept for names which no list has: any bucket of any region. */
const OTHERS_MAX = 256
/** One costs some 8 ms of the processor, and anybody may ask. */
const OTHERS_PER_SECOND = 10
const OTHERS_BURST = 200

/**
 * Certificates for vendors' names, made when they are asked for. Those of common names are kept. Of others those that were not
 * asked for lately go first, and so many are made in a second. Null: not one of the names, or no room for it now.
 */
export function certificatesOnDemand(names: OwnNames, leaves: Leaves, clock: Clock): CertificateFor {
  const isCommon = new Set(certificateNames(names.vendors))
  const common = new Map<string, Leaf>()
  const others = new Map<string, Leaf>()
  const making = new Map<string, Promise<Certificate>>()
  const limit = createRateLimit({ clock, perSecond: OTHERS_PER_SECOND, burst: OTHERS_BURST, keysMax: 1 })

  const make = async (name: string): Promise<Certificate> => {
    try {
      const leaf = await leaves.make([name])
      if (isCommon.has(name)) common.set(name, leaf)
      else putLatest(others, name, leaf, OTHERS_MAX)
      return leaf.certificate
    } finally {
      making.delete(name)
    }
  }
  const known = (name: string): Leaf | null => {
    const leaf = common.get(name) ?? others.get(name)
    if (leaf === undefined || leaves.isDue(leaf)) return null
    if (others.delete(name)) others.set(name, leaf)
    return leaf
  }
  return async (asked) => {
    const name = nameFor(names, asked)
    if (name === null) return null
    const kept = known(name)
    if (kept !== null) return kept.certificate
    const begun = making.get(name)
    if (begun !== undefined) return begun
    if (!isCommon.has(name) && !limit.take('others').allowed) return null
    const made = make(name)
    making.set(name, made)
    return made
  }
}

import type { Certificate } from '../http/tls.ts'
import type { AuthorityOptions } from './authority.ts'
import { openAuthority } from './authority.ts'
import { watchEnd } from './ending.ts'
import type { Identity, TlsLog } from './identity.ts'
import { type Leaf, Leaves } from './leaves.ts'
import { nameFor, type OwnNames } from './names.ts'

/** Certificates for vendors' names that are kept, and that are in the making at a time. */
const KEPT_MAX = 256
const MADE_AT_ONCE_MAX = 64
/** Clients need time to trust another one. */
const AUTHORITY_SOON_DAYS = 90

export interface LocalOptions extends AuthorityOptions {
  readonly names: OwnNames
  readonly log: TlsLog
}

/**
 * Certificates of the data folder's own authority: one for the server itself, and one for each name of a vendor when a client
 * asks for it. Errors: ConfigError of the authority's file.
 */
export async function openLocalIdentity(options: LocalOptions): Promise<Identity> {
  const authority = await openAuthority(options)
  const watch = watchEnd(options, AUTHORITY_SOON_DAYS, 'remove the file to have a new one made')
  watch(`the authority in ${authority.file}`, authority.certificate)
  const leaves = new Leaves(authority, options)
  const { names, log } = options
  let own = await leaves.make(names.own)
  return {
    get certificate() {
      return own.certificate
    },
    certificateFor: certificatesOnDemand(names, leaves),
    renew: async () => {
      if (!leaves.isDue(own)) return false
      try {
        own = await leaves.make(names.own)
        return true
      } catch (error) {
        log.warn(
          `the certificate could not be renewed: ${error instanceof Error ? error.message : String(error)}`,
        )
        return false
      }
    },
  }
}

/** Makes them when they are asked for. Those that were not asked for lately go first. */
function certificatesOnDemand(names: OwnNames, leaves: Leaves): Identity['certificateFor'] {
  const kept = new Map<string, Leaf>()
  const making = new Map<string, Promise<Certificate>>()
  const make = async (name: string): Promise<Certificate> => {
    try {
      const leaf = await leaves.make([name])
      kept.set(name, leaf)
      for (const oldest of kept.keys()) if (kept.size > KEPT_MAX) kept.delete(oldest)
      return leaf.certificate
    } finally {
      making.delete(name)
    }
  }
  return async (asked) => {
    const name = nameFor(names, asked)
    if (name === null) return null
    const known = kept.get(name)
    kept.delete(name)
    if (known !== undefined && !leaves.isDue(known)) {
      kept.set(name, known)
      return known.certificate
    }
    const begun = making.get(name)
    if (begun !== undefined) return begun
    if (making.size >= MADE_AT_ONCE_MAX) return null
    const made = make(name)
    making.set(name, made)
    return made
  }
}

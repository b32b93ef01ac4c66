import { messageOf } from '../core/errors.ts'
import type { AuthorityOptions } from './authority.ts'
import { openAuthority } from './authority.ts'
import { watchEnd } from './ending.ts'
import type { Identity, TlsLog } from './identity.ts'
import { Leaves } from './leaves.ts'
import type { OwnNames } from './names.ts'
import { certificatesOnDemand } from './on-demand.ts'

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
    certificateFor: certificatesOnDemand(names, leaves, options.clock),
    renew: async () => {
      if (!leaves.isDue(own)) return false
      try {
        own = await leaves.make(names.own)
        return true
      } catch (error) {
        log.warn(`the certificate could not be renewed: ${messageOf(error)}`)
        return false
      }
    },
  }
}

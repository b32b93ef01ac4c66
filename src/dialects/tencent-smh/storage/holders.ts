import type { Accounts } from '../../../core/accounts.ts'
import { createBrief } from '../../../core/brief.ts'
import type { Core } from '../../../core/core.ts'
import type { IsHeld } from '../../../object-plane/cos/index.ts'
import type { Caller } from '../calls/call.ts'
import { libraryCredential } from '../credentials.ts'

/** Of links that anybody was given because all may read. */
const PUBLIC = 'public'
const TOKEN = 'token/'
/** How long it is believed that a space may be read by all. */
const PUBLIC_KEPT_MS = 1000

/** What credentials and links end with that a caller is given. Null for the library's secret: they are made of it. */
export function holderOf({ token, grants }: Pick<Caller, 'token' | 'grants'>): string | null {
  if (token !== null) return TOKEN + token.hash
  return grants.includes('admin') ? null : PUBLIC
}

/** Whether a token still is there, or a space still for all to read. */
export function createIsHeld(core: Core, accounts: Accounts): IsHeld {
  const spaces = createBrief<boolean>({ clock: core.clock, keepMs: PUBLIC_KEPT_MS })
  return async ({ name, account }, { holder, path }) => {
    if (holder.startsWith(TOKEN)) return core.tokens.stands(holder.slice(TOKEN.length))
    if (holder !== PUBLIC) return false
    if (accounts.find(libraryCredential, name)?.credential.publicRead === true) return true
    const [, , realm = '', volume = ''] = path.split('/')
    return spaces.get(`${account}/${realm}/${volume}`, async () => {
      const found = await core.trees.findVolume({ account, realm, volume })
      return found?.attributes.isPublicRead === true
    })
  }
}

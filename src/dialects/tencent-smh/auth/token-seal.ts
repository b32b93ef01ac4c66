import type { Account } from '../../../core/accounts.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { AccessToken } from '../../../core/model/tokens.ts'
import { equalsConstantTime, hmacSha256 } from '../../../http/canonical.ts'
import type { Library } from '../credentials.ts'

/**
 * The attribute that binds a token to the secret that it was asked for with. A token ends where its library gets another secret.
 * The token's text is part of it, so that who reads the metadata cannot try secrets out.
 */
export const sealAttribute = (library: Library, text: string): JsonObject => ({ seal: sealOf(library, text) })

/** Whether the account's library, as it is now, made the token whose text is given. */
export function isMadeBy(account: Account, library: Library, text: string, token: AccessToken): boolean {
  const { seal } = token.attributes
  const isOwn = token.account === account.id && token.realm === library.id
  return isOwn && typeof seal === 'string' && equalsConstantTime(seal, sealOf(library, text))
}

const sealOf = ({ secret }: Library, text: string): string =>
  hmacSha256(secret, `stowage access token ${text}`).toString('base64url')

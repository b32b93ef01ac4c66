import type { Accounts } from '../core/accounts.ts'
import type { FindPlaneKey } from './signer.ts'

/** The key pairs of all accounts, as they are when one is looked for. */
export const keysOf =
  (accounts: Accounts): FindPlaneKey =>
  (accessKey) => {
    const found = accounts.byAccessKey(accessKey)
    if (found === null) return null
    const { account, key } = found
    return { account: account.id, secretKey: key.secretKey, rights: key.rights }
  }

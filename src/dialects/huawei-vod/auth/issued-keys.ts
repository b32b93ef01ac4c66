import { ALL_RIGHTS } from '../../../core/model/accounts.ts'
import { own } from '../../../http/own.ts'
import type { FindIssuedKey } from '../../../object-plane/obs/index.ts'
import { OPERATIONS, type PlaneAllows, type PlaneOperation } from '../../../object-plane/operations.ts'
import type { Vod } from '../model/context.ts'
import { hasObject } from './scope.ts'
import { openKeys } from './temporary-keys.ts'

/** The keys that OBS takes beside the accounts' own: temporary ones with their token, and those that sign URLs for users. */
export function issuedKeys({ users, accounts }: Pick<Vod, 'users' | 'accounts'>): FindIssuedKey {
  return (accessKey, token) => {
    if (token === null) {
      const owner = users.find(accessKey)
      const keys = owner === null ? null : users.keyPairOf(owner)
      if (owner === null || keys === null) return null
      const { secretKey } = keys
      return { account: owner.account.id, secretKey, rights: ALL_RIGHTS, expiresAt: null, allows: null }
    }
    const keys = openKeys(users, accounts, token)
    if (keys === null || keys.accessKey !== accessKey) return null
    const { account, secretKey, rights, expiresAt, policy, scope } = keys
    const allows: PlaneAllows = (operation, target) => {
      if (!hasObject(scope, target)) return false
      if (policy === null) return true
      return isOfObjects(operation)
        ? policy.allowsObject(operation, target)
        : policy.allowsBucket(operation, target)
    }
    return { account: account.id, secretKey, rights, expiresAt, allows }
  }
}

const isOfObjects = (operation: Parameters<PlaneAllows>[0]): operation is PlaneOperation =>
  own(OPERATIONS, operation) !== undefined

import type { Account } from '../core/accounts.ts'
import { CoreError, isCoreError } from '../core/errors.ts'
import { type ObjectId, parseObjectId } from '../core/ids.ts'

/** Does `act` on the object of that key, in whichever account has it. Errors: `object-not-found`. */
export async function inAnyAccount<T>(
  accounts: readonly Account[],
  key: string,
  act: (account: Account, id: ObjectId) => Promise<T>,
): Promise<T> {
  const id = parseObjectId(key)
  if (id === null) throw notFound(key)
  for (const account of accounts) {
    try {
      return await act(account, id)
    } catch (error) {
      if (!isCoreError(error, 'object-not-found')) throw error
    }
  }
  throw notFound(key)
}

const notFound = (key: string): CoreError =>
  new CoreError('object-not-found', `no resource has the key ${key}`)

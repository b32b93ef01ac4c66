import type { Accounts } from '../../../core/accounts.ts'
import type { Exchange, Reply } from '../../../http/types.ts'
import type { Smh } from '../call.ts'
import { SmhError } from '../errors.ts'

export async function create(_smh: Smh, _accounts: Accounts, _exchange: Exchange): Promise<Reply> {
  throw new SmhError('FunctionNotEnabled')
}
export const renew = create
export const remove = create
export const removeMany = create

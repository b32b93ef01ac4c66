import type { Account, Accounts } from '../../../../src/core/accounts.ts'
import { equalsConstantTime } from '../../../../src/http/canonical.ts'
import type { Exchange } from '../../../../src/http/types.ts'
import { type Box, boxCredential } from '../credentials.ts'
import { FifthDialectError } from '../errors.ts'

/** Who is calling. */
export interface Caller {
  readonly account: Account
  readonly box: Box
}

/** Finds who calls from the path and the header X-Box-Secret, before any of the body is read. Errors: 401. */
export function authenticate({ params, request, identified }: Exchange, accounts: Accounts): Caller {
  const found = accounts.find(boxCredential, params.box ?? '')
  const given = request.headers['x-box-secret']
  const isRight = equalsConstantTime(found?.credential.secret ?? '', typeof given === 'string' ? given : '')
  if (found === null || !isRight) throw new FifthDialectError(401, 'no box has this id and secret')
  identified(found.account.id)
  return { account: found.account, box: found.credential }
}

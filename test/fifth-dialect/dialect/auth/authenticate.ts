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
export function authenticate({ params, request, identified, guesses }: Exchange, accounts: Accounts): Caller {
  const { box: id = '' } = params
  const given = request.headers['x-box-secret']
  const check = (): Caller => {
    const found = accounts.find(boxCredential, id)
    const isRight = equalsConstantTime(found?.credential.secret ?? '', typeof given === 'string' ? given : '')
    if (found === null || !isRight) throw new FifthDialectError(401, 'no box has this id and secret')
    return { account: found.account, box: found.credential }
  }
  // Who tries secrets out is slowed down.
  const isWrong = (error: unknown) => error instanceof FifthDialectError
  const caller = guesses.prove({ kind: 'password', name: `box ${id}` }, check, isWrong)
  identified(caller.account.id)
  return caller
}

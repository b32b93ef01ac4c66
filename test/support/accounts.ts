import type { Account, AccountKey, KeyPair } from '../../src/core/accounts.ts'
import { asAccountId } from '../../src/core/ids.ts'
import { ALL_RIGHTS } from '../../src/core/model/accounts.ts'

/** An account of a test. Its keys may do all unless they say less; credentials are by the name of their kind. */
export const accountOf = (
  id: string,
  more: {
    readonly name?: string
    readonly keys?: readonly (KeyPair & Partial<AccountKey>)[]
    readonly credentials?: Account['credentials']
  } = {},
): Account => ({
  ...{ id: asAccountId(id), name: more.name ?? id, attributes: {} },
  keys: (more.keys ?? [{ accessKey: `AK${id}`, secretKey: `SK${id}` }]).map((pair) => ({
    rights: ALL_RIGHTS,
    ...pair,
  })),
  credentials: more.credentials ?? {},
})

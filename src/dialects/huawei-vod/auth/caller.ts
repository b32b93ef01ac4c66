import type { KeyPair } from '../../../core/accounts.ts'
import type { TimeMs } from '../../../core/clock.ts'
import type { Right, Rights } from '../../../core/model/accounts.ts'
import { may, type Reach } from '../../../core/rules/rights.ts'
import type { Policy, PolicyTarget } from './policy.ts'
import type { Scope } from './scope.ts'

/** What URLs are signed with. */
export interface SigningKeys extends KeyPair {
  /** Of temporary keys; null of others. */
  readonly securityToken: string | null
  /** When they are over; null for keys without an end of their own. */
  readonly expiresAt: TimeMs | null
}

/** What the one who calls may do. */
export interface Caller {
  readonly rights: Rights
  /** Of temporary keys; null for all that the rights allow. */
  readonly policy: Policy | null
  readonly scope: Scope
  /** The URLs that the caller gets are signed with these, so that they end with them. */
  readonly keys: SigningKeys
}

/** Whether the caller may do something there: by rights in their names of buckets, by a policy in those of OBS. */
export const mayCall = (
  { rights, policy }: Caller,
  need: Right,
  reach: Reach,
  target: PolicyTarget,
): boolean => may(rights, need, reach) && policy?.allowsCall(need, target) !== false

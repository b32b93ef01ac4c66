import { findBlobs } from '../commands/coordination.ts'
import { findBroken } from './broken.ts'
import type { CheckName, CheckScriptOf } from './check.ts'
import { findOwners } from './owners.ts'
import { count, findSegments, findSums, leasedUntil, listParts } from './parts.ts'

export type { CheckName } from './check.ts'

/** What is written once for both stores. How a database looks through its own files is each store's own. */
export const CHECKS: { readonly [Name in Exclude<CheckName, 'checkDatabase'>]: CheckScriptOf<Name> } = {
  listParts,
  findSums,
  findBlobs,
  findSegments,
  findOwners,
  findBroken,
  leasedUntil,
  count,
}

/** What is written once for both stores. */
export type SharedCheck = keyof typeof CHECKS

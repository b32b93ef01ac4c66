import type { FactsChecker } from '../../core/ports/facts-checker.ts'
import type { Script } from '../commands/script.ts'
import { findBroken } from './broken.ts'
import { findOwners } from './owners.ts'
import { count, findSegments, leasedUntil, listParts } from './parts.ts'

/** What a checker can be asked. */
export type CheckName = Exclude<keyof FactsChecker, 'close'>
type CheckOf<Name extends CheckName> = Parameters<FactsChecker[Name]>[0]
type ResultOf<Name extends CheckName> = Awaited<ReturnType<FactsChecker[Name]>>
/** As ScriptOf, for what a checker is asked. */
export type CheckScriptOf<Name extends CheckName> = (query: CheckOf<Name>) => Script<ResultOf<Name>>

/** What is written once for both stores. How a database looks through its own files is each store's own. */
export const CHECKS: { readonly [Name in Exclude<CheckName, 'checkDatabase'>]: CheckScriptOf<Name> } = {
  listParts,
  findSegments,
  findOwners,
  findBroken,
  leasedUntil,
  count,
}

/** What is written once for both stores. */
export type SharedCheck = keyof typeof CHECKS

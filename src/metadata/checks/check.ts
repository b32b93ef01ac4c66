import type { FactsChecker } from '../../core/ports/facts-checker.ts'
import type { Script } from '../commands/script.ts'

/** What a checker can be asked. */
export type CheckName = Exclude<keyof FactsChecker, 'close'>
type CheckOf<Name extends CheckName> = Parameters<FactsChecker[Name]>[0]
type ResultOf<Name extends CheckName> = Awaited<ReturnType<FactsChecker[Name]>>
/** As ScriptOf, for what a checker is asked. */
export type CheckScriptOf<Name extends CheckName> = (query: CheckOf<Name>) => Script<ResultOf<Name>>

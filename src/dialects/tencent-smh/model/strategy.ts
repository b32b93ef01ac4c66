import type { Json } from '../../../core/model/json.ts'
import type { ConflictPolicy } from '../../../core/model/objects.ts'
import { SmhError } from '../errors.ts'

/** What happens if a name is taken: reference §5.8. */
export type Strategy = 'ask' | 'rename' | 'overwrite'

const STRATEGIES: readonly Strategy[] = ['ask', 'rename', 'overwrite']

/** Reads `conflict_resolution_strategy` and its like. Null: none is given. Errors: `InvalidConflictResolutionStrategy`. */
export function readStrategy(value: Json | undefined): Strategy | null {
  if (value === undefined || value === null || value === '') return null
  const found = STRATEGIES.find((each) => each === value)
  if (found === undefined) throw new SmhError('InvalidConflictResolutionStrategy')
  return found
}

/** The strategy for a directory: never `overwrite`, and `ask` if none is given. */
export function directoryStrategy(strategy: Strategy | null): 'ask' | 'rename' {
  if (strategy === 'overwrite') throw new SmhError('InvalidConflictResolutionStrategy')
  return strategy ?? 'ask'
}

const POLICIES = { ask: 'fail', rename: 'rename', overwrite: 'overwrite' } as const satisfies Record<
  Strategy,
  ConflictPolicy
>

/** The strategy in the core's words. */
export const policyOf = <Given extends Strategy>(strategy: Given): (typeof POLICIES)[Given] =>
  POLICIES[strategy]

import type { Call } from './call.ts'
import { VodError } from './errors.ts'

/** The category that assets without one are in: always there, and no other's child. */
export const BUILT_IN_CATEGORY = { id: -1, name: '其他' } as const

/** Ids of categories in requests. */
export const CATEGORY_ID = { min: -1, max: Number.MAX_SAFE_INTEGER } as const

type Scope = Pick<Call, 'core' | 'account' | 'project'>

/** Throws VOD.10064 for an id that no category of the project has. */
export async function requireCategory(_scope: Scope, id: number): Promise<void> {
  if (id !== BUILT_IN_CATEGORY.id) throw new VodError(10064)
}

/** The names of those of these ids that there are. */
export async function categoryNames(
  _scope: Scope,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  return new Map(ids.flatMap((id) => (id === BUILT_IN_CATEGORY.id ? [[id, BUILT_IN_CATEGORY.name]] : [])))
}

/** The categories whose name has this text in it, in any letter case. */
export async function categoriesNamedLike(_scope: Scope, text: string): Promise<readonly number[]> {
  return BUILT_IN_CATEGORY.name.includes(text) ? [BUILT_IN_CATEGORY.id] : []
}

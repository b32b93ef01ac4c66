import { initial } from './001-initial.ts'
import { trees } from './002-trees.ts'
import { tokens } from './003-tokens.ts'
import { catalog } from './004-catalog.ts'
import { assemblies } from './005-assemblies.ts'

/** One step of the schema. A released step never changes; a change of the schema is a new step. */
export interface Migration {
  /** Counts up from 1 without gaps. */
  readonly version: number
  readonly name: string
  readonly sql: string
}

/** All steps in order of version. */
export const MIGRATIONS: readonly Migration[] = [initial, trees, tokens, catalog, assemblies]

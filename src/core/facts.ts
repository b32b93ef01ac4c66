import type { Catalog } from './catalog/ports.ts'
import type { Coordination, Metadata } from './ports.ts'
import type { Tasks } from './tasks.ts'
import type { Tokens, Trees } from './trees/ports.ts'

/** All that one store of facts does: the ports it implements together, in one place. */
export interface Facts extends Metadata, Coordination, Trees, Tokens, Tasks, Catalog {}

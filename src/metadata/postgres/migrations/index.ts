import type { Migration } from '../../migrations.ts'
import { initial } from './001-initial/index.ts'

/** All steps in order of version. */
export const MIGRATIONS: readonly Migration[] = [initial]

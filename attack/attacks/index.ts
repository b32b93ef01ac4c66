import type { Attack } from '../attack.ts'
import { BODIES } from './bodies.ts'
import { CONNECTIONS } from './connections.ts'
import { FLOODS } from './floods.ts'
import { GUESSING } from './guessing.ts'
import { SKIPPED } from './skipped.ts'
import { SLOW } from './slow.ts'

/** All attacks, in the order of docs/attacks.md. */
export const ATTACKS: readonly Attack[] = [
  ...BODIES,
  ...CONNECTIONS,
  ...SLOW,
  ...FLOODS,
  ...SKIPPED,
  ...GUESSING,
]

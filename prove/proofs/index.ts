import type { Proof } from '../proof.ts'
import { FAILOVER } from './failover.ts'
import { FAULTS } from './faults.ts'
import { KILL } from './kill.ts'
import { LEAK } from './leak.ts'
import { POWER } from './power.ts'
import { SIMULATE } from './simulate.ts'

/** All proofs, in the order of docs/durability.md. */
export const PROOFS: readonly Proof[] = [KILL, POWER, SIMULATE, FAULTS, LEAK, FAILOVER]

import type { Proof } from '../proof.ts'
import { power } from './power.ts'

/** All proofs, in the order of docs/durability.md. */
export const PROOFS: readonly Proof[] = [power]

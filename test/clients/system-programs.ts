import { findProgram } from '../support/s3-kinds.ts'

/** What the record says of a program that nobody pins: whatever version the system has. */
export const OF_THE_SYSTEM = 'of the system'

/** Why a program of the system cannot be run, or false. */
export const lacking = (program: string): string | false =>
  findProgram(program) === null ? `needs ${program}` : false

import { spawnSync } from 'node:child_process'
import { findProgram } from '../support/s3-kinds.ts'

/** Why a program of the system cannot be run, or false. */
export const lacking = (program: string): string | false =>
  findProgram(program) === null ? `needs ${program}` : false

/** As the program says it, `v1.60.1-DEV`; or that nobody pins it. */
export function versionOfProgram(name: string): string {
  const program = findProgram(name)
  const told = program === null ? '' : spawnSync(program, ['version']).stdout?.toString()
  return /^\S+ v(\d[\d.]*)/.exec(told ?? '')?.[1] ?? 'not pinned'
}

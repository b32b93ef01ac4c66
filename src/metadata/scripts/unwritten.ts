import type { Script } from './script.ts'

/** Stands where a script is to be written. */
function* unwritten(): Script<never> {
  throw new Error('to be written')
}

export const UNWRITTEN_WRITES = {
  copyDirectory: unwritten,
  beginCopy: unwritten,
  continueCopy: unwritten,
} as const

import type { TaskTurn } from '../../src/core/ports/background.ts'

/** A turn with a task for a runner that a test calls by itself. */
export const turnOf = (save: TaskTurn['save'], signal = new AbortController().signal): TaskTurn => ({
  save,
  signal,
  whileKept: (work) => work(signal),
})

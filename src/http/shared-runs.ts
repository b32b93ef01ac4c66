/** Runs work that many ask for. Nobody gets what was begun before they asked. */
export interface SharedRuns<Result> {
  /** Does the work of a key, one run at a time. All who ask while a run goes on share the run after it. */
  run(key: string, work: () => Promise<Result>): Promise<Result>
}

interface Turn<Result> {
  readonly running: Promise<Result>
  next: Promise<Result> | null
}

/** Costs one map entry a key while it runs. */
export function createSharedRuns<Result>(): SharedRuns<Result> {
  const turns = new Map<string, Turn<Result>>()

  function begin(key: string, work: () => Promise<Result>): Promise<Result> {
    const running = work()
    const turn: Turn<Result> = { running, next: null }
    turns.set(key, turn)
    const end = () => {
      if (turn.next === null) turns.delete(key)
    }
    running.then(end, end)
    return running
  }

  return {
    run: (key, work) => {
      const turn = turns.get(key)
      if (turn === undefined) return begin(key, work)
      const start = () => begin(key, work)
      turn.next ??= turn.running.then(start, start)
      return turn.next
    },
  }
}

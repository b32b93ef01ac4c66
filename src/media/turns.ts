/** Work that waits, with whose it is. */
export interface Turn {
  readonly whose: string
}

/** Work that waits for its turn: whoever has some is served in turn, one piece at a time each. */
export interface Turns<Work extends Turn> {
  add(work: Work): void
  /** The next piece of somebody who has none in hand; null for none. It is in hand until `done`. */
  take(): Work | null
  done(work: Work): void
  /** Takes out all that waits. */
  clear(): readonly Work[]
}

/** Nobody, `''`, is served like any other but for the one piece at a time. */
export function createTurns<Work extends Turn>(): Turns<Work> {
  /** By whose it is, the one that is next first. */
  const waiting = new Map<string, Work[]>()
  const inHand = new Set<string>()
  return {
    add: (work) => {
      const own = waiting.get(work.whose) ?? []
      own.push(work)
      waiting.set(work.whose, own)
    },
    take: () => {
      for (const [whose, own] of waiting) {
        if (inHand.has(whose)) continue
        const work = own.shift()
        waiting.delete(whose)
        if (own.length > 0) waiting.set(whose, own)
        if (work === undefined) continue
        if (whose !== '') inHand.add(whose)
        return work
      }
      return null
    },
    done: ({ whose }) => void inHand.delete(whose),
    clear: () => {
      const all = [...waiting.values()].flat()
      waiting.clear()
      return all
    },
  }
}

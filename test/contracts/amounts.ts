/** How many there are of what contracts have many of. */
export interface Amounts {
  /** Objects that ask for one name. */
  readonly names: number
  /** Parts of an upload. */
  readonly parts: number
  /** Random races. */
  readonly rounds: number
  /** Commands of a random sequence. */
  readonly steps: number
  readonly objects: number
  readonly searches: number
}

export const MANY: Amounts = { names: 300, parts: 1000, rounds: 40, steps: 200, objects: 300, searches: 60 }

/** What the usual tests have. The long ones have many. */
export const FEW: Amounts = { names: 60, parts: 150, rounds: 12, steps: 60, objects: 120, searches: 30 }

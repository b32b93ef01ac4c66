/** What is done at one step, before it goes on or when it has been answered. */
export type Deed =
  /** SIGKILL to the node before the message is sent. */
  | 'kill before'
  /** SIGKILL to the node when it is answered, before the node knows. */
  | 'kill after'
  /** The message waits. */
  | 'hold'
  /** It is answered, but the connection breaks before the node knows. */
  | 'lose'
  /** Half of the answer arrives. */
  | 'cut'

export interface Arming {
  /** The first step is 1. */
  readonly index: number
  readonly deed: Deed
  /** The node's process. */
  readonly pid: number
  readonly holdMs: number
}

/** What has passed since the arming. */
export interface Passed {
  readonly count: number
  /** The step at which it was done; null: not yet. */
  readonly done: string | null
}

export type Order =
  | { readonly type: 'open'; readonly postgres: string; readonly s3: string }
  /** Without an arming steps are counted alone. */
  | { readonly type: 'arm'; readonly arming: Arming | null }
  | { readonly type: 'tell' }

export type Told =
  | { readonly type: 'opened'; readonly postgresPort: number; readonly s3Port: number }
  | { readonly type: 'passed'; readonly passed: Passed }

/** Counts the messages of a node to its stores, and says what becomes of each. */
export class Steps {
  #arming: Arming | null = null
  #count = 0
  #done: string | null = null

  arm(arming: Arming | null): void {
    this.#arming = arming
    this.#count = 0
    this.#done = null
  }

  get passed(): Passed {
    return { count: this.#count, done: this.#done }
  }

  /** What to do with this message; null: it passes. */
  next(label: string): Arming | null {
    this.#count += 1
    if (this.#arming === null || this.#done !== null || this.#count !== this.#arming.index) return null
    this.#done = label
    return this.#arming
  }
}

/** The node is gone at once: nothing that it does later is seen. */
export function killNow({ pid }: Arming): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself, which is for others to notice.
  }
}

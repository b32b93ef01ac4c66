import { LIMITS } from './limits.ts'

export interface TurnRules {
  /** How many of one key may run at a time, as things are now; one may always. */
  most(): number
  /** Throws for who finds too many waiting. */
  onFull(): never
}

/** Lets checks that take long run, a few of an address and of a key at a time, in the order they came. */
export interface Turns {
  take<T>(
    of: { readonly net: string; readonly key: string },
    rules: TurnRules,
    work: () => Promise<T>,
  ): Promise<T>
}

interface Queue {
  running: number
  readonly byKey: Map<string, number>
  readonly waiting: (() => void)[]
}

export function createTurns(): Turns {
  const queues = new Map<string, Queue>()
  return {
    take: async ({ net, key }, rules, work) => {
      const queue: Queue = queues.get(net) ?? { running: 0, byKey: new Map(), waiting: [] }
      queues.set(net, queue)
      const isFree = (): boolean =>
        queue.running < LIMITS.slowByAddress && (queue.byKey.get(key) ?? 0) < Math.max(1, rules.most())
      while (!isFree()) {
        if (queue.waiting.length >= LIMITS.waitingByAddress) rules.onFull()
        await new Promise<void>((resolve) => queue.waiting.push(resolve))
      }
      queue.running += 1
      queue.byKey.set(key, (queue.byKey.get(key) ?? 0) + 1)
      try {
        return await work()
      } finally {
        end(queue, key)
        if (queue.running === 0 && queue.waiting.length === 0) queues.delete(net)
        // Each looks anew whether it may.
        for (const wake of queue.waiting.splice(0)) wake()
      }
    },
  }
}

function end(queue: Queue, key: string): void {
  queue.running -= 1
  const left = (queue.byKey.get(key) ?? 1) - 1
  if (left === 0) queue.byKey.delete(key)
  else queue.byKey.set(key, left)
}

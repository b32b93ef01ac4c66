import type { Delivery } from '../model/deliveries.ts'
import type { JsonObject } from '../model/json.ts'
import type { Task } from '../model/tasks.ts'

/** Sends the outbox's messages of one topic. */
export interface DeliverySender {
  readonly topic: string
  /** Sends once. Resolves when the message arrived or is of no use any more. Rejects to be called again later. */
  send(delivery: Delivery, signal: AbortSignal): Promise<void>
}

/** Does the tasks of one topic. */
export interface TaskRunner {
  readonly topic: string
  /** Its tasks may take hours. They do not hold up the tasks of others. */
  readonly isLong?: boolean
  /** How many of its tasks go on at once on a node, beside those of all others. Default: it shares the lanes of others. */
  readonly lanes?: number
  /**
   * Goes on from the task's input to its result. After a failure it is called again later, with what was saved last. It is
   * not called again after a core error that is not retryable. What it did after its last save may be done again.
   */
  run(task: Task, turn: TaskTurn): Promise<JsonObject>
  /** The result of a task that ends because of `error`. */
  giveUp(task: Task, error: unknown): JsonObject
}

export interface TaskTurn {
  /** Keeps how far the task is, and extends its lease. To be called at least every half minute. */
  save(input: JsonObject): Promise<void>
  /**
   * Extends the lease again and again while `work` goes on. Its signal ends it when the server ends, or when the task is about to be somebody
   * else's. Errors: those of `work`.
   */
  whileKept<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value>
  /** The server ends: stop by throwing. Another node, or the next start, goes on from what was saved. */
  readonly signal: AbortSignal
}

/** Background work. `run` does what is due and returns. It is called again after `everyMs`, on one node at a time. */
export interface Job {
  readonly name: string
  readonly everyMs: number
  run(signal: AbortSignal): Promise<void>
}

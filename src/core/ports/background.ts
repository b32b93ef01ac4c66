import type { Delivery } from '../model/deliveries.ts'
import type { JsonObject } from '../model/json.ts'
import type { Task } from '../model/tasks.ts'

/** Sends the outbox's messages of one topic. */
export interface DeliverySender {
  readonly topic: string
  /** Sends once; resolves when it arrived or is of no use any more, rejects to be tried again later. */
  send(delivery: Delivery, signal: AbortSignal): Promise<void>
}

/** Does the tasks of one topic. */
export interface TaskRunner {
  readonly topic: string
  /** Its tasks may take hours: they do not keep those of others waiting. */
  readonly isLong?: boolean
  /**
   * Goes on from the task's input to its result. When it fails it is called again later, with what was saved last; not so
   * with a core error that trying again does not mend. What it did after its last save may be done again.
   */
  run(task: Task, turn: TaskTurn): Promise<JsonObject>
  /** The result of a task that is given up because of `error`. */
  giveUp(task: Task, error: unknown): JsonObject
}

export interface TaskTurn {
  /** Keeps how far the task is. To be called at least every half minute, as the task's lease is extended by it. */
  save(input: JsonObject): Promise<void>
  /** The server ends: stop by throwing; another node, or the next start, goes on at once from what was saved. */
  readonly signal: AbortSignal
}

/** A piece of background work. `run` does what is due and returns; it is called again after `everyMs`, on one node at a time. */
export interface Job {
  readonly name: string
  readonly everyMs: number
  run(signal: AbortSignal): Promise<void>
}

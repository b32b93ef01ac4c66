import type { AccountId } from './ids.ts'
import type { JsonObject, TimeMs } from './model.ts'

/** Work that goes on after the answer, and is not lost with the node. */
export interface Task {
  readonly id: number
  readonly account: AccountId
  /** What they belong to, e.g. `smh/<library>/<space>`; look-ups are within it. */
  readonly scope: string
  readonly topic: string
  readonly input: JsonObject
  readonly state: 'running' | 'done'
  /** In the dialect's words; null while running. */
  readonly result: JsonObject | null
  /** How often it failed so far. */
  readonly attempts: number
  readonly createdAt: TimeMs
}

export interface Tasks {
  addTask(command: Omit<Task, 'id' | 'state' | 'result' | 'attempts'>): Promise<Task>
  /** Those that are there, in the order asked for. `scope` null takes any of the account's. */
  findTasks(query: {
    readonly account: AccountId
    readonly scope: string | null
    readonly ids: readonly number[]
  }): Promise<readonly Task[]>
  /** Takes up to `limit` running tasks that are free, hiding them from other takers until `leaseUntil`. Longest free first. */
  leaseTasks(command: {
    readonly topics: readonly string[]
    readonly now: TimeMs
    readonly leaseUntil: TimeMs
    readonly limit: number
  }): Promise<readonly Task[]>
  /** Keeps where it is, so that the next taker goes on from there, and moves the lease's end. Nothing happens once it is done. */
  saveTask(command: {
    readonly id: number
    readonly input: JsonObject
    readonly leaseUntil: TimeMs
  }): Promise<void>
  /** Failed for now: counts the attempt, and leaves it to the next taker from `nextAttemptAt` on. */
  postponeTask(command: { readonly id: number; readonly nextAttemptAt: TimeMs }): Promise<void>
  /** The first result stays. */
  finishTask(command: { readonly id: number; readonly result: JsonObject }): Promise<void>
  /** Deletes up to `limit` that were made before `before` and are done. */
  forgetTasks(command: { readonly before: TimeMs; readonly limit: number }): Promise<number>
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

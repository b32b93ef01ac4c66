import type { TimeMs } from '../../clock.ts'
import type { AccountId } from '../../ids.ts'
import type { JsonObject } from '../../model/json.ts'
import type { AccountLimits } from '../../model/limits.ts'
import type { Task } from '../../model/tasks.ts'

export interface NewTask extends Omit<Task, 'id' | 'state' | 'result' | 'attempts'> {
  readonly unfinishedMax: number
  /** What the task does frees room, so it is taken while there is little. */
  readonly frees?: boolean
  /** The account's limits; absent for none. */
  readonly within?: Pick<AccountLimits, 'tasks'>
}

/** Work that goes on after the answer. */
export interface TaskCommands {
  /**
   * Fails with `quota-exceeded` where `unfinishedMax` tasks of its topic and scope are not done yet, 0 for no limit, or as many of its
   * account as its limits allow. Some more may come in where several are added at once.
   */
  addTask(command: NewTask): Promise<Task>
  /** Those that are there, in the order asked for. `scope` null takes any of the account's. */
  findTasks(query: {
    readonly account: AccountId
    readonly scope: string | null
    readonly ids: readonly number[]
  }): Promise<readonly Task[]>
  /** Takes up to `limit` running tasks that are free, longest free first. Nobody else gets them until `leaseUntil`. */
  leaseTasks(command: {
    readonly topics: readonly string[]
    readonly now: TimeMs
    readonly leaseUntil: TimeMs
    readonly limit: number
    /** What is free only after this is free now: nothing waits so long, so somebody's clock was wrong. Default: never. */
    readonly voidAfter?: TimeMs
  }): Promise<readonly Task[]>
  /** Keeps how far the task is, for the next taker, and moves the lease's end. Does nothing once the task is done. */
  saveTask(command: {
    readonly id: number
    readonly input: JsonObject
    readonly leaseUntil: TimeMs
  }): Promise<void>
  /** Counts a failed attempt. The next taker gets the task from `nextAttemptAt` on. */
  postponeTask(command: { readonly id: number; readonly nextAttemptAt: TimeMs }): Promise<void>
  /** The first result stays. */
  finishTask(command: { readonly id: number; readonly result: JsonObject }): Promise<void>
  /** Deletes up to `limit` that were made before `before` and are done. */
  forgetTasks(command: { readonly before: TimeMs; readonly limit: number }): Promise<number>
}

import type { Clock } from '../clock.ts'
import type { AccountId } from '../ids.ts'
import type { JsonObject } from '../model/json.ts'
import type { Task } from '../model/tasks.ts'
import type { TaskCommands } from '../ports/commands/tasks.ts'

/** Work that goes on after the answer. Jobs do it, by the runners that dialects bring. */
export interface Tasks {
  /** Keeps a task for the runner of its topic, which takes it as soon as it can. */
  add(task: {
    readonly account: AccountId
    readonly scope: string
    readonly topic: string
    readonly input: JsonObject
    /** Most tasks of its topic and scope that are not done yet, else `quota-exceeded`; default no limit. */
    readonly unfinishedMax?: number
    /** Whether what it does frees room: such a task is taken while there is little. */
    readonly frees?: boolean
  }): Promise<Task>
  /** Those that are there, in the order asked for. `scope` null takes any of the account's. */
  find: TaskCommands['findTasks']
}

interface TaskPorts {
  readonly metadata: TaskCommands
  readonly clock: Clock
}

export function createTasks({ metadata, clock }: TaskPorts): Tasks {
  return {
    add: ({ unfinishedMax = 0, ...task }) =>
      metadata.addTask({ ...task, unfinishedMax, createdAt: clock.now() }),
    find: (query) => metadata.findTasks(query),
  }
}

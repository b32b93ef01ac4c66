import type { AnswerOf, CommandName, CommandOf, Step } from './commands.ts'
import type { Numbers } from './numbers.ts'
import { plain } from './outcomes.ts'

// Everything in which stores may differ and be right stands here.

type Sent = {
  readonly [Name in CommandName]?: (command: CommandOf<Name>, numbers: Numbers) => CommandOf<Name>
}
type Received = {
  readonly [Name in CommandName]?: (answer: AnswerOf<Name>, numbers: Numbers, at: number) => AnswerOf<Name>
}
type Open = { readonly [Name in CommandName]?: Rule<Name> }

interface Rule<Name extends CommandName> {
  readonly reason: string
  /** What has to be the same. */
  apply(answer: AnswerOf<Name>): unknown
}

/** Numbers that stores give out differ: a transaction that is undone uses some up. */
const SENT: Sent = {
  listRecycled: (command, numbers) => {
    const { after } = command
    return after === null
      ? command
      : { ...command, after: { ...after, id: numbers.own('recycled', after.id) } }
  },
  findRecycled: (command, numbers) => ({ ...command, id: numbers.own('recycled', command.id) }),
  restoreRecycled: (command, numbers) => ({ ...command, id: numbers.own('recycled', command.id) }),
  removeRecycled: (command, numbers) => ({ ...command, id: numbers.own('recycled', command.id) }),
  findQuota: (command, numbers) =>
    'id' in command ? { ...command, id: numbers.own('quota', command.id) } : command,
  updateQuota: (command, numbers) => ({ ...command, id: numbers.own('quota', command.id) }),
  findTasks: (command, numbers) => ({ ...command, ids: command.ids.map((id) => numbers.own('task', id)) }),
  saveTask: (command, numbers) => ({ ...command, id: numbers.own('task', command.id) }),
  postponeTask: (command, numbers) => ({ ...command, id: numbers.own('task', command.id) }),
  finishTask: (command, numbers) => ({ ...command, id: numbers.own('task', command.id) }),
}

const RECEIVED: Received = {
  removeEntry: (answer, numbers, at) => {
    const { recycledId } = answer
    return recycledId === null ? answer : { ...answer, recycledId: numbers.learn('recycled', recycledId, at) }
  },
  listRecycled: (answer, numbers, at) => ({
    ...answer,
    recycled: answer.recycled.map((item) => ({ ...item, id: numbers.learn('recycled', item.id, at) })),
  }),
  findRecycled: (answer, numbers, at) =>
    answer && { ...answer, id: numbers.learn('recycled', answer.id, at) },
  createQuota: (answer, numbers, at) => ({ ...answer, id: numbers.learn('quota', answer.id, at) }),
  updateQuota: (answer, numbers, at) => ({ ...answer, id: numbers.learn('quota', answer.id, at) }),
  findQuota: (answer, numbers, at) => answer && { ...answer, id: numbers.learn('quota', answer.id, at) },
  addTask: (answer, numbers, at) => ({ ...answer, id: numbers.learn('task', answer.id, at) }),
  findTasks: (answer, numbers, at) =>
    answer.map((task) => ({ ...task, id: numbers.learn('task', task.id, at) })),
  leaseTasks: (answer, numbers, at) =>
    answer.map((task) => ({ ...task, id: numbers.learn('task', task.id, at) })),
}

/** What the contract leaves open. */
const OPEN: Open = {
  filesOfSize: {
    reason: 'of several files with the same bytes any one may be told',
    apply: (found) => found.map(({ file, fingerprint }) => [file.content, fingerprint]),
  },
  databaseTime: { reason: 'one of the stores has a time of its own', apply: () => 'a time, or none' },
  listAssemblies: { reason: 'it names no order', apply: (plans) => plans.map(plain).sort() },
  findAssemblies: { reason: 'it names no order', apply: (found) => found.map(plain).sort() },
}

/** The command as a store with these numbers has to be asked. */
export function sent({ name, command }: Step, numbers: Numbers): Step['command'] {
  const rule: ((command: never, numbers: Numbers) => Step['command']) | undefined = SENT[name]
  return rule === undefined ? command : rule(command as never, numbers)
}

/** The answer with the history's numbers. */
export function received({ name, at }: Step, answer: unknown, numbers: Numbers): unknown {
  const rule: ((answer: never, numbers: Numbers, at: number) => unknown) | undefined = RECEIVED[name]
  return rule === undefined ? answer : rule(answer as never, numbers, at)
}

/** Of an answer with the history's numbers, what has to be the same in both stores. */
export function compared(name: CommandName, answer: unknown): unknown {
  const rule: Rule<never> | undefined = OPEN[name]
  return rule === undefined ? answer : rule.apply(answer as never)
}

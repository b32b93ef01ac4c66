import { CoreError } from '../../core/errors.ts'
import type { AccountId } from '../../core/ids.ts'
import type { Task } from '../../core/model/tasks.ts'
import { parseJson } from '../values.ts'
import type { ScriptOf } from './command.ts'
import { all, LOCK_FREE, one, run, type Script } from './script.ts'

interface TaskRow {
  readonly id: number
  readonly account: AccountId
  readonly scope: string
  readonly topic: string
  readonly input: string
  readonly result: string | null
  readonly attempts: number
  readonly created_at: number
  readonly free_at: number
}

const COLUMNS = 'id, account, scope, topic, input, result, attempts, created_at, free_at'

export const addTask: ScriptOf<'addTask'> = function* ({ unfinishedMax, within, ...task }) {
  const { account, scope, topic, input, createdAt } = task
  if (unfinishedMax > 0) {
    const unfinished = yield* all<Pick<TaskRow, 'id'>>(
      'SELECT id FROM tasks WHERE topic = ? AND result IS NULL AND account = ? AND scope = ? LIMIT ?',
      ...[topic, account, scope, unfinishedMax],
    )
    if (unfinished.length >= unfinishedMax) {
      throw new CoreError('quota-exceeded', 'too many tasks are not done yet', {
        limit: 'tasks',
        unfinishedMax,
      })
    }
  }
  if (within !== undefined) yield* requireFewer(account, within.tasks)
  const rows = yield* all<TaskRow>(
    `INSERT INTO tasks (account, scope, topic, input, attempts, created_at, free_at)
     VALUES (?, ?, ?, ?, 0, ?, ?) RETURNING ${COLUMNS}`,
    ...[account, scope, topic, JSON.stringify(input), createdAt, createdAt],
  )
  const [row] = rows
  if (row === undefined) throw new Error('a row that was inserted is not there')
  return taskOf(row)
}

function* requireFewer(account: AccountId, max: number): Script<void> {
  if (max === 0) return
  const row = yield* one<{ tasks: number }>(
    `SELECT count(*) AS tasks FROM (SELECT 1 FROM tasks WHERE account = ? AND result IS NULL LIMIT ?) AS counted`,
    ...[account, max],
  )
  if ((row?.tasks ?? 0) < max) return
  throw new CoreError('quota-exceeded', 'too many tasks are not done yet', { limit: 'tasks', max })
}

export const findTasks: ScriptOf<'findTasks'> = function* ({ account, scope, ids }) {
  const tasks: Task[] = []
  for (const id of new Set(ids)) {
    if (!Number.isSafeInteger(id)) continue
    const row = yield* one<TaskRow>(`SELECT ${COLUMNS} FROM tasks WHERE id = ?`, id)
    if (row?.account === account && (scope === null || row.scope === scope)) tasks.push(taskOf(row))
  }
  return tasks
}

const freeAt = (compared: '<=' | '>'): string =>
  `SELECT * FROM (SELECT ${COLUMNS} FROM tasks WHERE topic = ? AND free_at ${compared} ? AND result IS NULL
   ORDER BY free_at, id LIMIT ?${LOCK_FREE}) AS due`
const FREE_OR_VOID = `${freeAt('<=')} UNION ALL ${freeAt('>')}`

/** A leased task is free again at the lease's end, because its taker may be gone by then. */
export const leaseTasks: ScriptOf<'leaseTasks'> = function* ({ topics, now, leaseUntil, limit, voidAfter }) {
  const free: TaskRow[] = []
  for (const topic of new Set(topics)) {
    const rows = yield* voidAfter === undefined
      ? all<TaskRow>(freeAt('<='), topic, now, limit)
      : all<TaskRow>(FREE_OR_VOID, topic, now, limit, topic, Math.max(now, voidAfter), limit)
    free.push(...rows)
  }
  const taken = free.sort((a, b) => a.free_at - b.free_at || a.id - b.id).slice(0, limit)
  for (const { id } of taken) yield* run('UPDATE tasks SET free_at = ? WHERE id = ?', leaseUntil, id)
  return taken.map(taskOf)
}

export const saveTask: ScriptOf<'saveTask'> = function* ({ id, input, leaseUntil }) {
  yield* run(
    'UPDATE tasks SET input = ?, free_at = ? WHERE id = ? AND result IS NULL',
    ...[JSON.stringify(input), leaseUntil, id],
  )
}

export const postponeTask: ScriptOf<'postponeTask'> = function* ({ id, nextAttemptAt }) {
  yield* run(
    'UPDATE tasks SET attempts = attempts + 1, free_at = ? WHERE id = ? AND result IS NULL',
    ...[nextAttemptAt, id],
  )
}

export const finishTask: ScriptOf<'finishTask'> = function* ({ id, result }) {
  yield* run('UPDATE tasks SET result = ? WHERE id = ? AND result IS NULL', JSON.stringify(result), id)
}

export const forgetTasks: ScriptOf<'forgetTasks'> = function* ({ before, limit }) {
  return yield* run(
    `DELETE FROM tasks WHERE id IN
       (SELECT id FROM tasks WHERE created_at < ? AND result IS NOT NULL ORDER BY created_at, id LIMIT ?)`,
    ...[before, limit],
  )
}

const taskOf = (row: TaskRow): Task => ({
  id: row.id,
  account: row.account,
  scope: row.scope,
  topic: row.topic,
  input: parseJson(row.input),
  state: row.result === null ? 'running' : 'done',
  result: row.result === null ? null : parseJson(row.result),
  attempts: row.attempts,
  createdAt: row.created_at,
})

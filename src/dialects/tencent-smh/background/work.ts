import { isCoreError } from '../../../core/errors.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { Entry, EntryId } from '../../../core/model/trees.ts'
import { SmhError } from '../errors.ts'
import type { Actor, SpaceContext } from '../model/context.ts'
import { type Copied, type Copying, copyEntry } from '../model/copy.ts'
import { doItem, failedResult, type Item, isFinal, isSuccess, placedResult } from '../model/items.ts'
import type { Strategy } from '../model/strategy.ts'

/** The topic of all this dialect's tasks. */
export const TASK_TOPIC = 'tencent-smh.work'

/** What a task does: a batch of items, or the copy of one directory. */
export type WorkType = Item['do'] | 'copy-directory'

/** A copy in steps: what `trees.continueCopy` goes on with. */
type LargeCopy = { readonly id: EntryId; readonly strategy: Strategy }

/** A task's input: what is to be done and what was. Plain JSON. */
export type Work = {
  readonly type: WorkType
  readonly library: string
  readonly space: string
  /** The root of the space. A later space of the same id has another. */
  readonly root: EntryId
  readonly user: string
  readonly grants: readonly string[]
  readonly spaces: readonly string[]
  /** Attributes of the caller's token. They tell which spaces those are. */
  readonly token: JsonObject
  /** Still to do. */
  readonly items: readonly Item[]
  /** Results of the earlier items, in their order. */
  readonly results: readonly JsonObject[]
  /** The copy of the first item, once it has begun. */
  readonly copy: LargeCopy | null
}

/** A task's result. */
export type WorkResult = {
  readonly type: WorkType
  /** 200, 204, 207 or 500: reference §7. */
  readonly status: number
  readonly results: readonly JsonObject[]
}

/** Entries that one step of a copy brings. */
const STEP_ENTRIES = 2000
/** So many items of a batch are done before the answer. A larger batch becomes a task. */
const ITEMS_AT_ONCE_MAX = 100

/** What the tasks of a space belong to. */
export const taskScope = (library: string, space: string): string => `smh/${library}/${space}`

/**
 * Does a batch. Returns its results, or the task that does a large one. `onTrouble` gets errors that are the server's fault.
 * Errors: unexpected ones.
 */
export async function doBatch(
  context: SpaceContext,
  type: Item['do'],
  items: readonly Item[],
  onTrouble: (error: Error) => void,
): Promise<{ readonly results: readonly JsonObject[] } | { readonly taskId: number }> {
  if (items.length > ITEMS_AT_ONCE_MAX) return startTask(context, type, items, [])
  const results: JsonObject[] = []
  for (const [at, item] of items.entries()) {
    const result = await tryItem(context, item, onTrouble)
    if (result === null) return startTask(context, type, items.slice(at), results)
    results.push(result)
  }
  return { results }
}

/** Copies a file or a directory. A task copies a large directory. Errors: those of `copyEntry`. */
export async function copyOrTask(
  context: SpaceContext,
  copying: Copying,
): Promise<
  Extract<Copied, { readonly kind: 'copied' }> | { readonly kind: 'task'; readonly taskId: number }
> {
  const copied = await copyEntry(context, copying)
  if (copied.kind === 'copied') return copied
  const { copyFrom, copyFromSpace, to, strategy } = copying
  const item: Item = { do: 'copy', copyFrom, copyFromSpace, to, strategy }
  return { kind: 'task', ...(await startTask(context, 'copy-directory', [item], [])) }
}

/** Null: the item is a copy that takes steps. */
async function tryItem(
  context: SpaceContext,
  item: Item,
  onTrouble: (error: Error) => void,
): Promise<JsonObject | null> {
  try {
    const outcome = await doItem(context, item)
    return outcome.kind === 'done' ? outcome.result : null
  } catch (error) {
    if (!(error instanceof SmhError) && !isCoreError(error)) throw error
    if (!isFinal(error)) onTrouble(error)
    return failedResult(item, error)
  }
}

async function startTask(
  { core, library, address, volume, caller }: SpaceContext,
  type: WorkType,
  items: readonly Item[],
  results: readonly JsonObject[],
): Promise<{ readonly taskId: number }> {
  const spaces = caller.token?.volumes ?? []
  const token = caller.token?.attributes ?? {}
  const who = { user: caller.user, grants: caller.grants, spaces, token }
  const input: Work = {
    ...{ type, library: library.id, space: address.volume, root: volume.root, ...who },
    ...{ items, results, copy: null },
  }
  const { id } = await core.tasks.add({
    account: address.account,
    scope: taskScope(library.id, address.volume),
    topic: TASK_TOPIC,
    input,
    frees: type === 'delete',
  })
  return { taskId: id }
}

/** The one for whom a task works. */
export const actorOf = ({ user, grants, spaces, token }: Work): Actor => ({
  user,
  grants,
  token: { volumes: spaces, attributes: token },
})

/**
 * Does one step of a task, an item or a piece of a large copy. Returns what is left. An error of the item becomes its result. Other
 * errors are thrown, so that the step can be tried again.
 */
export async function doStep(context: SpaceContext, work: Work): Promise<Work> {
  const [item, ...items] = work.items
  if (item === undefined) return work
  const done = (result: JsonObject): Work => ({
    ...work,
    items,
    results: [...work.results, result],
    copy: null,
  })
  try {
    if (work.copy !== null) {
      const entry = await continueCopy(context, work.copy.id)
      return entry === null ? work : done(placedResult(item, entry, work.copy.strategy))
    }
    const outcome = await doItem(context, item)
    if (outcome.kind === 'done') return done(outcome.result)
    const id = await context.core.trees.beginCopy(outcome.command)
    return { ...work, copy: { id, strategy: outcome.strategy } }
  } catch (error) {
    if (!isFinal(error)) throw error
    return done(failedResult(item, error))
  }
}

/** Null: the copy goes on. If there is no such copy, a step has finished it whose end was not saved. */
async function continueCopy({ core, address }: SpaceContext, id: EntryId): Promise<Entry | null> {
  try {
    return await core.trees.continueCopy({ account: address.account, id, limit: STEP_ENTRIES })
  } catch (error) {
    if (!isCoreError(error, 'object-not-found')) throw error
    const entry = await core.trees.findEntry({ volume: address, at: { id } })
    if (entry === null) throw new SmhError('SourceDirectoryNotFound')
    return entry
  }
}

/** Everything that is left fails with this error. */
export const failRest = (work: Work, error: unknown): Work => ({
  ...work,
  items: [],
  results: [...work.results, ...work.items.map((item) => failedResult(item, error))],
  copy: null,
})

/** The result of finished work. */
export function resultOf({ type, results }: Work): WorkResult {
  const failures = results.filter((result) => !isSuccess(result))
  if (type !== 'copy-directory') return { type, status: failures.length === 0 ? 200 : 207, results }
  const status = failures.length > 0 ? 500 : results.some((result) => 'path' in result) ? 200 : 204
  return { type, status, results }
}

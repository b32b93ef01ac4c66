import type { Json, JsonObject } from '../../../core/model/json.ts'
import type { Entry } from '../../../core/model/trees.ts'
import { requireGrant } from '../auth/grants.ts'
import { asSmhError } from '../errors.ts'
import { splitPath } from '../wire/names.ts'
import type { SpaceContext } from './context.ts'
import { type CopyCommand, copyEntry } from './copy.ts'
import { deleteEntry } from './delete.ts'
import { moveEntry } from './move.ts'
import { restoreItem } from './recycled.ts'
import type { Strategy } from './strategy.ts'

/** One thing to do of a batch (reference §7). It is plain JSON, so that a task can keep it. */
export type Item =
  | { readonly do: 'delete'; readonly path: string; readonly permanent: boolean }
  | {
      readonly do: 'copy'
      readonly copyFrom: string
      readonly copyFromSpace: string | null
      readonly to: string
      readonly strategy: Strategy | null
    }
  | {
      readonly do: 'move'
      readonly from: string
      readonly fromSpace: string | null
      readonly to: string
      readonly strategy: Strategy | null
    }
  | {
      readonly do: 'restore'
      readonly recycledItemId: number
      readonly strategy: Strategy
      readonly fallbackToRoot: boolean
    }

/** The result of an item, as answers have it; or the item is a copy that takes steps. */
export type Outcome =
  | { readonly kind: 'done'; readonly result: JsonObject }
  | { readonly kind: 'large'; readonly command: CopyCommand; readonly strategy: Strategy }

/** Does one item. Errors: those of its operation. */
export async function doItem(context: SpaceContext, item: Item): Promise<Outcome> {
  switch (item.do) {
    case 'delete': {
      const { recycledItemId } = await deleteEntry(context, { ...item, taken: 'any' })
      const gone = recycledItemId === null ? { status: 204 } : { status: 200, recycledItemId }
      return { kind: 'done', result: { ...echoOf(item), ...gone } }
    }
    case 'copy': {
      const copied = await copyEntry(context, { ...item, taken: 'any' })
      if (copied.kind === 'large') return copied
      return { kind: 'done', result: placedResult(item, copied.entry, copied.strategy) }
    }
    case 'move': {
      const { entry, strategy } = await moveEntry(context, { ...item, taken: 'any' })
      return { kind: 'done', result: placedResult(item, entry, strategy) }
    }
    case 'restore': {
      requireGrant(context, 'recycled.restore')
      const { path } = await restoreItem(context, item)
      return { kind: 'done', result: { ...echoOf(item), status: 200, path } }
    }
  }
}

/** The result of a move or copy. It has the path if the caller cannot know it. */
export const placedResult = (item: Item, { path }: Entry, strategy: Strategy): JsonObject =>
  strategy === 'rename' ? { ...echoOf(item), status: 200, path } : { ...echoOf(item), status: 204 }

/** The result of an item that failed. */
export function failedResult(item: Item, error: unknown): JsonObject {
  const { status, code, message } = asSmhError(error)
  return { ...echoOf(item), status, code, message }
}

/** Whether the error is the item's own. Trouble of the server may be over later. */
export const isFinal = (error: unknown): boolean => asSmhError(error).status < 500

/** Paths come back as names from the root. */
function echoOf(item: Item): { readonly [name: string]: Json } {
  switch (item.do) {
    case 'delete':
      return { path: splitPath(item.path) }
    case 'copy':
      return { copyFrom: splitPath(item.copyFrom), to: splitPath(item.to) }
    case 'move':
      return { from: splitPath(item.from), to: splitPath(item.to) }
    case 'restore':
      return { recycledItemId: item.recycledItemId }
  }
}

/** Whether a result tells of success. */
export const isSuccess = ({ status }: JsonObject): boolean => typeof status === 'number' && status < 300

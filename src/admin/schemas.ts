import { z } from 'zod'
import type { JsonObject } from '../core/model/json.ts'
import { AdminError } from './errors.ts'

/** A moment, as ISO 8601 has it. Within the program it is in milliseconds. */
export const time = z.iso.datetime({ offset: true })

export const timeOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

export const msOf = (text: string | null): number | null => (text === null ? null : Date.parse(text))

/** A call without parameters. */
export const noQuery = z.strictObject({})

/** Parameters of lists: a page, and where it begins. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('most entries of the page'),
  after: z.string().max(4096).optional().describe('`next` of the page before'),
}

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().describe('`after` of the next page; null where nothing is left'),
  })

/** A place in a list as a text that callers give back as it is. */
export const cursorOf = (place: string): string => Buffer.from(place).toString('base64url')

/** Errors: 400 for a text that no page has had. */
export function placeOf(cursor: string | undefined): string {
  const place = Buffer.from(cursor ?? '', 'base64url')
  if (cursor === undefined || cursorOf(place.toString()) === cursor) return place.toString()
  throw new AdminError(400, 'invalid-argument', '`after` is not the `next` of a page', {
    members: { field: 'after' },
  })
}

/** What somebody keeps for themselves: by key, as the configuration's files have it. */
export const entry: z.ZodType<JsonObject, JsonObject> = z.record(z.string(), z.json())

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

/** Without what is not given. */
export const definedOf = <T extends object>(given: T): Defined<T> =>
  // Only members that are undefined are left out.
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<T>

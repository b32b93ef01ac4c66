import type { TimeMs } from '../../../core/clock.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import type { EntryTraits } from '../../../core/model/trees.ts'
import { isList, isObject } from '../../../http/json-shapes.ts'

/** What the dialect keeps of an entry beside what every tree has. */
export interface EntryAttributes {
  /** Who made it or last wrote it; empty for nobody. */
  readonly user: string
  /** Custom metadata by its whole name in lower case, `x-smh-meta-` included. */
  readonly meta: Readonly<Record<string, string>>
  readonly labels: readonly string[]
  readonly category: string | null
}

/** As an entry keeps them. Empty ones are left out. */
export function toJson({ user, meta, labels, category }: EntryAttributes): JsonObject {
  return {
    ...(user === '' ? {} : { user }),
    ...(Object.keys(meta).length === 0 ? {} : { meta }),
    ...(labels.length === 0 ? {} : { labels }),
    ...(category === null ? {} : { category }),
  }
}

export function fromJson({ user, meta, labels, category }: JsonObject): EntryAttributes {
  return {
    user: typeof user === 'string' ? user : '',
    meta: isTexts(meta) ? meta : {},
    labels: isList(labels) ? labels.filter((label) => typeof label === 'string') : [],
    category: typeof category === 'string' ? category : null,
  }
}

export const isTexts = (value: Json | undefined): value is Readonly<Record<string, string>> =>
  isObject(value) && Object.values(value).every((each) => typeof each === 'string')

/** What a body says of an entry. What it does not say is absent. */
export interface GivenTraits {
  readonly labels?: readonly string[]
  readonly category?: string | null
  readonly meta?: Readonly<Record<string, string>>
  readonly localCreatedAt?: TimeMs
  readonly localModifiedAt?: TimeMs
}

/** The traits of a new entry of `user`'s. */
export function newTraits(user: string, given: GivenTraits = {}): EntryTraits {
  const { labels = [], category = null, meta = {}, localCreatedAt = null, localModifiedAt = null } = given
  return { attributes: toJson({ user, meta, labels, category }), localCreatedAt, localModifiedAt }
}

/** The traits that change. What is not given stays. */
export function changedTraits(attributes: JsonObject, given: GivenTraits): Partial<EntryTraits> {
  const { labels, category, meta, ...times } = given
  const before = fromJson(attributes)
  const after: EntryAttributes = {
    ...before,
    ...(labels === undefined ? {} : { labels }),
    ...(category === undefined ? {} : { category }),
    ...(meta === undefined ? {} : { meta }),
  }
  return { ...times, attributes: toJson(after) }
}

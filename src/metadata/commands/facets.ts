import type { SearchObjects } from '../../core/ports/commands/catalog.ts'
import { type Condition, hasLabel, oneOf } from './conditions.ts'

/** Something of which objects need one, to be found. */
export interface Facet {
  /** As rows of labels have it. Never none: no row has the empty label. */
  readonly labels: readonly string[]
  /** The same of a row that another facet leads to. */
  readonly isMet: Condition
  /** No object has two of these labels. */
  readonly isExclusive: boolean
}

/** Rows of labels also say which status and kind an object has, so that these two are found as labels are. */
export const rowLabel = {
  label: (label: string): string => `l:${label}`,
  status: (status: string): string => `s:${status}`,
  kind: (kind: string): string => `k:${kind}`,
} as const

/** Whether a row's label is one that its dialect gave. */
export const isOwnLabel = (label: string): boolean => label.startsWith(rowLabel.label(''))

/** In the order of the query. */
export function facetsOf({
  labels,
  statuses,
  kinds,
}: Pick<SearchObjects, 'labels' | 'statuses' | 'kinds'>): readonly Facet[] {
  const own = (values: readonly string[], name: 'status' | 'kind'): Facet => {
    const isMet = oneOf(`m.${name}`, values)
    return { labels: namesOf(values, rowLabel[name]), isMet, isExclusive: true }
  }
  return [
    ...labels.map((group) => {
      const all = namesOf(group, rowLabel.label)
      return { labels: all, isMet: hasLabel(all), isExclusive: false }
    }),
    ...(statuses === null ? [] : [own(statuses, 'status')]),
    ...(kinds === null ? [] : [own(kinds, 'kind')]),
  ]
}

const namesOf = (values: readonly string[], name: (value: string) => string): readonly string[] =>
  values.length === 0 ? [''] : [...new Set(values)].map(name)

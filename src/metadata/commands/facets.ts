import type { SearchObjects } from '../../core/ports/commands/catalog.ts'
import { type Condition, hasLabel, oneOf } from './conditions.ts'

/** Labels of which an object needs one to be found. */
export interface Facet {
  /** As rows of labels have them. There is always one: the empty label, which no row has, stands for none. */
  readonly labels: readonly string[]
  /** The condition on a row that another facet led to. */
  readonly isMet: Condition
  /** No object has two of these labels. */
  readonly isExclusive: boolean
}

/** Status and kind stand in rows of labels, too, so that objects are found by them as by labels. */
export const rowLabel = {
  label: (label: string): string => `l:${label}`,
  status: (status: string): string => `s:${status}`,
  kind: (kind: string): string => `k:${kind}`,
} as const

/** Whether the dialect gave the label of a row. */
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

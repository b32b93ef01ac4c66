import type { SearchObjects } from '../../core/ports/commands/catalog.ts'
import { folded } from '../values.ts'
import type { ScriptValue } from './script.ts'

/** SQL with the values of its question marks. `m` is the row in question, one of an object's labels. */
export interface Condition {
  readonly sql: string
  readonly values: readonly ScriptValue[]
}

export const and = (conditions: readonly Condition[]): Condition => ({
  sql: conditions.map(({ sql }) => sql).join(' AND '),
  values: conditions.flatMap(({ values }) => values),
})

export const not = ({ sql, values }: Condition): Condition => ({ sql: `NOT ${sql}`, values })

export const oneOf = (column: 'm.status' | 'm.kind', values: readonly string[]): Condition => ({
  sql: `${column} IN (??)`,
  values: [values],
})

/** At least one of these labels, as rows have them. */
export const hasLabel = (labels: readonly string[]): Condition => ({
  sql: 'EXISTS (SELECT 1 FROM object_labels l WHERE l.object = m.object AND l.label IN (??))',
  values: [labels],
})

/** No condition if the span has no ends. */
export const createdWithin = ({
  createdFrom,
  createdUntil,
}: Pick<SearchObjects, 'createdFrom' | 'createdUntil'>): readonly Condition[] => [
  ...(createdFrom === null ? [] : [{ sql: 'm.created_at >= ?', values: [createdFrom] }]),
  ...(createdUntil === null ? [] : [{ sql: 'm.created_at <= ?', values: [createdUntil] }]),
]

/** No condition without a keyword. `isText`: `m` is a row of texts. */
export function hasKeyword(
  keyword: { readonly text: string; readonly orLabels: readonly string[] } | null,
  { isText = false } = {},
): readonly Condition[] {
  if (keyword === null) return []
  const { text, orLabels } = keyword
  const like = likeAny(text)
  const inText = isText
    ? "m.text LIKE ? ESCAPE '!'"
    : "EXISTS (SELECT 1 FROM object_texts t WHERE t.object = m.object AND t.text LIKE ? ESCAPE '!')"
  if (orLabels.length === 0) return [{ sql: inText, values: [like] }]
  const label = hasLabel(orLabels)
  return [{ sql: `(${inText} OR ${label.sql})`, values: [like, ...label.values] }]
}

/** A pattern of LIKE for folded text that contains `text`. Its ESCAPE is `!`. */
export const likeAny = (text: string): string => `%${folded(text).replaceAll(/[!%_]/g, '!$&')}%`

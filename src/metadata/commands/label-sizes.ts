import type { SearchObjects } from '../../core/ports/commands/catalog.ts'
import { and, createdWithin } from './conditions.ts'
import type { Facet } from './facets.ts'
import { all, type Script } from './script.ts'

/** Labels are counted up to these bounds, one after the other. */
const BOUNDS = [1_000, 8_000, 64_000]

type Sizes = ReadonlyMap<string, number>

/**
 * The facets by how many objects fit, fewest first; each one's labels the other way round. Counting goes on until one facet is
 * known, so that it is no more work than to walk through that one. Those that nobody counted to the end stay as they were.
 */
export function* smallestFirst(
  query: SearchObjects,
  bucket: number,
  facets: readonly Facet[],
): Script<readonly Facet[]> {
  const labels = [...new Set(facets.flatMap((facet) => facet.labels))]
  if (labels.length <= 1) return facets
  for (const bound of BOUNDS) {
    const sizes = yield* sizesOf(query, bucket, labels, bound)
    if (bound === BOUNDS.at(-1) || facets.some((facet) => sizeOf(facet, sizes, bound) < bound)) {
      return facets
        .map((facet) => ({ ...facet, labels: facet.labels.toSorted(bySize(sizes)) }))
        .sort((a, b) => sizeOf(a, sizes, bound) - sizeOf(b, sizes, bound))
    }
  }
  return facets
}

const bySize = (sizes: Sizes) => (a: string, b: string) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0)

/** The bound also stands for any larger number. */
const sizeOf = ({ labels }: Facet, sizes: Sizes, bound: number): number =>
  Math.min(
    bound,
    labels.reduce((sum, label) => sum + (sizes.get(label) ?? 0), 0),
  )

/** Objects that have each label, up to the bound. */
function* sizesOf(
  query: SearchObjects,
  bucket: number,
  labels: readonly string[],
  bound: number,
): Script<Sizes> {
  const counts = labels.map((label, at) => {
    const labelled = { sql: 'm.bucket = ? AND m.label = ?', values: [bucket, label] }
    const { sql, values } = and([labelled, ...createdWithin(query)])
    return {
      sql: `SELECT ${at} AS label, count(*) AS size
        FROM (SELECT 1 FROM object_labels m WHERE ${sql} LIMIT ?) AS labelled`,
      values: [...values, bound],
    }
  })
  const rows = yield* all<{ label: number; size: number }>(
    counts.map(({ sql }) => sql).join(' UNION ALL '),
    ...counts.flatMap(({ values }) => values),
  )
  return new Map(rows.map(({ label, size }) => [labels[label] ?? '', size]))
}

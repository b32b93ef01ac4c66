import type { EntryCriteria, SearchMarker, SearchOrder } from '../../../src/core/model/tree-search.ts'
import type { Entry } from '../../../src/core/model/trees.ts'
import type { SearchEntries } from '../../../src/core/ports/commands/tree-search.ts'
import { compareNames } from '../../../src/core/rules/names.ts'
import type { Tree } from './tree.ts'

const ANYTHING: EntryCriteria = {
  ...{ keywords: [], under: null, shapes: null, extensions: null, notExtensions: [] },
  ...{ sizeMin: null, sizeMax: null, modifiedFrom: null, modifiedUntil: null, attributes: [] },
}

export const ORDERS: readonly SearchOrder[] = [
  ...(['name', 'modified', 'size', 'created', 'local-created', 'local-modified'] as const),
]

export type Wanted = Partial<EntryCriteria> & Partial<Omit<SearchEntries, 'volume' | 'criteria' | 'after'>>

/** A search with defaults for all that a test does not care about. */
export function searchOf({
  order = 'name',
  descending = false,
  ranked = false,
  limit = 1000,
  ...wanted
}: Wanted) {
  return { criteria: { ...ANYTHING, ...wanted }, order, descending, ranked, limit }
}

/** Brings the index up to date. */
export const index = async ({ facts }: Tree): Promise<void> => {
  while ((await facts.indexEntries({ limit: 100 })) > 0);
}

/** All that a search finds, page by page, and how large its pages were. */
export async function searched(tree: Tree, wanted: Wanted) {
  const pages: (readonly Entry[])[] = []
  let after: SearchMarker | null = null
  do {
    const page = await tree.facts.searchEntries({ volume: tree.volume, ...searchOf(wanted), after })
    pages.push(page.entries)
    after = page.next
  } while (after !== null)
  return { entries: pages.flat(), sizes: pages.map(({ length }) => length) }
}

export const pathsOf = (entries: readonly Entry[]): readonly string[] =>
  entries.map(({ path }) => (path ?? ['?']).join('/'))

/** Paths of all that a search finds. */
export const foundIn = async (tree: Tree, wanted: Wanted): Promise<readonly string[]> =>
  pathsOf((await searched(tree, wanted)).entries)

/** What a look at every entry finds, by the simplest means. `under` is a path. */
export function expected(entries: readonly Entry[], wanted: Wanted): readonly Entry[] {
  const { criteria, order, descending, ranked } = searchOf(wanted)
  const rank = (entry: Entry): number => (ranked && criteria.keywords.length > 1 ? hits(entry, criteria) : 0)
  const sign = descending ? -1 : 1
  const value = VALUES[order]
  return entries
    .filter((entry) => fits(entry, criteria))
    .toSorted(
      (a, b) => rank(b) - rank(a) || sign * (compareValues(value(a), value(b)) || compareNames(a.id, b.id)),
    )
}

const plain = (text: string): string => text.normalize('NFKC').toLowerCase()

const hits = ({ name }: Entry, { keywords }: EntryCriteria): number =>
  [...new Set(keywords.map(plain))].filter((keyword) => plain(name).includes(keyword)).length

function extensionOf({ kind, name }: Entry): string {
  const [, extension = ''] = /^.+\.([^.]*)$/s.exec(name) ?? []
  return kind === 'directory' ? '' : extension.toLowerCase()
}

const sizeOf = (entry: Entry): number =>
  entry.kind === 'file' ? entry.content.size : entry.kind === 'virtual' ? entry.size : 0

function fits(entry: Entry, criteria: EntryCriteria): boolean {
  const { keywords, under, shapes, extensions, notExtensions, attributes } = criteria
  const { sizeMin, sizeMax, modifiedFrom, modifiedUntil } = criteria
  const extension = extensionOf(entry)
  const size = entry.kind === 'file' || entry.kind === 'virtual' ? sizeOf(entry) : Number.NaN
  const above = under !== null && 'path' in under ? under.path : []
  const conditions = [
    keywords.length === 0 || hits(entry, criteria) > 0,
    entry.path !== null && entry.path.length > above.length,
    above.every((name, at) => entry.path?.[at] === name),
    shapes === null ||
      shapes.some(
        (shape) =>
          shape.kinds.includes(entry.kind) &&
          (shape.extensions?.includes(extension) ?? true) &&
          !shape.notExtensions.includes(extension),
      ),
    extensions?.includes(extension) ?? true,
    !notExtensions.includes(extension),
    sizeMin === null || size >= sizeMin,
    sizeMax === null || size <= sizeMax,
    modifiedFrom === null || entry.modifiedAt >= modifiedFrom,
    modifiedUntil === null || entry.modifiedAt <= modifiedUntil,
    attributes.every(({ name, anyOf }) =>
      [entry.attributes[name]].flat().some((text) => typeof text === 'string' && anyOf.includes(text)),
    ),
  ]
  return conditions.every(Boolean)
}

const VALUES: Readonly<Record<SearchOrder, (entry: Entry) => string | number>> = {
  name: ({ name }) => name,
  modified: ({ modifiedAt }) => modifiedAt,
  size: sizeOf,
  created: ({ createdAt }) => createdAt,
  'local-created': ({ localCreatedAt, createdAt }) => localCreatedAt ?? createdAt,
  'local-modified': ({ localModifiedAt, modifiedAt }) => localModifiedAt ?? modifiedAt,
}

const compareValues = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : compareNames(String(a), String(b))

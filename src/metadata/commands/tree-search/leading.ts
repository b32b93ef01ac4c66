import type { EntryCriteria } from '../../../core/model/tree-search.ts'
import type { EntryId } from '../../../core/model/trees.ts'
import { idBytes } from '../../values.ts'
import { all, one, type Script, type ScriptValue, type Sql, sql } from '../script.ts'
import { attributeTerm, extensionTerm, rangesOf } from './terms.ts'

/** So many entries are looked at and sorted at once. Where more could fit, the index is walked in the search's order. */
const FEW = 2_000
/** So few that nothing better is looked for. */
const VERY_FEW = 100

/** Statements that select, as `entry`, all entries that could fit, and few others. */
type Lead = readonly Sql[]

interface Counted {
  readonly lead: Lead
  /** `FEW + 1` also stands for any larger number. */
  readonly size: number
}

/** What a lead is looked for in. */
export interface Scope {
  readonly volume: number
  readonly under: EntryId | null
}

/** How many entries could have each keyword. */
export type KeywordSizes = readonly Counted[]

export function* keywordSizes({ volume }: Scope, keywords: readonly string[]): Script<KeywordSizes> {
  const sizes: Counted[] = []
  for (const keyword of keywords) {
    const ranges = rangesOf(keyword)
    sizes.push(
      yield* counted(
        (ranges ?? []).map(({ from, until }) => inRange(volume, from, until)),
        ranges !== null,
      ),
    )
  }
  return sizes.toSorted((a, b) => a.size - b.size)
}

/**
 * The ids of all entries that could fit, if an index shows that they are few. Else null. Has them more than once where several
 * terms lead to them. `least`: how many of the keywords they have at least. `orAll`: also where the whole volume has few.
 */
export function* leadingIds(
  scope: Scope,
  criteria: EntryCriteria,
  sizes: KeywordSizes,
  least: number,
  orAll: boolean,
): Script<readonly Uint8Array[] | null> {
  let best = keywordLead(sizes, least)
  const leads = leadsOf(scope, criteria)
  for (const lead of orAll ? [...leads, everything(scope)] : leads) {
    if (best !== null && best.size <= VERY_FEW) break
    const next = yield* counted(lead, true)
    if (best === null || next.size < best.size) best = next
  }
  if (best === null || best.size > FEW) return null
  if (best.size === 0) return []
  const rows = yield* all<{ entry: Uint8Array }>(...limited(best.lead, FEW + 1))
  return rows.map(({ entry }) => entry)
}

/** Who has so many of the keywords has at least one of the others' fewest. */
function keywordLead(sizes: KeywordSizes, least: number): Counted | null {
  if (sizes.length === 0) return null
  const rarest = sizes.slice(0, sizes.length - Math.max(least, 1) + 1)
  const size = rarest.reduce((sum, each) => sum + each.size, 0)
  return { lead: rarest.flatMap(({ lead }) => lead), size: Math.min(size, FEW + 1) }
}

function leadsOf({ volume, under }: Scope, criteria: EntryCriteria): readonly Lead[] {
  const { attributes, sizeMin, sizeMax, modifiedFrom, modifiedUntil } = criteria
  const labels = attributes.map(({ name, anyOf }) => anyOf.map((text) => attributeTerm(name, text)))
  const extensions = extensionsOf(criteria)?.map(extensionTerm)
  return [
    ...[...labels, ...(extensions === undefined ? [] : [extensions])].map((terms) =>
      withTerms(volume, terms),
    ),
    ...within(volume, 'modified_at', modifiedFrom, modifiedUntil),
    ...within(volume, 'size', sizeMin, sizeMax),
    ...(under === null ? [] : [below(under)]),
  ]
}

/** Extensions of which everything that fits has one. */
function extensionsOf({ extensions, shapes }: EntryCriteria): readonly string[] | null {
  if (extensions !== null) return extensions.includes('') ? null : extensions
  const all = (shapes ?? []).map((shape) => shape.extensions)
  if (all.length === 0 || all.includes(null)) return null
  const named = all.flatMap((some) => some ?? [])
  return named.includes('') ? null : named
}

const inRange = (volume: number, from: string, until: string): Sql =>
  sql('SELECT entry FROM entry_terms WHERE volume = ? AND term >= ? AND term < ?', volume, from, until)

const withTerms = (volume: number, terms: readonly string[]): Lead =>
  terms.length === 0
    ? []
    : [sql('SELECT entry FROM entry_terms WHERE volume = ? AND term IN (??)', volume, [...new Set(terms)])]

function within(
  volume: number,
  column: 'modified_at' | 'size',
  from: number | null,
  until: number | null,
): readonly Lead[] {
  if (from === null && until === null) return []
  const statement = `SELECT entry FROM entry_index WHERE volume = ? AND ${column} >= ? AND ${column} <= ?`
  return [[sql(statement, volume, from ?? Number.MIN_SAFE_INTEGER, until ?? Number.MAX_SAFE_INTEGER)]]
}

const everything = ({ volume }: Scope): Lead => [
  sql('SELECT entry FROM entry_index WHERE volume = ?', volume),
]

const below = (directory: EntryId): Lead => [
  sql(
    `SELECT id AS entry FROM (WITH RECURSIVE below (id) AS (
       SELECT id FROM entries WHERE parent = ?
       UNION ALL
       SELECT e.id FROM below JOIN entries e ON e.parent = below.id)
     SELECT id FROM below) AS counted`,
    idBytes(directory),
  ),
]

/** `isKnown` false: it may be any number. */
function* counted(lead: Lead, isKnown: boolean): Script<Counted> {
  if (!isKnown) return { lead, size: FEW + 1 }
  if (lead.length === 0) return { lead, size: 0 }
  const [text, ...values] = limited(lead, FEW + 1)
  const row = yield* one<{ size: number }>(`SELECT count(*) AS size FROM (${text}) AS counted`, ...values)
  return { lead, size: row?.size ?? 0 }
}

function limited(lead: Lead, limit: number): [string, ...ScriptValue[]] {
  const text = lead.map((each) => each.sql).join(' UNION ALL ')
  return [`${text} LIMIT ?`, ...lead.flatMap(({ values }) => values), limit]
}

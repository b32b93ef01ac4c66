import type { EntryCriteria, EntryShape } from '../../../core/model/tree-search.ts'
import { parseJson } from '../../values.ts'
import type { Candidate } from './candidates.ts'
import { extensionOf, searchText, textsOf } from './terms.ts'

/** Keywords as names are compared with them, each once. */
export const keywordsOf = ({ keywords }: EntryCriteria): readonly string[] =>
  [...new Set(keywords.map(searchText))].filter((keyword) => keyword !== '')

/** How many of the keywords a name has. */
function matchesOf(name: string, keywords: readonly string[]): number {
  const text = searchText(name)
  return keywords.reduce((sum, keyword) => sum + Number(text.includes(keyword)), 0)
}

/** Whether a name has keywords: just so many, up to so many (a negative number), or any (0). */
export function isRanked(name: string, keywords: readonly string[], matches: number): boolean {
  if (keywords.length === 0) return true
  const has = matchesOf(name, keywords)
  return matches > 0 ? has === matches : has > 0 && (matches === 0 || has <= -matches)
}

/** Whether an entry of this name may be what is looked for. */
export const mayFit = ({ extensions }: EntryCriteria, name: string): boolean =>
  extensions === null || extensions.includes('') || extensions.includes(extensionOf({ name, kind: 'file' }))

/** Whether an entry is what is looked for, but for its name and where it lies. */
export function fits(criteria: EntryCriteria, entry: Candidate): boolean {
  const extension = extensionOf(entry)
  const { shapes, extensions, notExtensions, modifiedFrom, modifiedUntil } = criteria
  return (
    (shapes === null || shapes.some((shape) => isShaped(shape, entry, extension))) &&
    (extensions === null || extensions.includes(extension)) &&
    !notExtensions.includes(extension) &&
    isOfSize(criteria, entry) &&
    isWithin(entry.modified_at, modifiedFrom, modifiedUntil) &&
    isLabelled(criteria, entry)
  )
}

const isShaped = (shape: EntryShape, { kind }: Candidate, extension: string): boolean =>
  shape.kinds.includes(kind) &&
  (shape.extensions === null || shape.extensions.includes(extension)) &&
  !shape.notExtensions.includes(extension)

function isOfSize({ sizeMin, sizeMax }: EntryCriteria, { kind, size }: Candidate): boolean {
  if (sizeMin === null && sizeMax === null) return true
  return (kind === 'file' || kind === 'virtual') && isWithin(size, sizeMin, sizeMax)
}

const isWithin = (value: number, from: number | null, until: number | null): boolean =>
  (from === null || value >= from) && (until === null || value <= until)

function isLabelled({ attributes: groups }: EntryCriteria, { attributes }: Candidate): boolean {
  if (groups.length === 0) return true
  const own = parseJson(attributes)
  return groups.every(({ name, anyOf }) => textsOf(own[name]).some((text) => anyOf.includes(text)))
}

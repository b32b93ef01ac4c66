import type { JsonObject } from '../../../core/model/json.ts'
import type { EntryKind } from '../../../core/model/trees.ts'
import { afterPrefix } from '../../../core/rules/names.ts'
import { folded } from '../../values.ts'

/**
 * Terms: texts that the index knows an entry by.
 * - `n…`: the entry's name from some character on, up to so many characters. A keyword is found as the beginning of one.
 * - `e…`: its extension.
 * - `a…`: an attribute and one of its texts.
 */
const NAME_TERM_LENGTH = 16
const LABEL_LENGTH_MAX = 255

/** From here on each character is as much as a syllable or a word: terms begin at each of them, elsewhere at every second one. */
const FIRST_DENSE = 0x2e80

const isDense = (character: string): boolean => (character.codePointAt(0) ?? 0) >= FIRST_DENSE

/** Names and keywords as they are compared: in one letter case, wide and narrow forms of a letter alike. */
export const searchText = (text: string): string => storable(folded(text.normalize('NFKC')))

/** Texts that a client chose may have what no column takes. */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd')

/** Without its dot, in lower case; empty for none. A directory has none, nor has `.name`. */
export function extensionOf({ name, kind }: { readonly name: string; readonly kind: EntryKind }): string {
  const dot = name.lastIndexOf('.')
  return dot < 1 || kind === 'directory' ? '' : folded(name.slice(dot + 1))
}

export function nameTerms(name: string): readonly string[] {
  const text = searchText(name)
  const begins: number[] = []
  const starts: number[] = []
  let run = 0
  let at = 0
  for (const character of text) {
    const isWhole = isDense(character)
    if (isWhole || run % 2 === 0) starts.push(begins.length)
    run = isWhole ? 0 : run + 1
    begins.push(at)
    at += character.length
  }
  const termAt = (start: number) => `n${text.slice(begins[start], begins[start + NAME_TERM_LENGTH] ?? at)}`
  return [...new Set(starts.map(termAt))]
}

/** Terms from `from` up to `until`, without `until`. */
export interface TermRange {
  readonly from: string
  readonly until: string
}

/**
 * Where the terms of all names are that have the keyword in them, and those of some others. Null where too little is known of
 * it: one character of an alphabet.
 */
export function rangesOf(keyword: string): readonly TermRange[] | null {
  const characters = Array.from(searchText(keyword))
  const [first, second] = characters
  if (first === undefined) return null
  if (isDense(first)) return [beginningWith(characters)]
  if (second === undefined) return null
  // No term may begin at its first character, but then one begins at its second.
  return [beginningWith(characters), beginningWith(characters.slice(1))]
}

function beginningWith(characters: readonly string[]): TermRange {
  const from = `n${characters.slice(0, NAME_TERM_LENGTH).join('')}`
  return { from, until: afterPrefix(from) ?? 'o' }
}

export const extensionTerm = (extension: string): string => `e${cut(extension)}`

export const attributeTerm = (name: string, text: string): string => `a${cut(name)}=${cut(text)}`

const cut = (text: string): string =>
  text.length <= LABEL_LENGTH_MAX ? storable(text) : storable(text.slice(0, LABEL_LENGTH_MAX))

/** The terms of an entry but those of its name. */
export function labelTerms(
  entry: { readonly name: string; readonly kind: EntryKind },
  attributes: JsonObject,
): readonly string[] {
  const extension = extensionOf(entry)
  const labels = Object.entries(attributes).flatMap(([name, value]) =>
    textsOf(value).map((text) => attributeTerm(name, text)),
  )
  return [...new Set([...(extension === '' ? [] : [extensionTerm(extension)]), ...labels])]
}

/** A text, or the texts of a list. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

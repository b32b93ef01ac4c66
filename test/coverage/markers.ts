import type { CoverageRow } from './types.ts'

/** A marker in a test's source: `shows(dialect, item)`, one for each item that it names. */
export interface Marker {
  readonly dialect: string
  readonly item: string
  /** The title of the test that it stands in, as the source has it; null outside a test. */
  readonly test: string | null
  /** Where it stands: `file:line`. */
  readonly place: string
  /** Whether a block begins directly before it, so that no assertion does. */
  readonly isFirst: boolean
}

const TEXT = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`/
const TITLE = new RegExp(`\\btest\\(\\s*(?:${TEXT.source})`, 'g')
/** A whole marker, on lines of its own. */
const MARKER = new RegExp(`shows\\(((?:\\s*(?:${TEXT.source}),?)*)\\s*\\)\n`, 'y')

/** All titles of the tests in a source, as it has them. */
export function titlesOf(source: string): readonly string[] {
  return [...source.matchAll(TITLE)].map(textOf)
}

/**
 * All markers of a source that the formatter has been over. Throws where one is not a statement of its own with a dialect and items
 * that are written out.
 */
export function markersOf(file: string, source: string): readonly Marker[] {
  return [...source.matchAll(/\bshows\(/g)].flatMap(({ index }) => {
    const above = source.slice(0, index).split('\n')
    const indent = above.pop() ?? ''
    const place = `${file}:${above.length + 1}`
    MARKER.lastIndex = index
    const texts = indent.trim() === '' ? MARKER.exec(source)?.[1] : undefined
    const [dialect, ...items] = [...(texts ?? '').matchAll(new RegExp(TEXT, 'g'))].map(textOf)
    if (dialect === undefined || items.length === 0) throw new Error(`${place}: no marker of rows`)
    const isFirst = /(\{|=>|\belse)$/.test(above.at(-1) ?? '')
    const test = enclosingTest(above, indent.length)
    return items.map((item) => ({ dialect, item, test, place, isFirst }))
  })
}

/** What is wrong with the markers of a dialect, a line each: rows without one, markers without a row, and more than one for a row. */
export function faultsOfMarkers(
  dialect: string,
  rows: readonly CoverageRow[],
  markers: readonly Marker[],
): readonly string[] {
  const own = markers.filter((marker) => marker.dialect === dialect)
  const keys = new Set(rows.map(keyOf))
  const marked = new Map(own.map((marker) => [keyOf(marker), marker.place]))
  return [
    ...rows.filter((row) => !marked.has(keyOf(row))).map((row) => `no marker: ${keyOf(row)}`),
    ...own.filter((each) => !keys.has(keyOf(each))).map((each) => `no row: ${each.place}: ${keyOf(each)}`),
    ...own
      .filter((each) => marked.get(keyOf(each)) !== each.place)
      .map((each) => `a second marker: ${each.place}: ${keyOf(each)}`),
    ...own.filter(({ isFirst }) => isFirst).map((each) => `no assertion before it: ${each.place}`),
  ]
}

const keyOf = ({ item, test }: { readonly item: string; readonly test: string | null }): string =>
  `${item} | ${test ?? 'outside a test'}`

/** The title of the test around a line of this depth, by the lines above it: whatever is around a line is less deep. */
function enclosingTest(above: readonly string[], depth: number): string | null {
  let least = depth
  for (let at = above.length - 1; at >= 0 && least > 0; at--) {
    const line = above[at] ?? ''
    const own = line.length - line.trimStart().length
    if (line === '' || own >= least) continue
    if (line.startsWith('test(', own)) return titlesOf(above.slice(at).join('\n'))[0] ?? null
    least = own
  }
  return null
}

const textOf = (match: RegExpExecArray): string =>
  (match[1] ?? match[2] ?? match[3] ?? '').replaceAll(/\\(.)/g, '$1')

import type { CoverageRow } from './types.ts'

const KNOWN_FROM: readonly CoverageRow['knownFrom'][] = ['document', 'SDK source', 'observed', 'inferred']

/** Rows of one area, a line each: item | meaning | known from | title of the test. */
export function area(name: CoverageRow['area'], text: string): readonly CoverageRow[] {
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line): CoverageRow => {
    const [item, meaning, source, test, ...more] = line.split(' | ')
    const knownFrom = KNOWN_FROM.find((each) => each === source)
    if (item === undefined || meaning === undefined || test === undefined || more.length > 0) {
      throw new Error(`a row has four cells: ${line}`)
    }
    if (knownFrom === undefined) throw new Error(`known from is one of ${KNOWN_FROM.join(', ')}: ${line}`)
    return { area: name, item, meaning, knownFrom, test }
  })
}

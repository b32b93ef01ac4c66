import type { DocumentRule, Files } from '../documents.ts'

const TABLE = 'docs/invariants.md'
/** A row of the table begins with the invariant's number. */
const ROW = /^\| *(\d+) *\|.*$/gm
/** Where a test is, and its title as it stands there; what a title's template has in front may be left out. */
const TEST = /`([\w./-]+\.ts)`: “([^”]+)”/g
/** Says of a row that no test shows it. */
const NOT_YET = 'not yet'

/** Each invariant names tests that are there, or says that it does not hold yet. */
export const invariants: DocumentRule = (documents, files) => {
  const rows = documents.filter(({ path }) => path === TABLE).flatMap(({ text }) => [...text.matchAll(ROW)])
  return rows.flatMap(([row, number]) => {
    const tests = [...row.matchAll(TEST)]
    if (tests.length === 0 && !row.includes(NOT_YET)) {
      return [`${TABLE}: invariant ${number} names no test, and does not say "${NOT_YET}"`]
    }
    return tests
      .filter(([, path = '', title = '']) => !hasTest(files, path, title))
      .map(([, path, title]) => `${TABLE}: invariant ${number}: ${path} has no test “${title}”`)
  })
}

/** Whether a text of that file ends with the title. */
function hasTest(files: Files, path: string, title: string): boolean {
  const text = files.text(path) ?? ''
  return ["'", '"', '`'].some((quote) => text.includes(title + quote))
}

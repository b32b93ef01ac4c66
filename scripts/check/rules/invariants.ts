import type { DocumentRule } from '../documents.ts'
import { testsNamedIn, withoutTest } from './named-tests.ts'

const TABLE = 'docs/invariants.md'
/** A row of the table begins with the invariant's number. */
const ROW = /^\| *(\d+) *\|.*$/gm
/** Says of a row that no test shows it. */
const NOT_YET = 'not yet'

/** Each invariant names tests that are there, or says that it does not hold yet. */
export const invariants: DocumentRule = (documents, files) => {
  const rows = documents.filter(({ path }) => path === TABLE).flatMap(({ text }) => [...text.matchAll(ROW)])
  return rows.flatMap(([row, number]) => {
    if (testsNamedIn(row).length === 0 && !row.includes(NOT_YET)) {
      return [`${TABLE}: invariant ${number} names no test, and does not say "${NOT_YET}"`]
    }
    return withoutTest(files, row).map((missing) => `${TABLE}: invariant ${number}: ${missing}`)
  })
}

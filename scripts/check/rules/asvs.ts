import type { DocumentRule } from '../documents.ts'
import { testsNamedIn, withoutTest } from './named-tests.ts'

const PAGE = 'docs/security.md'
/** A row is about one item of the standard, and says how it stands. */
const ROW = /^\| (\d+\.\d+\.\d+) \|([^|]*)\| (holds|not applicable|open) \|(.*)\|$/gm
/** Any row that begins with an item's number. */
const NUMBERED = /^\| *\d+\.\d+\.\d+ *\|.*$/gm

/** Of each item: what holds names tests that are there; what does not says why, or what is missing. */
export const asvs: DocumentRule = (documents, files) =>
  documents
    .filter(({ path }) => path === PAGE)
    .flatMap(({ text }) => {
      const rows = [...text.matchAll(ROW)]
      const odd = [...text.matchAll(NUMBERED)].length - rows.length
      const numbers = rows.map(([, number]) => number)
      const twice = numbers.filter((number, at) => numbers.indexOf(number) !== at)
      return [
        ...(odd === 0 ? [] : [`${PAGE}: ${odd} rows are not: item | what it asks | state | why`]),
        ...twice.map((number) => `${PAGE}: ${number} stands twice`),
        ...rows.flatMap(([, number = '', , state, why = '']) => {
          if (state === 'holds' && testsNamedIn(why).length === 0)
            return [`${PAGE}: ${number} holds without a test`]
          if (why.trim() === '') return [`${PAGE}: ${number} says nothing of why`]
          return withoutTest(files, why).map((missing) => `${PAGE}: ${number}: ${missing}`)
        }),
      ]
    })

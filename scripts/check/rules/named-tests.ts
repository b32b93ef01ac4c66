import type { Files } from '../documents.ts'

/** Where a test is, and its title as it stands there; what a title's template has in front may be left out. */
const TEST = /`([\w./-]+\.ts)`: “([^”]+)”/g

export interface NamedTest {
  readonly path: string
  readonly title: string
}

/** The tests that a text names. */
export const testsNamedIn = (text: string): readonly NamedTest[] =>
  [...text.matchAll(TEST)].map(([, path = '', title = '']) => ({ path, title }))

/** What is wrong with the tests that a text names: a line for each that is not there. */
export const withoutTest = (files: Files, text: string): readonly string[] =>
  testsNamedIn(text)
    .filter((test) => !hasTest(files, test))
    .map(({ path, title }) => `${path} has no test “${title}”`)

/** Whether a text of that file ends with the title. */
function hasTest(files: Files, { path, title }: NamedTest): boolean {
  const text = files.text(path) ?? ''
  return ["'", '"', '`'].some((quote) => text.includes(title + quote))
}

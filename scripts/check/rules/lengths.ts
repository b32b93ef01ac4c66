import type { Rule } from '../project.ts'

/** Longest source file, in lines. */
const LINES_MAX = 400

/** No file of `src` but tests is longer than a reader wants. */
export const lengths: Rule = (sources) =>
  sources
    .filter(({ path, isTest }) => path.startsWith('src/') && !isTest)
    .flatMap(({ path, text }) => {
      const lines = text.split('\n').length
      return lines > LINES_MAX ? [`${path}: ${lines} lines, at most ${LINES_MAX}`] : []
    })

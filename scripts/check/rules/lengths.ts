import type { Rule, Source } from '../project.ts'

/** Longest file, in lines. */
const LINES_MAX = 250

/** No file but tests is longer than a reader wants. */
export const lengths: Rule = (sources) => tooLong(sources.filter(({ isTest }) => !isTest))

/** Tests that are longer than a reader wants. */
export const testLengths: Rule = (sources) => tooLong(sources.filter(({ isTest }) => isTest))

const tooLong = (sources: readonly Source[]): readonly string[] =>
  sources.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length
    return lines > LINES_MAX ? [`${path}: ${lines} lines, at most ${LINES_MAX}`] : []
  })

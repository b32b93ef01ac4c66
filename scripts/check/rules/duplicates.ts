import type { Rule, Source } from '../project.ts'

/** So many lines that say something, one after the other, are a block. */
const BLOCK_LINES = 6

interface Line {
  readonly number: number
  readonly text: string
}

interface Place {
  readonly path: string
  readonly number: number
}

/** Code of `src`: without tests, and without the schema, whose steps are frozen. */
const isCode = ({ path, isTest }: Source): boolean =>
  path.startsWith('src/') && !isTest && !path.includes('/metadata/schema/')

/** No block of lines of `src` stands in two places. One line for each second place, however long it is. */
export const duplicates: Rule = (sources) => {
  const seen = new Map<string, Place>()
  return sources.filter(isCode).flatMap((source) => duplicatesIn(source, seen))
}

/** The second places in one file. Adds its own blocks to `seen`. */
function duplicatesIn({ path, text }: Source, seen: Map<string, Place>): readonly string[] {
  const lines = sayingLines(text)
  const found: string[] = []
  let endsBefore = 0
  for (let at = 0; at + BLOCK_LINES <= lines.length; at++) {
    const block = lines.slice(at, at + BLOCK_LINES)
    const key = block.map((line) => line.text).join('\n')
    const number = block[0]?.number ?? 0
    const first = seen.get(key)
    if (first === undefined) {
      seen.set(key, { path, number })
      continue
    }
    // A longer block comes as one that begins within the one before.
    if (at >= endsBefore) found.push(`${path}:${number}: the same lines as in ${first.path}:${first.number}`)
    endsBefore = at + BLOCK_LINES
  }
  return found
}

/** The lines without indentation, and without those that are empty, a comment, an import or brackets alone. */
const sayingLines = (text: string): readonly Line[] =>
  text
    .replaceAll(/^import [^;]*? from '.*'$/gm, (block) => '\n'.repeat(block.split('\n').length - 1))
    .split('\n')
    .map((line, index) => ({ number: index + 1, text: line.trim() }))
    .filter((line) => /\w/.test(line.text) && !/^(\/\/|\/?\*)/.test(line.text))

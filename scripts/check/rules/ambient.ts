import type { Rule } from '../project.ts'

/** Time, randomness and the environment are handed in. */
const AMBIENT = /\b(Date\.now|Math\.random|process\.env|new Date\(\))/
/** The only places that ask the machine; demonstrations do it as the vendors' clients. */
const ASKS_MACHINE = /^src\/(system\.ts$|cli\/|dialects\/[^/]+\/demo\.ts$)/

/** Only the named places of `src` ask the machine for time, randomness or the environment. */
export const ambient: Rule = (sources) =>
  sources
    .filter(({ path, isTest }) => path.startsWith('src/') && !isTest && !ASKS_MACHINE.test(path))
    .flatMap(({ path, text }) => {
      const found = AMBIENT.exec(text)?.[0]
      return found === undefined ? [] : [`${path}: uses ${found}`]
    })

import { resolve } from 'node:path'
import { type Rule, readSources } from './project.ts'
import { ambient } from './rules/ambient.ts'
import { circles } from './rules/circles.ts'
import { dialectFolders } from './rules/dialect-folders.ts'
import { directions } from './rules/directions.ts'
import { lengths } from './rules/lengths.ts'
import { siblings } from './rules/siblings.ts'

const RULES: readonly Rule[] = [directions, siblings, circles, dialectFolders, ambient, lengths]

const sources = readSources(resolve(import.meta.dirname, '../..'))
const problems = RULES.flatMap((rule) => rule(sources))
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1

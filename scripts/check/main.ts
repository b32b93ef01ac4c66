import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type DocumentRule, filesOf, readDocuments } from './documents.ts'
import { longFunctions } from './functions.ts'
import { type Rule, readSources } from './project.ts'
import { type Places, readRatchets, tightened, tooMany, writeRatchets } from './ratchets.ts'
import { ambient } from './rules/ambient.ts'
import { asvs } from './rules/asvs.ts'
import { circles } from './rules/circles.ts'
import { dialectFolders } from './rules/dialect-folders.ts'
import { directions } from './rules/directions.ts'
import { docPaths } from './rules/doc-paths.ts'
import { duplicates } from './rules/duplicates.ts'
import { faces } from './rules/faces.ts'
import { invariants } from './rules/invariants.ts'
import { lengths, testLengths } from './rules/lengths.ts'
import { limits } from './rules/limits.ts'
import { siblings } from './rules/siblings.ts'
import { storedBytes } from './rules/stored-bytes.ts'
import { vendors } from './rules/vendors.ts'

const RULES: readonly Rule[] = [
  directions,
  faces,
  siblings,
  circles,
  dialectFolders,
  ambient,
  lengths,
  vendors,
  storedBytes,
]

const DOCUMENT_RULES: readonly DocumentRule[] = [docPaths, invariants, asvs, limits]

const root = resolve(import.meta.dirname, '../..')
const sources = readSources(root)
const places: Places = {
  functionsOver40Lines: longFunctions(root),
  duplicatedBlocks: duplicates(sources),
  testFilesOver250Lines: testLengths(sources),
}
const ratchets = readRatchets(root)
const counts = tightened(ratchets.counts, places)

const documents = readDocuments(root)
const files = filesOf(root)

const problems = [
  ...RULES.flatMap((rule) => rule(sources)),
  ...DOCUMENT_RULES.flatMap((rule) => rule(documents, files)),
  ...tooMany(ratchets.counts, places),
]
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else if (process.argv.includes('--tighten')) writeRatchets(root, { ...ratchets, counts })
else if (!isDeepStrictEqual(counts, ratchets.counts))
  console.log('Better than the ratchets ask for: npm run tighten')

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/** Which folders (or files) of src each one may import from, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  metadata: ['core'],
  blobs: ['core'],
  media: ['core'],
  jobs: ['core'],
  http: ['core'],
  'object-plane': ['core', 'http'],
  dialects: ['core', 'http', 'object-plane'],
  config: ['core'],
  'system.ts': ['core'],
  'log.ts': [],
  'server.ts': ['*'],
  'stores.ts': ['core', 'metadata', 'blobs', 'config'],
  cli: ['*'],
}
/** Ambient things that only the named places may touch: time, randomness and the environment are handed in. */
const AMBIENT = /\b(Date\.now|Math\.random|process\.env|new Date\(\))/
const MAY_BE_AMBIENT = ['system.ts', 'cli']
/** Longest source file, in lines. */
const LINES_MAX = 400

const root = resolve(import.meta.dirname, '../src')
const problems: string[] = []

for (const file of sourceFiles(root)) check(file)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)

function check(file: string): void {
  const name = relative(root, file)
  const source = readFileSync(file, 'utf8')
  const isTest = name.endsWith('.test.ts')
  for (const target of importsOf(source)) {
    if (!target.startsWith('.')) continue
    const to = relative(root, resolve(dirname(file), target))
    if (!isTest && !isAllowed(name, to)) problems.push(`src/${name}: may not import src/${to}`)
  }
  if (isTest) return
  const ambient = AMBIENT.exec(source)?.[0]
  if (ambient !== undefined && !MAY_BE_AMBIENT.includes(area(name)))
    problems.push(`src/${name}: uses ${ambient}`)
  const lines = source.split('\n').length
  if (lines > LINES_MAX) problems.push(`src/${name}: ${lines} lines, at most ${LINES_MAX}`)
}

function isAllowed(from: string, to: string): boolean {
  if (area(from) === area(to)) return !isOtherDialect(from, to) && !isOtherStore(from, to)
  const allowed = MAY_IMPORT[area(from)] ?? []
  return allowed.includes('*') || allowed.includes(area(to))
}

/** Dialects never know each other. */
function isOtherDialect(from: string, to: string): boolean {
  return isSibling('dialects', from, to)
}
/** Nor do two stores of one port; the commands are for all of them. */
function isOtherStore(from: string, to: string): boolean {
  if (to.startsWith('metadata/commands/')) return false
  return isSibling('metadata', from, to) || isSibling('blobs', from, to)
}

function isSibling(folder: string, from: string, to: string): boolean {
  const [fromArea, fromChild, ...fromRest] = from.split('/')
  const [, toChild, ...toRest] = to.split('/')
  return fromArea === folder && fromChild !== toChild && fromRest.length > 0 && toRest.length > 0
}

function area(name: string): string {
  return name.split('/')[0] ?? name
}

function importsOf(source: string): readonly string[] {
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].flatMap((match) => match[1] ?? [])
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return sourceFiles(path)
    return name.endsWith('.ts') ? [path] : []
  })
}

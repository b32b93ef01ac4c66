import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type NewFile, type Spellings, skeletonOf, spellingsOf } from './skeleton.ts'

/** `npm run new-dialect NAME`: a dialect that works, with its tests and its coverage table, to be made into another. */
const root = resolve(import.meta.dirname, '../..')
const LIST = 'src/dialects/index.ts'
const TABLES = 'test/coverage/table.ts'

const [, , name = ''] = process.argv
const spellings = spellingsOf(name)
if (spellings === null) fail(`NAME: is "${name}"; accepted: small letters and digits, with - between words`)
if (existsSync(join(root, 'src/dialects', name))) fail(`NAME: src/dialects/${name} is there already`)

const files = [...skeletonOf(root, spellings), run(spellings), listed(spellings), tabled(spellings)]
for (const { path, text } of files) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
const code = files.map(({ path }) => path).filter((path) => path.endsWith('.ts'))
execFileSync('npx', ['biome', 'check', '--write', ...code], { cwd: root, stdio: 'ignore' })
for (const page of ['scripts/coverage-docs.ts', 'scripts/security/main.ts'])
  execFileSync(process.execPath, [page], { cwd: root, stdio: 'ignore' })
for (const { path } of files) console.log(path)
console.log(
  `docs/coverage/${name}.md\ndocs/security.md\n\nIts README says what is where. CONTRIBUTING.md says what comes next.`,
)

/** What runs its tests. */
function run({ kebab }: Spellings): NewFile {
  const text = read('test/dialects/iflytek-ost.test.ts').replace('iflytek-ost', kebab)
  return { path: `test/dialects/${kebab}.test.ts`, text }
}

/** The list of dialects with one more. */
function listed({ kebab, camel }: Spellings): NewFile {
  const text = `import { ${camel} } from './${kebab}/index.ts'\n${read(LIST)}`
  return { path: LIST, text: text.replace(/(const DIALECTS[^=]*= \[[^\]]*?),?\s*\]/, `$1, ${camel}]`) }
}

/** The coverage tables with one more. */
function tabled({ kebab, camel }: Spellings): NewFile {
  const text = `import { rows as ${camel} } from './${kebab}.ts'\n${read(TABLES)}`
  return {
    path: TABLES,
    text: text.replace(/(const TABLES[^=]*= \{[^}]*)\}/, `$1  '${kebab}': ${camel},\n}`),
  }
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

function fail(problem: string): never {
  console.error(problem)
  process.exit(1)
}

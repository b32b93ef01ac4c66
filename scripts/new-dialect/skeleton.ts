import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/** A dialect that the tests mount: what a new one begins as. */
const TEMPLATE = 'test/fifth-dialect'

/** A file of the project, by its path from the root. */
export interface NewFile {
  readonly path: string
  readonly text: string
}

/** What a dialect is called in paths and options, in the configuration's sections, and in code. */
export interface Spellings {
  readonly kebab: string
  readonly snake: string
  readonly camel: string
  readonly pascal: string
}

/** Null for what is no name of a dialect: words of small letters and digits with `-` between them. */
export function spellingsOf(name: string): Spellings | null {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) return null
  const pascal = name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
  const camel = pascal.charAt(0).toLowerCase() + pascal.slice(1)
  return { kebab: name, snake: name.replaceAll('-', '_'), camel, pascal }
}

/** The files of a new dialect, from the template below the project's root. */
export function skeletonOf(root: string, spellings: Spellings): readonly NewFile[] {
  const places = new Map(
    filesIn(root, TEMPLATE).flatMap((from) => {
      const path = placeOf(from, spellings.kebab)
      return path === null ? [] : [[from, path] as const]
    }),
  )
  return [...places].map(([from, path]) => {
    const text = readFileSync(join(root, from), 'utf8')
    return { path, text: renamed(movedImports(text, from, path, places), spellings) }
  })
}

/** Where a file of the template goes; null for what only the template's own test needs. */
function placeOf(from: string, name: string): string | null {
  const rest = from.slice(TEMPLATE.length + 1)
  if (rest.startsWith('dialect/')) return rest.replace('dialect', `src/dialects/${name}`)
  if (rest === 'wire.test.ts') return `test/dialects/${name}/wire.test.ts`
  return rest === 'coverage.ts' ? `test/coverage/${name}.ts` : null
}

function movedImports(text: string, from: string, to: string, places: ReadonlyMap<string, string>): string {
  return text.replaceAll(/'(\.{1,2}\/[^']+\.ts)'/g, (_, target: string) => {
    const old = relative('/', resolve('/', dirname(from), target))
    const path = relative(dirname(to), places.get(old) ?? old)
    return `'${path.startsWith('.') ? path : `./${path}`}'`
  })
}

const renamed = (text: string, { kebab, snake, camel, pascal }: Spellings): string =>
  text
    .replaceAll('fifth-dialect', kebab)
    .replaceAll('fifth_dialect', snake)
    .replaceAll('fifthDialect', camel)
    .replaceAll('FifthDialect', pascal)

function filesIn(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = `${folder}/${name}`
    return statSync(join(root, path)).isDirectory() ? filesIn(root, path) : [path]
  })
}

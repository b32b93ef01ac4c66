import type { Rule, Source } from '../project.ts'

/** Files that every dialect's folder has. */
const REQUIRED = ['index.ts', 'options.ts', 'hosts.ts', 'errors.ts', 'calls/call.ts', 'calls/routes.ts']
/** Files that may stand beside its folders. */
const FILES = new Set([
  'index.ts',
  'options.ts',
  'hosts.ts',
  'errors.ts',
  'credentials.ts',
  'attributes.ts',
  'commands.ts',
  'welcome.ts',
  'demo.ts',
])
const FOLDERS = new Set(['auth', 'wire', 'calls', 'model', 'storage', 'background'])

const IN_A_DIALECT = /^src\/dialects\/([^/]+)\/(.+)$/

/** All dialects look the same inside: the same folders, one level deep, and the same few files beside them. */
export const dialectFolders: Rule = (sources) => {
  const inside = sources.flatMap(({ path }) => {
    const [, dialect, rest] = IN_A_DIALECT.exec(path) ?? []
    return dialect === undefined || rest === undefined ? [] : [{ path, dialect, rest }]
  })
  const calling = sources.filter(({ isTest }) => !isTest).flatMap(callsImported)
  const misplaced = inside.filter(({ rest }) => !hasItsPlace(rest))
  const present = new Set(inside.map(({ path }) => path))
  const dialects = [...new Set(inside.map(({ dialect }) => dialect))]
  const wanted = dialects.flatMap((dialect) => REQUIRED.map((file) => `src/dialects/${dialect}/${file}`))
  return [
    ...misplaced.map(({ path }) => `${path}: a dialect has ${list(FILES)} and the folders ${list(FOLDERS)}`),
    ...wanted.filter((path) => !present.has(path)).map((path) => `${path}: every dialect has this file`),
    ...calling,
  ]
}

/** Calls use the other folders, and none of those uses a call. `calls/call.ts` says what a call is given. */
function callsImported({ path, imports }: Source): readonly string[] {
  const [, dialect, rest = ''] = IN_A_DIALECT.exec(path) ?? []
  if (dialect === undefined || rest.startsWith('calls/') || !rest.includes('/')) return []
  const calls = `src/dialects/${dialect}/calls/`
  return imports
    .filter((to) => to.startsWith(calls) && to !== `${calls}call.ts`)
    .map((to) => `${path}: may not import ${to}`)
}

/** A unit test stands beside its file. */
function hasItsPlace(path: string): boolean {
  const [first = '', second, ...deeper] = path.split('/')
  if (second === undefined) return FILES.has(first.replace(/\.test\.ts$/, '.ts'))
  return FOLDERS.has(first) && deeper.length === 0
}

const list = (names: ReadonlySet<string>): string => [...names].join(', ')

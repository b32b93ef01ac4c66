import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/** The folders of the project that hold its TypeScript. */
const FOLDERS = ['src', 'test', 'demo', 'bench', 'attack', 'prove', 'scripts']
/** Test data: no code of the project. */
const SKIPPED = new Set(['test/fixtures', 'node_modules'])

/** One TypeScript file of the project. */
export interface Source {
  /** From the project's root, with `/`: `src/core/core.ts`. */
  readonly path: string
  readonly text: string
  readonly isTest: boolean
  /** Paths of the project's own files that it imports, types included. */
  readonly imports: readonly string[]
}

/** A rule of the project. Returns one line for each place that breaks it, beginning with the file's path. */
export type Rule = (sources: readonly Source[]) => readonly string[]

/** Reads all TypeScript files below the project's root. */
export function readSources(root: string): readonly Source[] {
  const paths = FOLDERS.flatMap((folder) => typescriptIn(root, folder))
  return paths.map((path) => sourceOf(path, readFileSync(join(root, path), 'utf8')))
}

/** A file of the project from its path and text. */
export function sourceOf(path: string, text: string): Source {
  const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target = '']) =>
    relative('/', resolve('/', dirname(path), target)),
  )
  return { path, text, isTest: path.endsWith('.test.ts') || path.startsWith('test/'), imports }
}

function typescriptIn(root: string, folder: string): readonly string[] {
  if (SKIPPED.has(folder) || !existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = `${folder}/${name}`
    if (statSync(join(root, path)).isDirectory()) return typescriptIn(root, path)
    return name.endsWith('.ts') ? [path] : []
  })
}

import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Folders without documents of the project. */
const SKIPPED = new Set(['node_modules', '.git', 'coverage', 'data'])

/** One Markdown file of the project. */
export interface Document {
  /** From the project's root, with `/`. */
  readonly path: string
  readonly text: string
}

/** The project's files, as documents name them: from its root. */
export interface Files {
  /** Whether there is such a file or folder. A `*` stands for any part of a name. */
  has(path: string): boolean
  /** Null where there is no such file. */
  text(path: string): string | null
}

/** A rule of documents. Returns one line for each place that breaks it, beginning with the document's path. */
export type DocumentRule = (documents: readonly Document[], files: Files) => readonly string[]

/** Reads all Markdown files below the project's root. */
export function readDocuments(root: string, folder = ''): readonly Document[] {
  return readdirSync(join(root, folder)).flatMap((name): readonly Document[] => {
    const path = folder === '' ? name : `${folder}/${name}`
    if (SKIPPED.has(name)) return []
    if (statSync(join(root, path)).isDirectory()) return readDocuments(root, path)
    return name.endsWith('.md') ? [{ path, text: readFileSync(join(root, path), 'utf8') }] : []
  })
}

export const filesOf = (root: string): Files => ({
  has: (path) =>
    path.includes('*') ? globSync(path, { cwd: root }).length > 0 : existsSync(join(root, path)),
  text: (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null),
})

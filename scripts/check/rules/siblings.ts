import type { Rule } from '../project.ts'

/** Folders of `src` whose own folders are alternatives: none of them knows another. `shared` ones are for all. */
const ALTERNATIVES: readonly { readonly of: string; readonly shared: readonly string[] }[] = [
  { of: 'src/dialects', shared: [] },
  { of: 'src/metadata', shared: ['commands'] },
  { of: 'src/blobs', shared: [] },
  { of: 'src/object-plane', shared: [] },
]

/** Dialects, stores and flavours never import one of their own kind. */
export const siblings: Rule = (sources) =>
  sources
    .filter(({ isTest }) => !isTest)
    .flatMap(({ path, imports }) =>
      imports
        .filter((to) => areAlternatives(path, to))
        .map((to) => `${path}: may not import ${to}, its like`),
    )

function areAlternatives(from: string, to: string): boolean {
  return ALTERNATIVES.some(({ of, shared }) => {
    const [a, b] = [folderIn(of, from), folderIn(of, to)]
    return a !== null && b !== null && a !== b && !shared.includes(b)
  })
}

/** The folder directly below `parent` that the file is in; null where it is in none. */
function folderIn(parent: string, path: string): string | null {
  if (!path.startsWith(`${parent}/`)) return null
  const [folder, file] = path.slice(parent.length + 1).split('/')
  return folder === undefined || file === undefined ? null : folder
}

import type { Rule } from '../project.ts'

/** A folder whose own folders are alternatives: none of them knows another. */
interface Alternatives {
  readonly of: string
  /** Folders that are no alternative, but for all of them. */
  readonly shared: readonly string[]
  /** The only file beside the alternatives that may name them; null for none. */
  readonly list: string | null
}

const ALTERNATIVES: readonly Alternatives[] = [
  { of: 'src/dialects/', shared: [], list: 'src/dialects/index.ts' },
  { of: 'src/metadata/', shared: ['commands', 'schema', 'checks'], list: null },
  { of: 'src/blobs/', shared: [], list: null },
  { of: 'src/object-plane/', shared: ['operations'], list: null },
]

/** Dialects, stores and flavours never import one of their own kind, and what they share imports none of them. */
export const siblings: Rule = (sources) =>
  sources
    .filter(({ isTest }) => !isTest)
    .flatMap(({ path, imports }) =>
      imports
        .filter((to) => ALTERNATIVES.some((alternatives) => isRefused(alternatives, path, to)))
        .map((to) => `${path}: may not import ${to}: it is one of several`),
    )

function isRefused({ of, shared, list }: Alternatives, from: string, to: string): boolean {
  if (!from.startsWith(of) || !to.startsWith(of)) return false
  const [own, other] = [folderIn(of, from), folderIn(of, to)]
  if (other === null || shared.includes(other) || own === other) return false
  return own !== null || from !== list
}

/** The folder directly below `parent` that the file is in; null for a file in `parent` itself. */
function folderIn(parent: string, path: string): string | null {
  const [folder, ...rest] = path.slice(parent.length).split('/')
  return folder === undefined || rest.length === 0 ? null : folder
}

import { globSync } from 'node:fs'
import { join } from 'node:path'
import { runFiles } from '../support/folder-tests.ts'

const ROOT = join(import.meta.dirname, '../..')

/** Folders whose tests have a process for each file: they are long, or about processes, memory, threads and what is loaded. */
export const OWN_PROCESS: readonly string[] = ['blobs', 'media', 'metadata', 'programs', 'tls']

/** The others, by the folders of `src` that each process takes; null takes all that no other one does. */
const GROUPS = { core: ['core'], dialects: ['dialects'], http: ['http'], others: null } as const

/** The test files of a group, below the project's folder. */
export function filesOf(group: keyof typeof GROUPS): readonly string[] {
  const taken = [...OWN_PROCESS, ...Object.values(GROUPS).flatMap((folders) => folders ?? [])]
  const folders: readonly string[] | null = GROUPS[group]
  return globSync('src/**/*.test.ts', { cwd: ROOT })
    .filter((path) => {
      const folder = path.split('/')[1] ?? ''
      return folders === null ? !taken.includes(folder) : folders.includes(folder)
    })
    .sort()
}

/** Runs all tests of a group in this process. */
export async function runGroup(group: keyof typeof GROUPS): Promise<void> {
  await runFiles(filesOf(group).map((path) => join(ROOT, path)))
}

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

/**
 * Runs all tests of these files in this process: starting one costs more than most files' tests. A file can be run alone as
 * well. No test begins before all files are loaded: what is to be done after all tests is done as soon as none is left, and
 * would be done while files are still to come.
 */
export async function runFiles(paths: readonly string[]): Promise<void> {
  const { promise: loaded, resolve: begin } = Promise.withResolvers<void>()
  test('all files of this process are loaded', () => loaded)
  try {
    for (const path of paths) await import(path)
  } finally {
    begin()
  }
}

/** Runs all tests of a folder in this process. */
export async function runFolder(folder: string): Promise<void> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'))
  await runFiles(files.sort().map((name) => join(folder, name)))
}

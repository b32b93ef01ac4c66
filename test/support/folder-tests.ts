import './at-end.ts'
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, test } from 'node:test'

/**
 * Runs all tests of these files in this process, which costs less than one for each. Every file is a suite: its hooks are for its
 * own tests, and what it starts goes before the next file's tests begin. No test begins before all files are loaded: what is
 * to be done after all tests would be done while files are still to come.
 */
export async function runFiles(paths: readonly string[]): Promise<void> {
  const { promise: loaded, resolve: begin } = Promise.withResolvers<void>()
  test('all files of this process are loaded', () => loaded)
  for (const path of paths) {
    await new Promise<void>((resolve) => {
      describe(basename(path), async () => {
        try {
          await import(path)
        } finally {
          resolve()
        }
      })
    })
  }
  begin()
}

/** Runs all tests of a folder in this process. */
export async function runFolder(folder: string): Promise<void> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'))
  await runFiles(files.sort().map((name) => join(folder, name)))
}

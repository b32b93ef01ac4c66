import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Runs all tests of a folder in this process: starting one, with a server and a vendor's SDK in it, costs more than most files'
 * tests. A file of the folder can be run alone as well.
 */
export async function runFolder(folder: string): Promise<void> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'))
  for (const name of files.sort()) await import(join(folder, name))
}

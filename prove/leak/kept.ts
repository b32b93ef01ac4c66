import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { MovableClock, startTestServer } from '../../test/support/harness.ts'
import type { Nodes } from '../nodes.ts'

/** What a stopped server has on its disk. */
export interface Kept {
  /** By table. */
  readonly rows: Readonly<Record<string, number>>
  /** Files of bytes, and their sizes together. */
  readonly files: number
  readonly bytes: number
}

/** Longer than anything lives that nobody goes on with: a week for an upload. */
const ALL_OVER_MS = 9 * 86_400_000

/** Lets a server without clients do all that is waiting, as after nine days, and tells what is left. The nodes are down. */
export async function keptBy(nodes: Nodes): Promise<Kept> {
  const dataDir = nodes.dataDirOf(0)
  const clock = new MovableClock()
  const server = await startTestServer({ dataDir, clock, settings: nodes.settings })
  clock.advance(ALL_OVER_MS)
  // What one run frees another one may sweep.
  for (let run = 0; run < 3; run++) await server.jobs.runAll()
  await server.stop()
  return { rows: rowsIn(join(dataDir, 'stowage.db')), ...filesIn(join(dataDir, 'blobs')) }
}

function rowsIn(file: string): Readonly<Record<string, number>> {
  const database = new DatabaseSync(file, { readOnly: true })
  const names = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .all()
  const entries = names.map(({ name }) => {
    const row = database.prepare(`SELECT count(*) AS count FROM "${name}"`).get()
    return [String(name), Number(row?.count)] as const
  })
  database.close()
  return Object.fromEntries(entries)
}

function filesIn(folder: string): { readonly files: number; readonly bytes: number } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
  return { files: files.length, bytes }
}

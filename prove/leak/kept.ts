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

/** Longer than anything lives that nobody goes on with, and than what has ended is remembered. */
const ALL_OVER_MS = 40 * 86_400_000
/** What ends in the first run of jobs may be forgotten, or swept, in another one. */
const TIMES = 3

/** Lets a server without clients do all that waits for its time, and tells what is left. The nodes are down. */
export async function keptBy(nodes: Nodes): Promise<Kept> {
  const dataDir = nodes.dataDirOf(0)
  const clock = new MovableClock()
  const server = await startTestServer({ dataDir, clock, settings: nodes.settings })
  for (let time = 0; time < TIMES; time++) {
    clock.advance(ALL_OVER_MS)
    await server.jobs.runAll()
  }
  await server.jobs.runAll()
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

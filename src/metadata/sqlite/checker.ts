import { Worker } from 'node:worker_threads'
import type { FactsChecker } from '../../core/ports/facts-checker.ts'
import { CHECKS, type CheckName, type SharedCheck } from '../checks/index.ts'
import { Lane } from './lane.ts'

/**
 * A checker of the facts in a SQLite file, with a thread and a connection of its own that only reads. It takes the file as it is: it
 * makes none, and brings no schema up to date. Errors: as those of `openSqliteMetadata`.
 */
export async function openSqliteChecker(path: string): Promise<FactsChecker> {
  const worker = new Worker(new URL('./checker-thread.ts', import.meta.url), { workerData: { path } })
  const lane = await Lane.start<CheckName>(worker)
  const names: readonly CheckName[] = [...(Object.keys(CHECKS) as SharedCheck[]), 'checkDatabase']
  const methods = names.map((name) => [name, (query: object) => lane.call(name, query)])
  return {
    ...(Object.fromEntries(methods) as Omit<FactsChecker, 'close'>),
    close: () => lane.close(),
  }
}

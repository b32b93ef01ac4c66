import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pipeline } from 'node:stream/promises'
import type { FactsRestore, KeptStep } from '../../core/ports/snapshot.ts'
import { syncPath } from '../../durable-files.ts'
import { AFTER_RESTORE } from '../kept-segments.ts'
import { missingSteps } from '../schema/migrations.ts'
import { stepsFor } from '../schema/steps.ts'
import { errorOf, failureOf } from './errors.ts'
import { POSITION_ENDING } from './position.ts'

/** What a database is called until it is whole. */
const DRAFT = '.restoring'
const WORDS = { database: 'the backup', startAnew: 'take another one' }

/** The database file `path`, whose folder is there. */
export const restoreSqlite = (path: string): FactsRestore => ({
  kind: 'sqlite',
  isEmpty: async () => ['', '-wal', '-shm'].every((end) => !existsSync(`${path}${end}`)),
  requireKnown,
  fill: async (bytes) => {
    try {
      await fill(path, bytes)
    } catch (error) {
      rmSync(`${path}${DRAFT}`, { force: true })
      throw errorOf(failureOf(error))
    }
  },
  close: async () => {},
})

const requireKnown = (steps: readonly KeptStep[]): void => {
  missingSteps(stepsFor('sqlite'), steps, WORDS)
}

async function fill(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const draft = `${path}${DRAFT}`
  await pipeline(bytes, createWriteStream(draft, { mode: 0o600 }))
  const database = new DatabaseSync(draft)
  try {
    database.exec(`BEGIN; ${AFTER_RESTORE.join('; ')}; COMMIT`)
  } finally {
    database.close()
  }
  syncPath(draft)
  rmSync(`${path}${POSITION_ENDING}`, { force: true })
  renameSync(draft, path)
  syncPath(dirname(path))
}

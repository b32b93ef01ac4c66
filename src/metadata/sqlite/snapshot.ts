import { closeSync, createReadStream, openSync, rmSync } from 'node:fs'
import { backup, DatabaseSync } from 'node:sqlite'
import type { FactsSnapshot } from '../../core/ports/snapshot.ts'
import { tenantOf } from '../commands/tenants/read.ts'
import { type KeptSegmentRow, keptSegments, LIST_KEPT_SEGMENTS } from '../kept-segments.ts'
import { Db } from './db.ts'
import { errorOf, failureOf } from './errors.ts'
import { appliedSteps } from './migrate.ts'

const BUSY_TIMEOUT_MS = 5_000
const READ_SIZE = 512 * 1024
/** All pages in one go: a snapshot in steps begins anew whenever somebody writes. */
const ALL_PAGES = 0x7fff_ffff

/**
 * Copies a database to the file `draft` by SQLite's own backup, beside whoever reads and writes it. The file goes with `close`. Fails with
 * `metadata-failed`, `storage-full` or `unavailable`.
 */
export async function takeSqliteSnapshot(path: string, draft: string): Promise<FactsSnapshot> {
  remove(draft)
  let copy: DatabaseSync | null = null
  try {
    closeSync(openSync(draft, 'a', 0o600))
    const source = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, readOnly: true })
    try {
      await backup(source, draft, { rate: ALL_PAGES })
    } finally {
      source.close()
    }
    copy = new DatabaseSync(draft)
    // One file without a log beside it.
    copy.exec('PRAGMA journal_mode = DELETE')
    return snapshotOf(copy, draft)
  } catch (error) {
    copy?.close()
    remove(draft)
    throw errorOf(failureOf(error))
  }
}

function snapshotOf(copy: DatabaseSync, draft: string): FactsSnapshot {
  return {
    kind: 'sqlite',
    steps: appliedSteps(new Db(copy)),
    bytes: () => createReadStream(draft, { highWaterMark: READ_SIZE }),
    segments: () =>
      keptSegments(copy.prepare(LIST_KEPT_SEGMENTS).iterate() as unknown as Iterable<KeptSegmentRow>),
    tenant: (account) => tenantOf((sql) => rowsOf(copy, sql), account, INLINE),
    close: async () => {
      copy.close()
      remove(draft)
    },
  }
}

/** The bytes of a part that are kept with the facts. */
const INLINE = '(SELECT i.bytes FROM inline_bytes i WHERE i.id = p.inline)'

async function* rowsOf<Row>(copy: DatabaseSync, sql: string): AsyncGenerator<Row> {
  yield* copy.prepare(sql).iterate() as unknown as Iterable<Row>
}

function remove(draft: string): void {
  for (const end of ['', '-journal', '-wal', '-shm']) rmSync(`${draft}${end}`, { force: true })
}

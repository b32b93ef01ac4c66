import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../core/errors.ts'
import { CHECKS, type CheckName } from '../checks/index.ts'
import type { Script } from '../commands/script.ts'
import { stepsFor } from '../schema/steps.ts'
import { readBatch } from './batch.ts'
import { damaged, isDamage } from './damage.ts'
import { type Db, openReader } from './db.ts'
import type { Call, Request } from './messages.ts'
import { requireCurrent } from './migrate.ts'
import { lossText, lostTransactions } from './position.ts'
import { runScript } from './run-script.ts'
import { startThread } from './start-thread.ts'

/** So many findings tell enough of a damaged file. */
const FINDINGS_MAX = 20

if (parentPort !== null) start(parentPort, (workerData as { readonly path: string }).path)

function start(port: MessagePort, path: string): void {
  startThread<Request<CheckName>>(port, (say) => {
    const db = openChecked(path)
    const hear = (request: Request<CheckName>): boolean => {
      if (request.type === 'close') return true
      say({ type: 'replies', replies: readBatch(db, request.calls, handleIn(path)) })
      return false
    }
    return { db, hear }
  })
}

function openChecked(path: string): Db {
  try {
    const db = openReader(path)
    // Sums over whole tables are sorted there.
    db.exec('PRAGMA temp_store = FILE')
    requireCurrent(db, path, stepsFor('sqlite'))
    return db
  } catch (error) {
    throw isDamage(error) ? damaged(path, messageOf(error)) : error
  }
}

const handleIn =
  (path: string) =>
  (db: Db, { name, command }: Call<CheckName>): unknown => {
    if (name === 'checkDatabase') return [...lossOf(path), ...integrityOf(db)]
    return runScript(db, CHECKS[name](command as never) as Script<unknown>)
  }

function lossOf(path: string): readonly string[] {
  const lost = lostTransactions(path)
  return lost === 0 ? [] : [lossText(path, lost)]
}

/** What SQLite finds wrong in its own file (sqlite.org/pragma.html#pragma_integrity_check). */
function integrityOf(db: Db): readonly string[] {
  try {
    const rows = db.all<{ integrity_check: string }>(`PRAGMA integrity_check(${FINDINGS_MAX})`)
    const found = rows.map(({ integrity_check: line }) => line.replaceAll(/\s+/g, ' ').trim())
    return found.filter((line) => line !== 'ok')
  } catch (error) {
    if (!isDamage(error)) throw error
    return [messageOf(error)]
  }
}

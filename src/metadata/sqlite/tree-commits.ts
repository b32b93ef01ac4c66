import { transition } from '../../core/rules/upload-state.ts'
import { requireAssembled } from '../commands/assemblies.ts'
import { committedFile, placeFile } from '../commands/trees/files.ts'
import type { Db } from './db.ts'
import type { CommandOf, ResultOf } from './messages.ts'
import { sealBlob, summaryOf } from './parts.ts'
import { runScript } from './run-script.ts'
import { apply, requireUpload } from './upload-rows.ts'

/** The file's place is settled before the upload's commit, which keeps the id of what stands there. */
export function commitFile(db: Db, command: CommandOf<'commitFile'>): ResultOf<'commitFile'> {
  const { account, ifVersion, now } = command
  const record = requireUpload(db, account, command.upload)
  const parts = record.upload.state === 'open' ? summaryOf(db, record.upload.blob) : null
  const event = { type: 'commit', objectId: command.id, ifVersion, parts } as const
  const wanted = transition(record.upload, event, now)
  if (wanted.state !== 'committed') throw new Error('a commit did not commit')
  if (wanted === record.upload) return runScript(db, committedFile(account, wanted.objectId, record.seq))
  const placed = runScript(db, placeFile(command, { blob: wanted.blob, ...wanted.sealed }))
  apply(db, record, { ...event, objectId: placed.entry.id }, now)
  if (parts !== null) sealBlob(db, wanted.blob, parts.size)
  runScript(db, requireAssembled(record, now))
  return placed
}

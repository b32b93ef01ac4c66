import { transition } from '../../core/rules/upload-state.ts'
import { requireAssembled } from '../commands/assemblies.ts'
import { committedFile, placeFile } from '../commands/trees/files.ts'
import type { Db } from './db.ts'
import { sealBlob, summaryOf } from './parts.ts'
import { runScript } from './run-script.ts'
import type { CommandOf, ResultOf } from './types.ts'
import { apply, requireUpload } from './upload-rows.ts'

/** The file's place is settled before the upload's commit, which keeps the id of what stands there. */
export async function commitFile(db: Db, command: CommandOf<'commitFile'>): Promise<ResultOf<'commitFile'>> {
  const { account, ifVersion, now } = command
  const record = await requireUpload(db, account, command.upload)
  const parts = record.upload.state === 'open' ? await summaryOf(db, record.upload.blob) : null
  const event = { type: 'commit', objectId: command.id, ifVersion, parts } as const
  const wanted = transition(record.upload, event, now)
  if (wanted.state !== 'committed') throw new Error('a commit did not commit')
  if (wanted === record.upload) return runScript(db, committedFile(account, wanted.objectId, record.seq))
  const placed = await runScript(db, placeFile(command, { blob: wanted.blob, ...wanted.sealed }))
  await apply(db, record, { ...event, objectId: placed.entry.id }, now)
  if (parts !== null) await sealBlob(db, wanted.blob, parts.size)
  await runScript(db, requireAssembled(record, now))
  return placed
}

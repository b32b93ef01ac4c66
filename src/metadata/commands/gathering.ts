import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import type { AccountId, UploadId } from '../../core/ids.ts'
import { isOpenAt } from '../../core/rules/listed-parts.ts'
import { transition } from '../../core/rules/upload-state.ts'
import { idBytes } from '../values.ts'
import type { ScriptOf } from './command.ts'
import { run, type Script, sql, together, uncounted } from './script.ts'
import { limitsText, pendingOf, type UploadRecord } from './upload-row.ts'
import { apply, requireUpload } from './upload-rows.ts'
import { endUpload, requireRoomToGrow } from './uploads.ts'

/** Parts keep their order: the number of each is its offset. */
export const gatherUploads: ScriptOf<'gatherUploads'> = function* (command) {
  const { account, of, within, now } = command
  const record = yield* requireUpload(account, command.upload)
  const { upload, grown } = record
  const sources = yield* lockWhole(account, of, now)
  if (sources === null) {
    if (grown > 0) return { upload, offset: grown }
    throw new CoreError('upload-changed', 'the bytes went elsewhere')
  }
  const size = sources.reduce((sum, source) => sum + source.grown, 0)
  const event = { type: 'append', offset: 0, size, grown, sizeNamed: size } as const
  const { limits } = transition(upload, event, now)
  // What is not there any more counts nowhere: the sources end before the room of the whole is looked at.
  let offset = 0
  for (const [at, source] of sources.entries()) {
    // A part of no bytes holds the place; of nothing but these one stays.
    const isDropped = source.grown === 0 && (size > 0 || at > 0)
    yield* moveParts(source, isDropped ? null : { to: record, offset }, now)
    offset += source.grown
  }
  yield* requireRoomToGrow(record, pendingOf({ limits }, size), within)
  const next = yield* apply(record, event, now, size)
  yield* run('UPDATE uploads SET limits = ? WHERE seq = ?', limitsText(limits), record.seq)
  return { upload: next, offset: size }
}

/** The uploads, in order, each with all its bytes. Null where all of them are aborted: they were gathered before. */
function* lockWhole(
  account: AccountId,
  ids: readonly UploadId[],
  now: TimeMs,
): Script<readonly UploadRecord[] | null> {
  const records = new Map<UploadId, UploadRecord>()
  // Always in the same order, so that two that gather the same ones do not wait for each other.
  for (const id of [...ids].sort()) records.set(id, yield* requireUpload(account, { id }))
  const all = ids.flatMap((id) => records.get(id) ?? [])
  if (all.length > 0 && all.every(({ upload }) => upload.state === 'aborted')) return null
  for (const { upload, grown } of all) {
    const { isAppended, sizeNamed } = upload.limits
    const isWhole = (isAppended === true || grown === 0) && grown === sizeNamed
    if (isOpenAt(upload, now) && isWhole) continue
    throw new CoreError('upload-changed', 'not all bytes are there', { upload: upload.id })
  }
  return all
}

/** Moves the parts, or drops them, and ends the upload. */
function* moveParts(
  source: UploadRecord,
  place: { readonly to: UploadRecord; readonly offset: number } | null,
  now: TimeMs,
): Script<void> {
  const from = idBytes(source.upload.blob)
  if (place !== null) {
    const { to, offset } = place
    yield* together(
      uncounted(
        sql(
          `UPDATE blocks SET number = number + ?
           WHERE segment IN (SELECT segment FROM parts WHERE blob = ? AND guard IS NOT NULL)`,
          ...[offset, from],
        ),
      ),
      uncounted(
        sql(
          'UPDATE parts SET blob = ?, number = number + ?, start = start + ? WHERE blob = ?',
          ...[idBytes(to.upload.blob), offset, offset, from],
        ),
      ),
    )
  }
  yield* endUpload(source, { type: 'abort' }, now)
}

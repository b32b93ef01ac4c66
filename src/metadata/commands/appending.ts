import { isOpenAt } from '../../core/rules/listed-parts.ts'
import { transition } from '../../core/rules/upload-state.ts'
import type { ScriptOf } from './command.ts'
import { addPlacedPart, dropParts, findPart, partsBetween } from './parts.ts'
import { run } from './script.ts'
import { limitsText, pendingOf } from './upload-row.ts'
import { apply, lookUpUpload, requireUpload } from './upload-rows.ts'
import { requireRoomToGrow } from './uploads.ts'

export const appendPart: ScriptOf<'appendPart'> = function* (command) {
  const { account, offset, staged, sizeNamed, within, now } = command
  const record = yield* requireUpload(account, command.upload)
  const { grown, upload } = record
  const { size } = staged.facts
  const before = yield* findPart(upload.blob, offset)
  if (before?.segment === staged.name) return { upload, offset: offset + size }
  const named = sizeNamed === undefined ? {} : { sizeNamed }
  const event = { type: 'append', offset, size, grown, ...named } as const
  const { limits } = transition(upload, event, now)
  const isNamed = sizeNamed !== upload.limits.sizeNamed && sizeNamed !== undefined
  if (size === 0 && (grown > 0 || before !== null) && !isNamed) return { upload, offset }
  yield* requireRoomToGrow(record, pendingOf({ limits }, grown + size), within)
  const next = yield* apply(record, event, now, grown + size)
  if (upload.limits.isAppended !== true || isNamed)
    yield* run('UPDATE uploads SET limits = ? WHERE seq = ?', limitsText(limits), record.seq)
  if (size === 0 && (grown > 0 || before !== null)) return { upload: next, offset }
  // A part of no bytes held the place.
  if (before !== null) yield* dropParts(upload.blob, [offset], now)
  yield* addPlacedPart(upload.blob, offset, staged, now)
  return { upload: next, offset: offset + size }
}

export const findOffset: ScriptOf<'findOffset'> = function* ({ account, upload }) {
  const record = yield* lookUpUpload(account, upload)
  return record === null ? null : { upload: record.upload, offset: record.grown }
}

export const joinParts: ScriptOf<'joinParts'> = function* ({ account, upload: address, start, staged, now }) {
  const record = yield* requireUpload(account, address)
  const { upload } = record
  if (!isOpenAt(upload, now) || upload.limits.isAppended !== true) return false
  const end = start + staged.facts.size
  const parts = yield* partsBetween(upload.blob, start, end)
  const [first] = parts
  const last = parts.at(-1)
  if (first?.segment === staged.name) return true
  if (first?.number !== start || last === undefined || last.number + last.facts.size !== end) return false
  yield* apply(record, { type: 'join' }, now)
  yield* dropParts(
    upload.blob,
    parts.map(({ number }) => number),
    now,
  )
  yield* addPlacedPart(upload.blob, start, staged, now)
  return true
}

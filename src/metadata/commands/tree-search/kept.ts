import type { TimeMs } from '../../../core/clock.ts'
import type { EntryId } from '../../../core/model/trees.ts'
import { hexOf, idBytes, parseJson } from '../../values.ts'
import type { ScriptOf } from '../command.ts'
import { one, run } from '../script.ts'
import { lookUpVolume, requireVolume } from '../trees/volume-rows.ts'

export const saveSearch: ScriptOf<'saveSearch'> = function* ({ id, state, expiresAt, searchesMax, ...at }) {
  const volume = yield* requireVolume(at.volume)
  yield* run(
    `INSERT INTO searches (id, volume, state, expires_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at
     WHERE searches.volume = excluded.volume`,
    ...[idBytes(id), volume.id, JSON.stringify(state), expiresAt],
  )
  const first = yield* one<{ expires_at: number }>(
    `SELECT expires_at FROM searches WHERE volume = ? ORDER BY expires_at DESC, id DESC LIMIT 1 OFFSET ?`,
    ...[volume.id, searchesMax],
  )
  if (first === undefined) return
  yield* run(
    'DELETE FROM searches WHERE volume = ? AND expires_at <= ? AND id <> ?',
    ...[volume.id, first.expires_at, idBytes(id)],
  )
}

export const findSearch: ScriptOf<'findSearch'> = function* ({ volume: address, id, now }) {
  const volume = yield* requireVolume(address)
  const row = yield* one<{ id: Uint8Array; state: string; expires_at: TimeMs }>(
    'SELECT id, state, expires_at FROM searches WHERE id = ? AND volume = ? AND expires_at > ?',
    ...[idBytes(id), volume.id, now],
  )
  if (row === undefined) return null
  return { id: hexOf<EntryId>(row.id), state: parseJson(row.state), expiresAt: row.expires_at }
}

export const deleteSearch: ScriptOf<'deleteSearch'> = function* ({ volume: address, id, now }) {
  const volume = yield* lookUpVolume(address)
  if (volume === null) return false
  const gone = yield* run(
    'DELETE FROM searches WHERE id = ? AND volume = ? AND expires_at > ?',
    ...[idBytes(id), volume.id, now],
  )
  return gone > 0
}

export const expireSearches: ScriptOf<'expireSearches'> = function* ({ now, limit }) {
  return yield* run(
    `DELETE FROM searches WHERE id IN (
       SELECT id FROM searches WHERE expires_at <= ? ORDER BY expires_at, id LIMIT ?)`,
    ...[now, limit],
  )
}

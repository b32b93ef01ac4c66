import type { SegmentName } from '../../core/ids.ts'
import { hexOf, idBytes } from '../values.ts'
import type { ScriptOf } from './command.ts'
import { all } from './script.ts'
import { lookUpUpload } from './upload-rows.ts'
import { isUnfinished } from './uploads.ts'

interface StoredPartRow {
  readonly number: number
  readonly segment: Uint8Array
  readonly end: number
  readonly is_shared: number
}

export const listStoredParts: ScriptOf<'listStoredParts'> = function* ({ account, upload, after, limit }) {
  const record = yield* lookUpUpload(account, upload)
  if (record === null || !isUnfinished(record.upload)) return []
  const { blob } = record.upload
  const rows = yield* all<StoredPartRow>(STORED_PARTS, idBytes(blob), after, limit)
  return rows.map(({ number, segment, end, is_shared }) => ({
    ...{ blob, number, segment: hexOf<SegmentName>(segment), end, isShared: is_shared === 1 },
  }))
}

const STORED_PARTS = `SELECT number, segment, coalesce(place, 0) + size AS "end",
    CASE WHEN place IS NULL THEN 0 ELSE 1 END AS is_shared
  FROM parts WHERE blob = ? AND number > ? AND inline IS NULL
    AND (place IS NULL OR NOT EXISTS (SELECT 1 FROM assemblies WHERE assemblies.segment = parts.segment))
  ORDER BY number LIMIT ?`

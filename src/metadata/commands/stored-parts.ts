import type { SegmentName } from '../../core/ids.ts'
import { hexOf, idBytes } from '../values.ts'
import type { ScriptOf } from './command.ts'
import { abreast, all, nothing } from './script.ts'
import type { UploadRecord } from './upload-row.ts'
import { BLOB_OF_UPLOAD, lookUpUpload } from './upload-rows.ts'
import { isUnfinished } from './uploads.ts'

interface StoredPartRow {
  readonly number: number
  readonly segment: Uint8Array
  readonly end: number
  readonly is_shared: number
}

export const listStoredParts: ScriptOf<'listStoredParts'> = function* ({ account, upload, after, limit }) {
  const [record, placed] = yield* abreast<readonly [UploadRecord | null, readonly StoredPartRow[] | null]>(
    lookUpUpload(account, upload),
    'id' in upload
      ? all<StoredPartRow>(STORED_PARTS_OF, ...[idBytes(upload.id), account, after, limit])
      : nothing(),
  )
  if (record === null || !isUnfinished(record.upload)) return []
  const { blob } = record.upload
  const rows = placed ?? (yield* all<StoredPartRow>(STORED_PARTS, idBytes(blob), after, limit))
  return rows.map(({ number, segment, end, is_shared }) => ({
    ...{ blob, number, segment: hexOf<SegmentName>(segment), end, isShared: is_shared === 1 },
  }))
}

const storedParts = (blob: string): string => `SELECT number, segment, coalesce(place, 0) + size AS "end",
    CASE WHEN place IS NULL THEN 0 ELSE 1 END AS is_shared
  FROM parts WHERE blob = ${blob} AND number > ? AND inline IS NULL
    AND (place IS NULL OR NOT EXISTS (SELECT 1 FROM assemblies WHERE assemblies.segment = parts.segment))
  ORDER BY number LIMIT ?`

const STORED_PARTS = storedParts('?')
const STORED_PARTS_OF = storedParts(`(${BLOB_OF_UPLOAD})`)

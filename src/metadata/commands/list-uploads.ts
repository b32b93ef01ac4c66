import type { UploadId } from '../../core/ids.ts'
import type { ListedUpload, ListUploads, UploadPosition } from '../../core/ports/commands/uploads.ts'
import { commonPrefixOf, firstKey, following } from '../../core/rules/key-lists.ts'
import { afterPrefix } from '../../core/rules/names.ts'
import { idBytes } from '../values.ts'
import { requireBucket } from './buckets.ts'
import type { ScriptOf } from './command.ts'
import { all, type Script } from './script.ts'
import { recordOf, type UploadRow } from './upload-row.ts'
import { SELECT_UPLOADS } from './upload-rows.ts'

/** Rows of the first reading of a list with a delimiter. */
const FIRST_BATCH = 16

/** As `listKeys` reads: a common prefix is passed over, so a page reads few rows for each entry. */
export const listUploads: ScriptOf<'listUploads'> = function* (query) {
  const { id: bucket } = yield* requireBucket(query)
  const wanted = query.limit + 1
  const entries: ListedUpload[] = []
  let from = firstPosition(query)
  let batch = query.delimiter === null ? wanted : FIRST_BATCH
  while (from !== null && entries.length < wanted) {
    const rows: readonly UploadRow[] = yield* readFrom(bucket, query, from, batch)
    const read = rolledUp(query, rows)
    entries.push(...read.shown)
    from = rows.length < batch ? null : read.next
    batch = Math.max(FIRST_BATCH, read.shown.length * 2)
  }
  const page = entries.slice(0, query.limit)
  const last = page.at(-1)
  return { entries: page, next: last === undefined || page.length === entries.length ? null : placeOf(last) }
}

function firstPosition(query: ListUploads): UploadPosition | null {
  const { after, afterId } = query
  const key = firstKey(query)
  const goesOn = afterId !== null && after !== '' && key === following(after)
  if (goesOn) return { key: after, id: afterId }
  return key === null ? null : { key, id: null }
}

function* readFrom(
  bucket: number,
  { prefix, now }: ListUploads,
  { key, id }: UploadPosition,
  limit: number,
): Script<readonly UploadRow[]> {
  const end = afterPrefix(prefix)
  return yield* all<UploadRow>(
    `${SELECT_UPLOADS} WHERE u.bucket = ? AND u.state IN ('open', 'sealed') AND (u.key, u.id) > (?, ?)
     ${end === null ? '' : 'AND u.key < ?'} AND u.expires_at > ? ORDER BY u.key, u.id LIMIT ?`,
    ...[bucket, key, idBytes(id ?? ''), ...(end === null ? [] : [end]), now, limit],
  )
}

function rolledUp(query: ListUploads, rows: readonly UploadRow[]) {
  const shown: ListedUpload[] = []
  let common: string | null = null
  let next: UploadPosition | null = null
  for (const row of rows) {
    if (common !== null && row.key.startsWith(common)) continue
    const { upload } = recordOf(row)
    common = commonPrefixOf(upload.key, query)
    shown.push(common === null ? { kind: 'upload', upload } : { kind: 'prefix', prefix: common })
    next = common === null ? { key: upload.key, id: upload.id } : behind(common)
  }
  return { shown, next }
}

function behind(common: string): UploadPosition | null {
  const key = afterPrefix(common)
  return key === null ? null : { key, id: null }
}

const placeOf = (entry: ListedUpload): { readonly key: string; readonly id: UploadId | null } =>
  entry.kind === 'upload' ? { key: entry.upload.key, id: entry.upload.id } : { key: entry.prefix, id: null }

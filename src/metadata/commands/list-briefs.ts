import type { ObjectId } from '../../core/ids.ts'
import type { MediaFacts } from '../../core/model/media.ts'
import type { ObjectBrief } from '../../core/model/objects.ts'
import { hexOf, idBytes, parseJson } from '../values.ts'
import { BUCKET_ID, bucketValues } from './buckets.ts'
import type { ScriptOf } from './command.ts'
import { all } from './script.ts'

interface BriefRow {
  readonly id: Uint8Array
  readonly name: string
  readonly media: string | null
  readonly attributes: string
  readonly created_at: number
}

/** The index of kinds and statuses has the order. */
export const listBriefs: ScriptOf<'listBriefs'> = function* (query) {
  const { account, bucket, kind, status, after, limit } = query
  const rows = yield* all<BriefRow>(
    `SELECT o.id, o.name, o.media, o.attributes, o.created_at FROM objects o
     WHERE o.bucket = ${BUCKET_ID} AND o.kind = ? AND o.status = ?
       ${after === null ? '' : 'AND (o.created_at, o.id) < (?, ?)'}
     ORDER BY o.created_at DESC, o.id DESC LIMIT ?`,
    ...[...bucketValues(account, bucket), kind, status],
    ...(after === null ? [] : [after.createdAt, idBytes(after.id)]),
    limit,
  )
  return rows.map(briefOf)
}

const briefOf = ({ id, name, media, attributes, created_at }: BriefRow): ObjectBrief => ({
  id: hexOf<ObjectId>(id),
  name,
  durationMs: media === null ? 0 : (JSON.parse(media) as MediaFacts).durationMs,
  attributes: parseJson(attributes),
  createdAt: created_at,
})

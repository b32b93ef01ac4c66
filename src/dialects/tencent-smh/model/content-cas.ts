import { createHash } from 'node:crypto'
import type { JsonObject } from '../../../core/model/json.ts'
import type { Entry, SeenFile } from '../../../core/model/trees.ts'
import { SmhError } from '../errors.ts'
import type { SpaceContext } from './context.ts'

/**
 * `contentCas` of a file: it names the bytes that this very file has now, and no others (`apis/file-api.ts` of the vendor's JavaScript
 * SDK; its form is ours). Null for what has no bytes.
 */
function contentCasOf(entry: Entry): string | null {
  if (entry.kind !== 'file') return null
  return createHash('sha256').update(`${entry.id} ${entry.content.blob}`).digest('hex').slice(0, 32)
}

/** The field `contentCas` of an answer, if it is asked for and the entry has bytes. */
export function shownCas(entry: Entry, isAsked: boolean): JsonObject {
  const contentCas = isAsked ? contentCasOf(entry) : null
  return contentCas === null ? {} : { contentCas }
}

/**
 * Refuses if a file is another, or has other bytes, than `cas` says. Returns what has to be there still when the file is changed;
 * undefined without a `cas`. Errors: `PathConflict`, also where no file is.
 */
export function requireCas(entry: Entry | null, cas: string | null): SeenFile | undefined {
  if (cas === null) return undefined
  if (entry?.kind === 'file' && contentCasOf(entry) === cas) return { id: entry.id, blob: entry.content.blob }
  throw new SmhError('PathConflict', 'content_cas is not that of the file: it has other bytes by now.')
}

/**
 * As `requireCas`, for a move or copy of `source` to `path`. The `cas` may be that of the source or that of the file that is replaced:
 * no source of the vendor says which.
 */
export async function requireEitherCas(
  { core, address }: SpaceContext,
  source: Entry,
  path: readonly string[],
  cas: string | null,
): Promise<{ readonly source?: SeenFile | undefined; readonly there?: SeenFile | undefined }> {
  if (cas === null) return {}
  if (contentCasOf(source) === cas) return { source: requireCas(source, cas) }
  return { there: requireCas(await core.trees.findEntry({ volume: address, at: { path } }), cas) }
}

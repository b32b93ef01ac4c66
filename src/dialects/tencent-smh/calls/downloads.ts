import type { Reply } from '../../../http/types.ts'
import { SmhError } from '../errors.ts'
import { requireCas, shownCas } from '../model/content-cas.ts'
import type { Content } from '../model/symlinks.ts'
import { type DownloadOptions, downloadUrl } from '../storage/downloads.ts'
import { smhHeaders } from '../wire/records.ts'
import { downloadLimit } from '../wire/traffic-limit.ts'
import { reply, type SpaceCall } from './call.ts'

/** A redirect to a file's bytes (reference §6). Errors: `CosObjectNonexistent` for a virtual file, those of `content_cas`. */
export function redirect(call: SpaceCall, entry: Content): Reply {
  if (entry.kind !== 'file') throw new SmhError('CosObjectNonexistent')
  requireCas(entry, givenCas(call))
  const { url } = downloadUrl(call, entry, downloadOptions(call, call.options.credentialsTtlS))
  const { headers, ...rest } = withHeaders(call, 302, entry)
  const { contentCas } = shownCas(entry, asksForCas(call))
  const cas = typeof contentCas === 'string' ? { 'x-smh-content-cas': contentCas } : {}
  return { ...rest, headers: { ...headers, ...cas, location: url } }
}

/** `purpose` is checked, and changes nothing: URLs for previews lead to the same bytes. `list` is of previews alone. */
export function downloadOptions({ query, volume }: SpaceCall, expiresS: number): DownloadOptions {
  query.oneOf(query.has('preview') ? ['list', 'preview'] : ['download', 'preview'], 'purpose')
  return {
    expiresS,
    disposition: query.oneOf(['inline', 'attachment'], 'content_disposition'),
    trafficLimit: downloadLimit(query, volume.attributes),
  }
}

/** Without a body, with what is known of a file. */
export function withHeaders(call: SpaceCall, status: number, entry: Content): Reply {
  const { headers, ...rest } = reply(call, status)
  return { ...rest, headers: { ...headers, ...smhHeaders(call.library, entry) } }
}

/** Which content the caller means; null for any. */
export const givenCas = ({ query }: SpaceCall): string | null => query.text('content_cas')
export const asksForCas = ({ query }: SpaceCall): boolean => query.flag('with_content_cas')

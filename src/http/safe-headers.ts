import { parseParameterised } from './header-params.ts'
import { isPassive, mediaTypeOf } from './media-types.ts'

/** Bytes that somebody stored, as an answer says what they are. */
export interface StoredContent {
  readonly contentType: string
}

/** Types that can run (lower case, without parameters) and are shown nevertheless where a signed link asks for it. True: all of them. */
export type InlineActiveTypes = boolean | readonly string[]

interface Fields {
  get(name: string): unknown
  set(name: string, value: string): void
}

/** Of answers that are no stored bytes: nothing in them is to be run, shown within a page of others, or kept. */
const OWN_POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
/** Of stored bytes: a browser's own pages for media, pictures and text work; nothing in the bytes runs, and they have no origin. */
const STORED_POLICY =
  "sandbox; default-src 'none'; base-uri 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"

/**
 * What every answer says to browsers and caches, as the last word about its headers. Stored bytes never run on an origin of ours. Any
 * other answer may hold a token, a key or a signed URL: nobody keeps it. A surface may have a policy of its own for its pages.
 */
export function makeSafe(
  headers: Fields,
  stored: StoredContent | undefined,
  { status, inlineActiveTypes }: { readonly status: number; readonly inlineActiveTypes: InlineActiveTypes },
): void {
  headers.set('x-content-type-options', 'nosniff')
  // The URL of an answer may be a signed one.
  headers.set('referrer-policy', 'no-referrer')
  if (stored !== undefined) makeStoredSafe(headers, stored, inlineActiveTypes)
  else makeOwnSafe(headers, status)
}

function makeOwnSafe(headers: Fields, status: number): void {
  headers.set('cache-control', 'no-store')
  if (headers.get('content-security-policy') === undefined) headers.set('content-security-policy', OWN_POLICY)
  // Where it leads is embedded by pages of others, and so the way there is.
  if (status >= 300 && headers.get('location') !== undefined)
    headers.set('cross-origin-resource-policy', 'cross-origin')
}

function makeStoredSafe(headers: Fields, stored: StoredContent, inline: InlineActiveTypes): void {
  headers.set('cross-origin-resource-policy', 'cross-origin')
  headers.set('content-security-policy', STORED_POLICY)
  // The page that a browser makes for a sound or a video has no origin under this policy, and asks for the bytes from there.
  if (headers.get('access-control-allow-origin') === undefined)
    headers.set('access-control-allow-origin', '*')
  const type = mediaTypeOf(String(headers.get('content-type') ?? stored.contentType))
  if (type !== null && isPassive(type)) return
  const given = headers.get('content-disposition')
  const asked = typeof given === 'string' ? parseParameterised(given) : null
  const isShown = asked?.value === 'inline' && type !== null && isAllowed(type, inline)
  if (!isShown) headers.set('content-disposition', asAttachment(asked === null ? '' : String(given)))
}

const isAllowed = (type: string, inline: InlineActiveTypes): boolean =>
  typeof inline === 'boolean' ? inline : inline.includes(type)

/** The same with another way to show it: names of files stay. */
function asAttachment(disposition: string): string {
  const at = disposition.indexOf(';')
  return at === -1 ? 'attachment' : `attachment${disposition.slice(at)}`
}

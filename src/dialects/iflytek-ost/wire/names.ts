import { strictEncode } from '../../../http/canonical.ts'

const NAME_LENGTH_MAX = 255

const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:;[ -~]*)?$/

/** A file name for people, without control characters and of bounded length; never used as a path. */
export function displayName(filename: string): string {
  const name = filename
    .toWellFormed()
    .replace(/\p{Cc}/gu, '')
    .trim()
  return [...name].slice(0, NAME_LENGTH_MAX).join('') || 'data'
}

/** The content type to store: the one that was sent, or that of unknown bytes if it is malformed. */
export const storedContentType = (text: string): string =>
  text.length <= 255 && MEDIA_TYPE.test(text) ? text : 'application/octet-stream'

/** RFC 6266. It has the name in UTF-8 (RFC 8187) and, for old clients, in ASCII. */
export function attachment(name: string): string {
  const ascii = name.replace(/[^ -~]/gu, '_').replace(/["\\%]/g, '_')
  const extended = strictEncode(name)
  return `attachment; filename="${ascii}"; filename*=UTF-8''${extended}`
}

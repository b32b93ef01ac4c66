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

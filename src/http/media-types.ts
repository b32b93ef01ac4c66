const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
/** One media type and its parameters, as RFC 9110 §8.3.1 writes them, and nothing else. */
const MEDIA_TYPE = new RegExp(
  `^(${TOKEN}/${TOKEN})(?:[ \\t]*;[ \\t]*(?:${TOKEN}=(?:${TOKEN}|"[^"\\\\,]*"))?)*[ \\t]*$`,
)

/** The type of a Content-Type header, in lower case, without its parameters. Null for anything that is not one type, well-formed. */
export function mediaTypeOf(contentType: string): string | null {
  return MEDIA_TYPE.exec(contentType)?.[1]?.toLowerCase() ?? null
}

/** What browsers play, show as picture or text, or keep, and never run. */
const PASSIVE = new Set([
  ...['jpeg', 'jpg', 'pjpeg', 'png', 'x-png', 'apng', 'gif', 'webp', 'avif', 'bmp', 'x-ms-bmp', 'x-icon'].map(
    image,
  ),
  ...['vnd.microsoft.icon', 'tiff', 'heic', 'heif', 'heic-sequence', 'heif-sequence', 'jxl', 'jp2'].map(
    image,
  ),
  ...['plain', 'vtt', 'csv', 'markdown', 'srt'].map((subtype) => `text/${subtype}`),
  ...['octet-stream', 'json', 'ogg', 'mp4', 'vnd.apple.mpegurl', 'x-mpegurl', 'x-subrip'].map(
    (subtype) => `application/${subtype}`,
  ),
])

function image(subtype: string): string {
  return `image/${subtype}`
}

/**
 * Whether bytes of this type (as `mediaTypeOf` has it) are safe to open in a browser. All that is not known to be so counts as active:
 * HTML, SVG, XML, PDF, scripts, and types that nobody has heard of.
 */
export function isPassive(type: string): boolean {
  return PASSIVE.has(type) || (/^(audio|video|font)\//.test(type) && !/xml|html|script/.test(type))
}

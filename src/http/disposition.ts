import { strictEncode } from './canonical.ts'
import { parameterText, parseParameterised } from './header-params.ts'

/**
 * A Content-Disposition with a name for the file (RFC 6266): in UTF-8 (RFC 8187) and, for old clients, in ASCII. Whatever is in the name,
 * nothing but the name comes of it.
 */
export function contentDisposition(how: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^ -~]/gu, '_').replace(/["\\%]/g, '_')
  return `${how}; filename="${plain}"; filename*=UTF-8''${strictEncode(name)}`
}

/** The file's name in a Content-Disposition; null where there is none, or the text is none. */
export function fileNameOf(disposition: string): string | null {
  const parsed = parseParameterised(disposition)
  return (parsed === null ? null : parameterText(parsed.params, 'filename')) ?? null
}

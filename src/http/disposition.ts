import { strictEncode } from './canonical.ts'

/**
 * A Content-Disposition with a name for the file (RFC 6266): in UTF-8 (RFC 8187) and, for old clients, in ASCII. Whatever is in the name,
 * nothing but the name comes of it.
 */
export function contentDisposition(how: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^ -~]/gu, '_').replace(/["\\%]/g, '_')
  return `${how}; filename="${plain}"; filename*=UTF-8''${strictEncode(name)}`
}

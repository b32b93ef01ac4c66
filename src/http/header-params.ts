/** A header value of the shape `value; name=token; name="quoted"`, as Content-Type and Content-Disposition are. */
export interface ParameterisedValue {
  /** Lower case, without blanks around it. */
  readonly value: string
  /** By lower-case name, decoded; `name*` (RFC 8187) stands apart from `name`, with its star. */
  readonly params: ReadonlyMap<string, string>
}

/** No alternative overlaps another: matching takes time in proportion to the text, whatever is in it. */
const PARAM =
  /;[ \t]*(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\["\\]|\\(?!["\\]))*)"|([^";]*)))?[ \t]*/y

/**
 * Takes such a value apart. In quoted text a backslash escapes only a quote or a backslash: browsers send others as they
 * are (`C:\voice.wav`). Null when the text is not of that shape or names a parameter twice.
 */
export function parseParameterised(text: string): ParameterisedValue | null {
  const [head = ''] = text.split(';', 1)
  const params = new Map<string, string>()
  for (PARAM.lastIndex = head.length; PARAM.lastIndex < text.length; ) {
    const match = PARAM.exec(text)
    if (match === null) return null
    const [, name, quoted, token] = match
    if (name === undefined) continue
    if (params.has(name.toLowerCase())) return null
    params.set(name.toLowerCase(), quoted?.replace(/\\(["\\])/g, '$1') ?? (token ?? '').trim())
  }
  return { value: head.trim().toLowerCase(), params }
}

const EXTENDED = /^(utf-8|iso-8859-1)'[^']*'(.*)$/i

/** The parameter's text: of `name*` (RFC 8187: UTF-8 or ISO-8859-1) where that can be decoded, else of `name`. */
export function parameterText(params: ReadonlyMap<string, string>, name: string): string | undefined {
  const [, charset, encoded] = EXTENDED.exec(params.get(`${name}*`) ?? '') ?? []
  if (charset === undefined || encoded === undefined) return params.get(name)
  return percentDecode(encoded, charset.toLowerCase() === 'utf-8') ?? params.get(name)
}

function percentDecode(text: string, isUtf8: boolean): string | undefined {
  try {
    return isUtf8 ? decodeURIComponent(text) : decodeLatin1(text)
  } catch {
    return undefined
  }
}

const decodeLatin1 = (text: string): string =>
  text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

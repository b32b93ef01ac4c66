import { PlaneError } from './errors.ts'

/** A piece of an XML text. Names have no prefix. Comments and instructions are texts without a letter. */
export type XmlToken =
  | { readonly kind: 'open' | 'close'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string }

/** Deeper than any body that is right. */
const DEPTH_MAX = 8
const ATTRIBUTES = '(?:\\s+[^\\s<>/=]+\\s*=\\s*(?:"[^"<]*"|\'[^\'<]*\')){0,32}'
const OPENING = new RegExp(`<([^\\s<>/=!?"'&]+)${ATTRIBUTES}\\s*(/?)>`, 'y')
const CLOSING = /<\/([^\s<>/=!?"'&]+)\s*>/y
const PREFIX = /^[^:]*:/
/** What begins a piece whose inside says nothing, and what ends it. */
const SKIPPED = [
  ['<!--', '-->'],
  ['<?', '?>'],
] as const
const CDATA = ['<![CDATA[', ']]>'] as const

/**
 * The elements and texts of one well-formed document, in their order. Comments, attributes and instructions are read past; entities
 * are not replaced. Throws `xml-malformed` for anything else, for a document type and for more than eight levels.
 */
export function* xmlTokens(text: string): Generator<XmlToken, void> {
  const nesting = new Nesting()
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < text.length; ) {
    const { end, texts, opened, closed, isEmpty } = pieceAt(text, at)
    at = end
    if (texts !== null) yield nesting.text(texts)
    if (opened !== null) yield nesting.open(opened)
    if (closed !== null || isEmpty) yield nesting.close(closed)
  }
  nesting.end()
}

/** The elements that are open. */
class Nesting {
  readonly #open: string[] = []
  #isOver = false

  text(text: string): XmlToken {
    if (this.#open.length === 0 && text.trim() !== '') throw malformed('text stands outside of the document')
    return { kind: 'text', text }
  }

  open(name: string): XmlToken {
    const isAllowed = !this.#isOver && this.#open.length < DEPTH_MAX
    if (!isAllowed) throw malformed('more than one document, or too many levels')
    this.#open.push(name)
    return { kind: 'open', name: name.replace(PREFIX, '') }
  }

  /** Null: the element closes itself. */
  close(name: string | null): XmlToken {
    const last = this.#open.pop()
    if (last === undefined || (name !== null && name !== last)) throw malformed('tags do not match')
    this.#isOver = this.#open.length === 0
    return { kind: 'close', name: last.replace(PREFIX, '') }
  }

  end(): void {
    if (!this.#isOver) throw malformed('the document does not end')
  }
}

/** What stands at a place: a text, or a tag. */
interface Piece {
  readonly end: number
  readonly texts: string | null
  readonly opened: string | null
  readonly closed: string | null
  /** An opening tag that closes itself. */
  readonly isEmpty: boolean
}

const NOTHING = { texts: null, opened: null, closed: null, isEmpty: false }

function pieceAt(text: string, at: number): Piece {
  if (text[at] !== '<') {
    const next = text.indexOf('<', at)
    const end = next === -1 ? text.length : next
    return { ...NOTHING, end, texts: text.slice(at, end) }
  }
  for (const [start, stop] of SKIPPED) {
    if (text.startsWith(start, at)) return { ...NOTHING, end: endOf(text, at, start, stop), texts: '' }
  }
  const [start, stop] = CDATA
  if (text.startsWith(start, at)) {
    const end = endOf(text, at, start, stop)
    return { ...NOTHING, end, texts: text.slice(at + start.length, end - stop.length) }
  }
  return tagAt(text, at)
}

function endOf(text: string, at: number, start: string, stop: string): number {
  const found = text.indexOf(stop, at + start.length)
  if (found === -1) throw malformed(`${stop} is missing`)
  return found + stop.length
}

function tagAt(text: string, at: number): Piece {
  CLOSING.lastIndex = at
  const [, closed = null] = CLOSING.exec(text) ?? []
  if (closed !== null) return { ...NOTHING, end: CLOSING.lastIndex, closed }
  OPENING.lastIndex = at
  const [, opened = null, slash] = OPENING.exec(text) ?? []
  if (opened === null) throw malformed('a tag is malformed')
  return { ...NOTHING, end: OPENING.lastIndex, opened, isEmpty: slash === '/' }
}

export const malformed = (message: string): PlaneError => new PlaneError('xml-malformed', message)

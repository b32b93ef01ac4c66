import { unescaped } from './xml.ts'
import { malformed, xmlTokens } from './xml-tokens.ts'

/** An element of a document that is read whole. */
export interface XmlElement {
  readonly name: string
  /** What stands in it beside its elements, entities replaced. */
  readonly text: string
  readonly children: readonly XmlElement[]
}

/** More than any document of settings has. A list of keys has two for each. */
const ELEMENTS_MAX = 5000

/** The one element of a document. Throws `xml-malformed`, also for another root and for too many elements. */
export function xmlTree(body: Uint8Array, root: string): XmlElement {
  const open: { name: string; text: string; children: XmlElement[] }[] = [
    { name: '', text: '', children: [] },
  ]
  let count = 0
  for (const token of xmlTokens(Buffer.from(body).toString())) {
    const last = open.at(-1)
    if (last === undefined) break
    if (token.kind === 'text') last.text += token.text
    if (token.kind === 'open') open.push({ name: token.name, text: '', children: [] })
    if (token.kind === 'close') {
      open.pop()
      open.at(-1)?.children.push({ ...last, text: unescaped(last.text) })
      count += 1
      if (count > ELEMENTS_MAX) throw malformed('the document has too many elements')
    }
  }
  const [found] = open[0]?.children ?? []
  if (found?.name !== root) throw malformed(`the document is no ${root}`)
  return found
}

/** The elements of that name in it. */
export const childrenOf = ({ children }: XmlElement, name: string): readonly XmlElement[] =>
  children.filter((child) => child.name === name)

/** The text of its one element of that name; null where there is none. Throws `xml-malformed` for several. */
export function textIn(parent: XmlElement, name: string): string | null {
  const [found, ...others] = childrenOf(parent, name)
  if (others.length > 0) throw malformed(`${name} stands twice`)
  return found?.text ?? null
}

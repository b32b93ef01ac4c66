export { element } from './xml.ts'
export { malformed } from './xml-tokens.ts'
export { childrenOf, textIn, type XmlElement, xmlTree } from './xml-tree.ts'

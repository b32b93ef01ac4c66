import type { JsonObject } from '../../../core/model/json.ts'
import { isList, isObject } from '../../../http/json-shapes.ts'
import { childrenOf, element, malformed, textIn, xmlTree } from '../../../object-plane/documents.ts'

const LISTS = ['AllowedOrigin', 'AllowedMethod', 'AllowedHeader', 'ExposeHeader']
const SINGLE = ['ID', 'MaxAgeSeconds']
const RULES_MAX = 100

/** The rules of a `<CORSConfiguration>` document, by the names that it has. Throws `xml-malformed`. */
export function readCors(body: Uint8Array): JsonObject {
  const rules = childrenOf(xmlTree(body, 'CORSConfiguration'), 'CORSRule').map((rule): JsonObject => {
    const lists = LISTS.map((name) => [name, childrenOf(rule, name).map(({ text }) => text)] as const)
    const single = SINGLE.flatMap((name) => {
      const text = textIn(rule, name)
      return text === null ? [] : [[name, [text]] as const]
    })
    const fields = Object.fromEntries([...single, ...lists.filter(([, texts]) => texts.length > 0)])
    if (!('AllowedOrigin' in fields) || !('AllowedMethod' in fields)) throw malformed('a rule allows nothing')
    return fields
  })
  if (rules.length === 0 || rules.length > RULES_MAX) throw malformed('not 1 to 100 rules')
  return { rules }
}

export const corsFields = ({ rules }: JsonObject): string =>
  (isList(rules) ? rules : [])
    .map((rule) => `<CORSRule>${isObject(rule) ? ruleFields(rule) : ''}</CORSRule>`)
    .join('')

const ruleFields = (rule: JsonObject): string =>
  Object.entries(rule)
    .flatMap(([name, texts]) => (isList(texts) ? texts.map((text) => element(name, String(text))) : []))
    .join('')

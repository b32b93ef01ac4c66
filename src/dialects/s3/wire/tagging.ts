import type { JsonObject } from '../../../core/model/json.ts'
import { childrenOf, element, textIn, xmlTree } from '../../../object-plane/documents.ts'
import { keptAttributes, requireTags } from '../../../object-plane/s3/index.ts'

/** The tags of a `<Tagging>` document, at most `max`. Throws `xml-malformed`, S3Error `InvalidTag`. */
export function readTagging(body: Uint8Array, max: number): Readonly<Record<string, string>> {
  const [set, ...others] = childrenOf(xmlTree(body, 'Tagging'), 'TagSet')
  const tags = set === undefined || others.length > 0 ? [] : childrenOf(set, 'Tag')
  return requireTags(
    tags.map((tag) => [textIn(tag, 'Key') ?? '', textIn(tag, 'Value') ?? ''] as const),
    max,
  )
}

export const taggingFields = (tags: Readonly<Record<string, string>>): string => {
  const each = Object.entries(tags).map(
    ([key, value]) => `<Tag>${element('Key', key)}${element('Value', value)}</Tag>`,
  )
  return `<TagSet>${each.join('')}</TagSet>`
}

/** Tags as they are kept. */
export const tagsOf = (kept: JsonObject): Readonly<Record<string, string>> =>
  keptAttributes({ tags: kept }).tags

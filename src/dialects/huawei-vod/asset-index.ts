import type { ObjectIndex } from '../../core/catalog/ports.ts'
import type { StoredObject } from '../../core/model.ts'
import type { AssetAttributes } from './asset.ts'

type Indexed = Pick<StoredObject, 'name' | 'kind' | 'status'>

/** What searches ask for. */
export const LABEL = {
  /** Of every asset that is not deleted: deleted ones are found by id alone. */
  any: 'any',
  status: (status: string): string => `status:${status}`,
  category: (id: number): string => `category:${id}`,
  tag: (tag: string): string => `tag:${tag}`,
  type: (type: string): string => `type:${type}`,
  /** Of the video's head, as `headOf` writes it. */
  head: (head: string): string => `head:${head}`,
} as const

/** What an asset is found by. */
export function indexOf(
  { name, kind, status }: Indexed,
  {
    description,
    categoryId,
    tags,
    heads,
  }: Pick<AssetAttributes, 'description' | 'categoryId' | 'tags' | 'heads'>,
): ObjectIndex {
  const labels = [
    ...(status === 'DELETED' ? [] : [LABEL.any]),
    LABEL.status(status),
    LABEL.category(categoryId),
    LABEL.type(kind),
    ...tags.map(LABEL.tag),
    ...heads.map(LABEL.head),
  ]
  return { labels, text: `${name}\n${description ?? ''}` }
}

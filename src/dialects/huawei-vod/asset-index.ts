import type { ObjectIndex } from '../../core/catalog/ports.ts'
import type { StoredObject } from '../../core/model.ts'
import type { AssetAttributes, PullState } from './asset.ts'

type Indexed = Pick<StoredObject, 'name' | 'kind' | 'status'>

/** What searches ask for. */
export const LABEL = {
  /** Of every asset that is not deleted: deleted ones are found by id alone. */
  any: 'any',
  status: (status: string): string => `status:${status}`,
  category: (id: number): string => `category:${id}`,
  tag: (tag: string): string => `tag:${tag}`,
  type: (type: string): string => `type:${type}`,
  /** Of all that the server fetches or fetched itself. */
  pulled: 'pull',
  pull: (state: PullState): string => `pull:${state}`,
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
    pull,
  }: Pick<AssetAttributes, 'description' | 'categoryId' | 'tags' | 'heads' | 'pull'>,
): ObjectIndex {
  const labels = [
    ...(status === 'DELETED' ? [] : [LABEL.any]),
    LABEL.status(status),
    LABEL.category(categoryId),
    LABEL.type(kind),
    ...tags.map(LABEL.tag),
    ...heads.map(LABEL.head),
    ...(pull === null ? [] : [LABEL.pulled, LABEL.pull(pull.state)]),
  ]
  return { labels, text: `${name}\n${description ?? ''}` }
}

import type { ObjectIndex, StoredObject } from '../../../core/model/objects.ts'
import type { AssetAttributes, PullState } from './asset.ts'

type Indexed = Pick<StoredObject, 'name' | 'status'>

/** What searches ask for, beside the state and the video_type. */
export const LABEL = {
  /** Of every asset. */
  any: 'any',
  category: (id: number): string => `category:${id}`,
  tag: (tag: string): string => `tag:${tag}`,
  /** Of all that the server fetches or fetched itself. */
  pulled: 'pull',
  pull: (state: PullState): string => `pull:${state}`,
  /** Of the video's head, as `headOf` writes it. */
  head: (head: string): string => `head:${head}`,
} as const

type Labelled = Pick<AssetAttributes, 'categoryId' | 'tags' | 'heads' | 'pull'>

/** What an asset is found by; deleted ones are found by id alone. */
export function indexOf(
  indexed: Indexed,
  attributes: Labelled & Pick<AssetAttributes, 'description'>,
): ObjectIndex {
  if (indexed.status === 'DELETED') return { labels: [], text: '' }
  return { labels: [LABEL.any, ...labelsOf(attributes)], text: textOf(indexed, attributes) }
}

/** What can be said of an asset, whatever its state. */
export const labelsOf = ({ categoryId, tags, heads, pull }: Labelled): readonly string[] => [
  LABEL.category(categoryId),
  ...tags.map(LABEL.tag),
  ...heads.map(LABEL.head),
  ...(pull === null ? [] : [LABEL.pulled, LABEL.pull(pull.state)]),
]

/** What keywords are looked for in. */
export const textOf = (
  { name }: Pick<Indexed, 'name'>,
  { description }: Pick<AssetAttributes, 'description'>,
): string => `${name}\n${description ?? ''}`

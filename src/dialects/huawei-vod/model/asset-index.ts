import type { ObjectIndex, StoredObject } from '../../../core/model/objects.ts'
import type { AssetAttributes, PullState } from './asset.ts'
import type { SnapshotStatus } from './snapshots.ts'

type Indexed = Pick<StoredObject, 'name' | 'status'>

/** The labels of assets. Searches ask for them beside state and video_type. */
export const LABEL = {
  /** Every asset. */
  any: 'any',
  category: (id: number): string => `category:${id}`,
  tag: (tag: string): string => `tag:${tag}`,
  /** Every asset whose video the server fetches or fetched itself. */
  pulled: 'pull',
  pull: (state: PullState): string => `pull:${state}`,
  /** Every asset that passes for transcoded. */
  transcoded: 'transcoded',
  snapshots: (status: SnapshotStatus): string => `snapshots:${status}`,
  /** `head` as `headOf` writes it. */
  head: (head: string): string => `head:${head}`,
} as const

type Labelled = Pick<AssetAttributes, 'categoryId' | 'tags' | 'heads' | 'pull' | 'transcode' | 'snapshots'>

/** What an asset is found by. Deleted assets are found by id alone. */
export function indexOf(
  indexed: Indexed,
  attributes: Labelled & Pick<AssetAttributes, 'description'>,
): ObjectIndex {
  if (indexed.status === 'DELETED') return { labels: [], text: '' }
  return { labels: [LABEL.any, ...labelsOf(attributes)], text: textOf(indexed, attributes) }
}

/** The labels that an asset has in every state. */
export const labelsOf = ({
  categoryId,
  tags,
  heads,
  pull,
  transcode,
  snapshots,
}: Labelled): readonly string[] => [
  LABEL.category(categoryId),
  ...tags.map(LABEL.tag),
  ...heads.map(LABEL.head),
  ...(pull === null ? [] : [LABEL.pulled, LABEL.pull(pull.state)]),
  ...(transcode === null ? [] : [LABEL.transcoded]),
  ...(snapshots === null ? [] : [LABEL.snapshots(snapshots.status)]),
]

/** What keywords are looked for in. */
export const textOf = (
  { name }: Pick<Indexed, 'name'>,
  { description }: Pick<AssetAttributes, 'description'>,
): string => `${name}\n${description ?? ''}`

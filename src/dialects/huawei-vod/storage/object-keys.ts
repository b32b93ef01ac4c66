import type { Core } from '../../../core/core.ts'
import type { AccountId } from '../../../core/ids.ts'
import { stableName } from '../../../core/model/buckets.ts'
import type { Reach } from '../../../core/rules/rights.ts'
import type { Project } from '../credentials.ts'
import { type Asset, type AssetAttributes, assetsBucket, findAsset } from '../model/asset.ts'
import { SNAPSHOT_LISTS, type SnapshotList } from '../model/snapshots.ts'

/** Where OBS URLs lead: `/{bucket}/{object key}`. One bucket for each project name; the keys tell projects apart. */
export const obsBucket = ({ name }: Pick<Project, 'name'>): string =>
  `${FIRST_BUCKETS}${name.toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-')}`

/** What names of buckets begin with. */
export const BUCKET_PREFIX = 'vod-bucket-'
const FIRST_BUCKETS = `${BUCKET_PREFIX}1-`

/** A project's name is that of its region. */
export const regionOf = (bucket: string): string => bucket.slice(FIRST_BUCKETS.length)

/**
 * Where object keys of a project are in the names that keys are limited to. The bucket is that of its assets: those of OBS's URLs
 * are shared by all projects of a region.
 */
export const reachIn = (project: Pick<Project, 'id'>, key: string): Reach => ({
  ...{ bucket: stableName(assetsBucket(project)), key },
})

/** The same of all keys that begin with this: the account as a whole, unless it names a project. */
export function reachOfPrefix(prefix: string): Reach {
  const [id = ''] = prefix.split('/', 1)
  return prefix.startsWith(`${id}/`) && id !== '' ? reachIn({ id }, prefix) : { bucket: null, key: '' }
}

/** What all object keys of a project begin with, or of one of its assets. */
export const keyPrefix = ({ id }: Pick<Project, 'id'>, assetId?: string): string =>
  assetId === undefined ? `${id}/` : `${id}/${assetId}/`

type Files = Pick<AssetAttributes, 'video' | 'cover' | 'subtitles'>

/** `{project}/{asset}/{32 hex}.mp4`. */
export const videoKey = (
  project: Pick<Project, 'id'>,
  assetId: string,
  { video }: Pick<Files, 'video'>,
): string => `${project.id}/${assetId}/${video}`

/** `{project}/{asset}/cover/Cover0.png`; null where no cover was announced. */
export const coverKey = (
  project: Pick<Project, 'id'>,
  assetId: string,
  { cover }: Pick<Files, 'cover'>,
): string | null =>
  cover === null ? null : `${project.id}/${assetId}/cover/Cover0.${cover.type.toLowerCase()}`

/** `{project}/{asset}/subtitle/1.srt`; the number is the subtitle's id. */
export const subtitleKey = (project: Pick<Project, 'id'>, assetId: string, id: number): string =>
  `${project.id}/${assetId}/subtitle/${id}.srt`

/** `{project}/{asset}/snapshot/sample/5.jpg`; the number is the frame's second (page vod_01_0049 of the user guide). */
export const snapshotKey = (
  project: Pick<Project, 'id'>,
  assetId: string,
  list: SnapshotList,
  offset: number,
): string => `${project.id}/${assetId}/snapshot/${list}/${offset}.jpg`

/** What an object key names: the video, the cover or a subtitle, or a snapshot of an asset. */
export interface AssetFile {
  readonly asset: Asset
  readonly kind: 'video' | 'side' | 'snapshot'
}

/** Null for a key that no asset of the project has, or not any more. */
export async function findByObjectKey(
  core: Core,
  account: AccountId,
  project: Pick<Project, 'id'>,
  key: string,
): Promise<AssetFile | null> {
  const [, projectId, assetId = ''] = /^([^/]+)\/([^/]+)\//.exec(key) ?? []
  const asset = projectId === project.id ? await findAsset(core, account, project, assetId) : null
  if (asset === null) return null
  const kind = kindOf(project, asset, key)
  return kind === null ? null : { asset, kind }
}

/** What a key names of an asset; null for nothing. */
export function kindOf(project: Pick<Project, 'id'>, asset: Asset, key: string): AssetFile['kind'] | null {
  const { object, attributes } = asset
  if (key === videoKey(project, object.key, attributes)) return 'video'
  const subtitles = attributes.subtitles.map(({ id }) => subtitleKey(project, object.key, id))
  if ([coverKey(project, object.key, attributes), ...subtitles].includes(key)) return 'side'
  return madeKeys(project, asset).includes(key) ? 'snapshot' : null
}

/** The keys of the snapshots that are made. */
const madeKeys = (project: Pick<Project, 'id'>, { object, attributes: { snapshots } }: Asset) =>
  SNAPSHOT_LISTS.flatMap((list) =>
    (snapshots?.made[list] ?? []).map((offset) => snapshotKey(project, object.key, list, offset)),
  )

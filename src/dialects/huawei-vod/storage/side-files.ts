import { isCoreError } from '../../../core/errors.ts'
import { type Asset, filesBucket } from '../model/asset.ts'
import type { ProjectContext } from '../model/context.ts'
import { allSnapshots } from '../model/snapshots.ts'
import { coverKey, snapshotKey, subtitleKey } from './object-keys.ts'

type Context = Pick<ProjectContext, 'core' | 'account' | 'project'>

/** The object keys of the announced cover and subtitles, whether or not they came. */
export function sideKeys(
  { project }: Pick<Context, 'project'>,
  { object, attributes }: Asset,
): readonly string[] {
  const cover = coverKey(project, object.key, attributes)
  const subtitles = attributes.subtitles.map(({ id }) => subtitleKey(project, object.key, id))
  return cover === null ? subtitles : [cover, ...subtitles]
}

/** As `sideKeys`, with those of all pictures that there may be. */
export function allSideKeys({ project }: Pick<Context, 'project'>, asset: Asset): readonly string[] {
  const { object, attributes } = asset
  const covers = (['JPG', 'PNG'] as const).map((type) =>
    coverKey(project, object.key, { cover: { type, md5: null } }),
  )
  const snapshots = attributes.snapshots === null ? [] : allSnapshots(attributes.snapshots)
  const keys = [
    ...sideKeys({ project }, asset),
    ...covers.filter((key) => key !== null),
    ...snapshots.flatMap(({ list, offsets }) =>
      offsets.map((offset) => snapshotKey(project, object.key, list, offset)),
    ),
  ]
  return [...new Set(keys)]
}

/** Those of these keys whose files came. */
export async function presentKeys(context: Context, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const { core, account, project } = context
  const bucket = filesBucket(project)
  const found = await Promise.all(
    keys.map(async (key) => (await core.objects.find({ account: account.id, bucket, key }))?.key ?? null),
  )
  return new Set(found.filter((key) => key !== null))
}

/** Removes the files of these keys that are there. */
export async function removeSideFiles(
  { core, account, project }: Context,
  keys: readonly string[],
): Promise<void> {
  const bucket = filesBucket(project)
  for (const key of keys) {
    try {
      await core.objects.delete({ account: account.id, bucket, key })
    } catch (error) {
      if (!isCoreError(error, 'object-not-found')) throw error
    }
  }
}

import { randomHex } from '../../../core/random.ts'
import { PULL_TOPIC } from '../background/pull-runner.ts'
import type { PullInput } from '../background/pull-transfer.ts'
import { type AssetAttributes, assetsBucket, attributesJson, NO_VIDEO, newVideoName } from '../model/asset.ts'
import { indexOf } from '../model/asset-index.ts'
import type { VideoType } from '../model/file-types.ts'
import { readAnnounced } from '../wire/announced.ts'
import type { Fields } from '../wire/fields.ts'
import type { Call } from './call.ts'

/** A video that the server fetches itself. */
export interface PulledVideo {
  readonly title: string
  readonly type: VideoType
  readonly attributes: AssetAttributes
}

/** The attributes of an asset whose video comes from a URL, which may be that of a stored object. Errors: VOD.10053. */
export function pulledAttributes(
  call: Call,
  fields: Fields,
  { type, url, videoName }: { readonly type: VideoType; readonly url: string; readonly videoName: string },
): AssetAttributes {
  return {
    ...{ ...NO_VIDEO, user: call.user, cover: null, subtitles: [], videoName, videoMd5: null },
    pull: { url, state: 'WAITING', endedAt: null },
    video: newVideoName(call.core.random, type),
    ...readAnnounced(fields, call.options),
  }
}

/** Makes the asset and has its video fetched; returns its id. The task is added first: an asset without a task would wait for ever. */
export async function beginPull(call: Call, { title, type, attributes }: PulledVideo): Promise<string> {
  const { core, account, project } = call
  const key = randomHex(core.random, 16)
  const input: PullInput = {
    ...{ project: project.id, asset: key, url: attributes.pull?.url ?? '' },
    ...{ upload: null, validator: null, received: 0, size: null },
  }
  const owner = { account: account.id, scope: assetsBucket(project), topic: PULL_TOPIC }
  await core.tasks.add({ ...owner, input: { ...input } })
  const named = { name: title, kind: type, status: 'CREATING' }
  await core.objects.put({
    ...{ account: account.id, bucket: assetsBucket(project), key, staged: null, conflict: 'fail' },
    traits: { ...named, contentType: null, media: null, attributes: attributesJson(attributes) },
    index: indexOf(named, attributes),
  })
  return key
}

import { strictEncodePath } from '../../../http/canonical.ts'
import { type ObsOperation, presign, presignQuery } from '../../../object-plane/obs/index.ts'
import type { Caller } from '../auth/caller.ts'
import type { Asset, AssetAttributes, Cover, Subtitle } from '../model/asset.ts'
import type { ProjectContext } from '../model/context.ts'
import { BYTES_TYPE, contentTypeOf, coverContentType, type VideoType } from '../model/file-types.ts'
import { coverKey, obsBucket, subtitleKey, videoKey } from './object-keys.ts'

type Signing = Pick<ProjectContext, 'core' | 'project' | 'options' | 'publicUrl'> & {
  readonly caller: Pick<Caller, 'keys'>
}

/** What a signed URL is for, beside where it leads. */
export interface Signed {
  readonly operation: ObsOperation
  readonly key: string
  readonly contentType?: string
  /** Base64; null asks for none. */
  readonly contentMd5: string | null
}

/** A URL for one operation on an object key of the call's project. */
export const signedUrl = (call: Signing, signed: Signed): string =>
  presign({ ...toSign(call, signed), baseUrl: call.publicUrl })

/** The signature's parameters alone. */
export const signedQuery = (call: Signing, signed: Signed): string => presignQuery(toSign(call, signed))

/** A signed URL ends with the keys that made it: the caller's, or those of the user whose token it was. */
function toSign({ core, caller: { keys }, project, options }: Signing, signed: Signed) {
  const { operation, key, contentType, contentMd5 } = signed
  return {
    ...{ operation, key, bucket: obsBucket(project), keys, securityToken: keys.securityToken },
    expires: Math.floor(
      Math.min(core.clock.now() + options.urlTtlS * 1000, keys.expiresAt ?? Number.POSITIVE_INFINITY) / 1000,
    ),
    ...(contentType === undefined ? {} : { contentType }),
    ...(contentMd5 === null ? {} : { contentMd5 }),
  }
}

const putUrl = (call: Signing, key: string, contentType: string, contentMd5: string | null): string =>
  signedUrl(call, { operation: { type: 'put' }, key, contentType, contentMd5 })

export const videoUploadUrl = (
  call: Signing,
  assetId: string,
  { video, videoMd5 }: Pick<AssetAttributes, 'video' | 'videoMd5'>,
  type: VideoType,
): string => putUrl(call, videoKey(call.project, assetId, { video }), contentTypeOf(type), videoMd5)

/** Null where no cover was announced. */
export function coverUploadUrl(call: Signing, assetId: string, cover: Cover | null): string | null {
  const key = coverKey(call.project, assetId, { cover })
  return cover === null || key === null ? null : putUrl(call, key, coverContentType(cover.type), cover.md5)
}

export const subtitleUploadUrl = (call: Signing, assetId: string, { id, md5 }: Subtitle): string =>
  putUrl(call, subtitleKey(call.project, assetId, id), BYTES_TYPE, md5)

/** A URL to read the video for a while, published or not. */
export const videoSignUrl = (call: Signing, { object, attributes }: Asset): string =>
  signedUrl(call, {
    operation: { type: 'get' },
    key: videoKey(call.project, object.key, attributes),
    contentMd5: null,
  })

/** First segment of the paths that files of assets are played by. */
export const PLAY_PATH = '/asset'

/** A URL by which anybody can read a file of an asset, as long as that is allowed. */
export const playUrl = ({ publicUrl }: Pick<ProjectContext, 'publicUrl'>, key: string): string =>
  `${publicUrl}${PLAY_PATH}/${strictEncodePath(key)}`

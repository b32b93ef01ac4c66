import { type Account, credentialsOf } from '../../../core/accounts.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { TargetBucket, TargetFile, TargetRefusal, UploadTargets } from '../../upload-targets.ts'
import { projectCredential } from '../credentials.ts'
import { asAnswered, GatewayError } from '../errors.ts'
import { requireAsset } from '../model/asset.ts'
import { accept } from '../model/confirmation.ts'
import type { ProjectContext, Vod } from '../model/context.ts'
import { videoKey } from '../storage/object-keys.ts'
import { beginParts, completeMultipart, obsUploadId } from '../storage/video-uploads.ts'
import { Fields } from '../wire/fields.ts'
import { makeAsset } from './create.ts'

const BUCKET = /^vod-(.+)$/

/** Assets of an account's projects: the buckets `vod-<project>`. A key is the name of a video file, an upload's name its asset_id. */
export const createTargets = (vod: Vod): UploadTargets => ({
  at: (account, bucket) => {
    const id = BUCKET.exec(bucket)?.[1]
    const project = credentialsOf(account, projectCredential).find((each) => each.id === id)
    return project === undefined ? null : projectBucket({ ...vod, account, project })
  },
})

function projectBucket(context: ProjectContext): TargetBucket {
  const address = (upload: Upload) => ({
    ...{ account: context.account.id, project: context.project, key: upload.key },
  })
  const close = async (upload: Upload): Promise<void> => {
    if (upload.state !== 'committed') await completeMultipart(context, address(upload), obsUploadId(upload))
  }
  return {
    begin: (file) => begin(context, file),
    find: (name) => beginFor(context, name, {}),
    nameOf: assetIdOf,
    close,
    finish: async (upload, { deliveries }) => {
      await close(upload)
      const asset = await accept(context, assetIdOf(upload), deliveries)
      return { asset_id: asset.object.key }
    },
    refusalOf,
  }
}

/** `{project}/{asset}/{video}`. */
const assetIdOf = ({ key }: Upload): string => key.split('/')[1] ?? ''

/** Makes an asset; title, type and name of its video are those of the file where no field has them. */
async function begin(
  context: ProjectContext,
  { key, size, fields, attributes }: TargetFile,
): Promise<Upload> {
  const name = key.slice(key.lastIndexOf('/') + 1)
  const [, stem = name, suffix = ''] = /^(.+)\.(\w+)$/s.exec(name) ?? []
  const named = { title: stem, video_name: name, video_type: suffix.toUpperCase(), ...fields }
  const made = await makeAsset({ ...context, user: userOf(context) }, new Fields(named))
  return beginFor(context, made.key, { attributes, ...(size === null ? {} : { sizeNamed: size }) })
}

const userOf = ({ account }: { readonly account: Account }): string => account.name

/** An upload for the video of an asset that awaits it. Throws VOD.10062, PlaneError `access-denied`. */
async function beginFor(
  context: ProjectContext,
  assetId: string,
  more: Parameters<typeof beginParts>[2],
): Promise<Upload> {
  const { core, account, project } = context
  const asset = await requireAsset(core, account.id, project, assetId)
  const key = videoKey(project, assetId, asset.attributes)
  return beginParts(context, { account: account.id, project, key }, more)
}

function refusalOf(error: unknown): TargetRefusal | null {
  if (error instanceof PlaneError) return { status: 403, code: error.code, message: error.message }
  const answered = asAnswered(error)
  if (!(answered instanceof GatewayError))
    return isOurs(answered.code)
      ? null
      : { status: 400, code: `VOD.${answered.code}`, message: answered.message }
  const { status, code, message } = answered
  return status < 500 ? { status, code: `APIGW.${code}`, message } : null
}

/** Whether a code says that the server failed. */
const isOurs = (code: number): boolean => code === 10051

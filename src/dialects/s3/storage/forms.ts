import type { JsonObject } from '../../../core/model/json.ts'
import { UNCONDITIONAL } from '../../../object-plane/contents.ts'
import { checksumOfForm, detailsOfForm } from '../../../object-plane/s3/index.ts'
import type { PlaneFormNamespace } from '../../../object-plane/types.ts'
import type { S3Context } from '../calls/call.ts'
import { readTagging } from '../wire/tagging.ts'
import type { WholeNamespace } from './namespace.ts'

const TAGS_MAX = 10

/** Objects that come by forms, posted to the path or the host of their bucket. */
export const createForms = ({ core }: S3Context, namespace: WholeNamespace): PlaneFormNamespace => ({
  paths: [],
  bucketIn: (path) => /^\/([^/]+)\/?$/.exec(path)?.[1] ?? null,
  write: async (target, staged, contentType, fields) => {
    let attributes: JsonObject
    try {
      const { attributes: said } = detailsOfForm(fields)
      const tagging = fields.get('tagging')
      const tags = tagging === undefined ? {} : { tags: readTagging(Buffer.from(tagging), TAGS_MAX) }
      attributes = { ...said, ...tags, ...checksumOfForm(fields, staged.facts) }
    } catch (error) {
      await core.staging.discard(staged)
      throw error
    }
    const details = { contentType: fields.has('content-type') ? contentType : null, attributes }
    await namespace.writeDescribed(target, staged, { details, condition: UNCONDITIONAL })
  },
})

import { isCoreError } from '../../core/errors.ts'
import { PlaneError } from '../../object-plane/errors.ts'

/** Says it in S3's words where the core's are wider: of a bucket that is made, a name that is taken is the bucket. */
export function asBucketError(error: unknown, isOwn: boolean): unknown {
  if (isCoreError(error, 'name-conflict'))
    return new PlaneError(isOwn ? 'bucket-exists' : 'bucket-name-taken', 'the name is taken')
  const isName = isCoreError(error, 'invalid-argument') && error.detail.field === 'name'
  return isName ? new PlaneError('bucket-name-invalid', 'no name of a bucket') : error
}

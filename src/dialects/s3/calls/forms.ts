import type { Operation } from '../../../object-plane/operations/own.ts'
import { formOperations } from '../../../object-plane/operations/own.ts'
import { S3Error } from '../../../object-plane/s3/index.ts'

/** POST of a form to a bucket. */
export const formsToBuckets: readonly Operation[] = [
  ...formOperations.map((each): Operation => ({ ...each, at: 'bucket' })),
  {
    ...{ call: 'post', method: 'POST', at: 'bucket', matches: ({ url = '' }) => !/\?./.test(url) },
    handlerOf:
      () =>
      async ({ request: { headers } }) => {
        if (/^multipart\/form-data *(;|$)/i.test(headers['content-type'] ?? ''))
          throw new S3Error('MalformedPOSTRequest')
        throw new S3Error('PreconditionFailed', undefined, {
          Condition: 'Bucket POST must be of the enclosure-type multipart/form-data',
        })
      },
  },
]

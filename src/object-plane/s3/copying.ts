import type { PlaneCopyFlavour } from '../contents.ts'
import { readDetails } from './describe.ts'
import { S3Error } from './errors.ts'

const RANGE = /^bytes=(\d{1,15})-(\d{1,15})$/

/** CopyObject and UploadPartCopy. */
export const COPYING: PlaneCopyFlavour = {
  prefixes: ['x-amz-'],
  readsDetails: (exchange) => {
    const { headers } = exchange.request
    const directive = headers['x-amz-metadata-directive']
    if (directive !== undefined && directive !== 'COPY' && directive !== 'REPLACE')
      throw new S3Error('InvalidArgument', 'Unknown metadata directive.')
    return directive === 'REPLACE' ? readDetails(exchange) : null
  },
  rangeOf: ({ request: { headers } }) => {
    const text = headers['x-amz-copy-source-range']
    if (text === undefined) return null
    const [, first, last] = RANGE.exec(String(text)) ?? []
    if (first === undefined || last === undefined || Number(first) > Number(last))
      throw new S3Error(
        'InvalidArgument',
        'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      )
    return { first: Number(first), last: Number(last) }
  },
}

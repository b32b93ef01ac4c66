import { headerText } from '../../http/signed-request.ts'
import type { Exchange } from '../../http/types.ts'
import type { PlaneCopyChanges, PlaneCopyFlavour } from '../contents.ts'
import { isAlgorithm, unknownAlgorithm } from './checksums.ts'
import { invalidArgument } from './codes.ts'
import { readDetails, readMeta } from './describe.ts'
import { checksumFields } from './documents.ts'
import { keptAttributes } from './kept.ts'
import { readTags } from './tags.ts'

const RANGE = /^bytes=(\d{1,15})-(\d{1,15})$/

/** CopyObject and UploadPartCopy. */
export const COPYING: PlaneCopyFlavour = {
  prefixes: ['x-amz-'],
  readsDetails: (exchange) => {
    readMeta(exchange.request.headers)
    const isNew = directive(exchange, 'x-amz-metadata-directive', 'Unknown metadata directive.') === 'REPLACE'
    return isNew ? readDetails(exchange) : null
  },
  changesOf,
  copiedFields: (attributes) => {
    const { checksum } = keptAttributes(attributes)
    return checksum === null ? '' : checksumFields(checksum).join('')
  },
  rangeOf: (exchange) => {
    const name = 'x-amz-copy-source-range'
    const text = headerText(exchange.request.headers, name)
    if (text === undefined) return null
    const [, first, last] = RANGE.exec(text) ?? []
    if (first === undefined || last === undefined || Number(first) > Number(last))
      throw invalidArgument(
        'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
        ...([name, text] as const),
      )
    return { first: Number(first), last: Number(last) }
  },
  sourceOf: (text) => {
    const wrong = (what: string, value = text) =>
      invalidArgument(`Invalid copy source ${what}`, 'x-amz-copy-source', value)
    const plain = text.replace(/^\//, '').split('?versionId=')[0] ?? ''
    if (/%(?![0-9a-f]{2})/i.test(plain)) throw wrong('encoding')
    const [bucket = '', ...key] = plain.split('/')
    if (!/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i.test(bucket) || /^\d+(\.\d+){3}$/.test(bucket))
      throw wrong('bucket name')
    if (key.join('/') === '') throw wrong('object key', '')
  },
}

function changesOf(exchange: Exchange): PlaneCopyChanges {
  const { headers } = exchange.request
  const tags = directive(exchange, 'x-amz-tagging-directive', 'Unknown tagging directive.')
  const named = headerText(headers, 'x-amz-checksum-algorithm')?.toLowerCase() ?? null
  if (named !== null && !isAlgorithm(named)) throw unknownAlgorithm()
  const isNew = tags === 'REPLACE'
  return {
    attributes: isNew ? { tags: readTags(headerText(headers, 'x-amz-tagging') ?? '') } : {},
    ...{ dropped: [], algorithm: named },
  }
}

function directive({ request }: Exchange, name: string, message: string): string {
  const value = headerText(request.headers, name) ?? 'COPY'
  if (value !== 'COPY' && value !== 'REPLACE') throw invalidArgument(message, name, value)
  return value
}

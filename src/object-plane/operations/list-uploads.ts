import { parseUploadId, type UploadId } from '../../core/ids.ts'
import type { ListedUpload, UploadPage } from '../../core/ports/commands/uploads.ts'
import { strictEncodePath } from '../../http/canonical.ts'
import type { Exchange, Reply } from '../../http/types.ts'
import type { Place } from '../admission.ts'
import type { UploadsAsked } from '../contents.ts'
import { PlaneError } from '../errors.ts'
import type { PlaneMultipart, PlaneMultipartFlavour } from '../types.ts'
import { element } from '../xml.ts'
import { xmlOf } from './buckets.ts'
import { asksFor, type Handling, type Operation } from './operation.ts'
import { only, readNumber } from './part-query.ts'

/** Uploads of one page, if the client does not ask for fewer. */
const PAGE_MAX = 1000

/** GET of a bucket with `?uploads`: its unfinished uploads of parts. */
export const listUploadOperations: readonly Operation[] = [
  {
    ...{ call: 'list-uploads', method: 'GET', at: 'bucket', matches: asksFor('uploads') },
    handlerOf: (handling, place) => {
      const list = place.namespace.multipart?.list
      const speaks = handling.flavour.multipart
      if (list === undefined || speaks === undefined || handling.flavour.answerXml === undefined) return null
      return (exchange) => listUploads(handling, { list, speaks }, exchange, place)
    },
  },
]

interface Listing {
  readonly list: NonNullable<PlaneMultipart['list']>
  readonly speaks: PlaneMultipartFlavour
}

async function listUploads(
  { flavour, admitToBucket }: Handling,
  { list, speaks }: Listing,
  exchange: Exchange,
  place: Place,
): Promise<Reply> {
  const { query } = exchange
  const prefix = only(query, 'prefix') ?? ''
  const { signer, bucket } = await admitToBucket(exchange, place, 'list-uploads', {
    ...{ prefix, queries: ['uploads'] },
  })
  const asked = read(query, prefix)
  const { account } = signer
  const found = await list({ account, bucket }, { ...asked, limit: Math.max(asked.limit, 1) })
  const page: UploadPage = asked.limit === 0 ? { entries: [], next: null } : found
  const encoding = only(query, 'encoding-type')
  const own = (entry: ListedUpload) =>
    entry.kind === 'upload' ? (speaks.listedUpload?.(entry.upload) ?? '') : ''
  const told = fieldsOf(bucket, { account, isEncoded: encoding === 'url', asked, page }, own)
  return xmlOf(flavour)(exchange, 'ListMultipartUploadsResult', told)
}

/** Without a key there is no marker among its uploads. */
function read(query: Exchange['query'], prefix: string): UploadsAsked {
  const after = only(query, 'key-marker') ?? ''
  const marker = only(query, 'upload-id-marker') ?? ''
  return {
    ...{ prefix, delimiter: only(query, 'delimiter') || null, after },
    afterId: after === '' || marker === '' ? null : idOf(marker),
    limit: Math.min(readNumber(query, 'max-uploads') ?? PAGE_MAX, PAGE_MAX),
  }
}

function idOf(value: string): UploadId {
  const id = parseUploadId(value.toLowerCase())
  if (id !== null) return id
  throw new PlaneError('argument-invalid', 'the marker is no id', { argument: 'upload-id-marker', value })
}

interface Shown {
  readonly account: string
  readonly isEncoded: boolean
  readonly asked: UploadsAsked
  readonly page: UploadPage
}

function fieldsOf(bucket: string, shown: Shown, own: (entry: ListedUpload) => string): string {
  const { account, isEncoded, asked, page } = shown
  const { prefix, delimiter, after, afterId, limit } = asked
  const text = (key: string) => (isEncoded ? strictEncodePath(key) : key)
  const who = element('ID', account) + element('DisplayName', account)
  const people = `<Initiator>${who}</Initiator><Owner>${who}</Owner>`
  const entry = (each: ListedUpload) =>
    each.kind === 'prefix'
      ? `<CommonPrefixes>${element('Prefix', text(each.prefix))}</CommonPrefixes>`
      : `<Upload>${element('Key', text(each.upload.key))}${element('UploadId', each.upload.id)}${people}${element('StorageClass', 'STANDARD')}${element('Initiated', new Date(each.upload.createdAt).toISOString())}${own(each)}</Upload>`
  return [
    element('Bucket', bucket),
    element('KeyMarker', text(after)),
    element('UploadIdMarker', afterId ?? ''),
    page.next === null ? '' : element('NextKeyMarker', text(page.next.key)),
    page.next === null ? '' : element('NextUploadIdMarker', page.next.id ?? ''),
    element('Prefix', text(prefix)),
    delimiter === null ? '' : element('Delimiter', text(delimiter)),
    isEncoded ? element('EncodingType', 'url') : '',
    element('MaxUploads', String(limit)),
    element('IsTruncated', String(page.next !== null)),
    ...page.entries.map(entry),
  ].join('')
}

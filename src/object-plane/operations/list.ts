import type { KeyPage, ListedEntry } from '../../core/model/buckets.ts'
import { strictEncodePath } from '../../http/canonical.ts'
import type { Exchange, Reply } from '../../http/types.ts'
import type { Place } from '../admission.ts'
import type { PlaneKeys } from '../contents.ts'
import { PlaneError } from '../errors.ts'
import { element } from '../xml.ts'
import { xmlOf } from './buckets.ts'
import type { Handling, Operation } from './operation.ts'
import { only } from './part-query.ts'

type EtagOf = PlaneKeys['etagOf']

/** Keys of one page, if the client does not ask for fewer. */
const PAGE_MAX = 1000

/** GET of a bucket: its keys, in the first form of S3 and in the second (`list-type=2`). */
export const listOperations: readonly Operation[] = [
  {
    ...{ call: 'list', method: 'GET', at: 'bucket' },
    handlerOf: (handling, place) => {
      const { keys } = place.namespace
      if (keys === undefined || handling.flavour.answerXml === undefined) return null
      return (exchange) => list(handling, keys, exchange, place)
    },
  },
]

/** What a client asks for. `marker` is what it goes on behind, and `echoes` are the elements that repeat what it said. */
interface Asked {
  readonly prefix: string
  readonly delimiter: string | null
  readonly max: number
  readonly isEncoded: boolean
  readonly isSecond: boolean
  readonly marker: string
  readonly echoes: string
}

async function list(
  { flavour, admitToBucket }: Handling,
  keys: PlaneKeys,
  exchange: Exchange,
  place: Place,
): Promise<Reply> {
  const prefix = only(exchange.query, 'prefix') ?? ''
  const { signer, bucket } = await admitToBucket(exchange, place, 'list', { prefix })
  const asked = read(exchange.query, prefix)
  const { delimiter, max, marker } = asked
  const at = { account: signer.account, bucket }
  const page = await keys.list(at, { prefix, delimiter, after: marker, limit: Math.max(max, 1) })
  const shown: KeyPage = max === 0 ? { entries: [], next: null } : page
  return xmlOf(flavour)(
    exchange,
    'ListBucketResult',
    document(bucket, signer.account, asked, shown, (entry) => keys.etagOf(entry)),
  )
}

function read(query: Exchange['query'], prefix: string): Asked {
  const type = only(query, 'list-type')
  if (type !== null && type !== '2') throw invalid('list-type')
  const encoding = only(query, 'encoding-type')
  if (encoding !== null && encoding !== '' && encoding !== 'url') throw invalid('encoding-type')
  const isEncoded = encoding === 'url'
  const max = only(query, 'max-keys') || String(PAGE_MAX)
  if (!/^\d{1,10}$/.test(max) || Number(max) > 0x7fffffff) throw invalid('max-keys')
  const delimiter = only(query, 'delimiter') || null
  const common = { prefix, delimiter, max: Math.min(Number(max), PAGE_MAX), isEncoded }
  return { ...common, ...(type === null ? readFirst(query, isEncoded) : readSecond(query, isEncoded)) }
}

function readFirst(query: Exchange['query'], isEncoded: boolean) {
  const marker = only(query, 'marker') ?? ''
  return { isSecond: false, marker, echoes: element('Marker', text(marker, isEncoded)) }
}

/** A token is the marker itself, so that no node has to remember one. */
function readSecond(query: Exchange['query'], isEncoded: boolean) {
  const token = only(query, 'continuation-token')
  const startAfter = only(query, 'start-after')
  if (token === '') throw invalid('continuation-token')
  const echoes = [
    ...(token === null ? [] : [element('ContinuationToken', token)]),
    ...(startAfter === null ? [] : [element('StartAfter', text(startAfter, isEncoded))]),
  ].join('')
  const marker = token === null ? (startAfter ?? '') : Buffer.from(token, 'base64url').toString()
  return { isSecond: true, marker, echoes }
}

function document(
  bucket: string,
  account: string,
  asked: Asked,
  { entries, next }: KeyPage,
  etagOf: EtagOf,
): string {
  const { prefix, delimiter, max, isEncoded, isSecond, echoes } = asked
  const following = next === null ? '' : nextElement(asked, next)
  return [
    element('Name', bucket),
    element('Prefix', text(prefix, isEncoded)),
    echoes,
    element('MaxKeys', String(max)),
    delimiter === null ? '' : element('Delimiter', text(delimiter, isEncoded)),
    isEncoded ? element('EncodingType', 'url') : '',
    element('IsTruncated', String(next !== null)),
    isSecond ? element('KeyCount', String(entries.length)) : '',
    following,
    ...entries.map((entry) => entryXml(entry, account, isEncoded, etagOf)),
  ].join('')
}

const nextElement = ({ isSecond, isEncoded, delimiter }: Asked, next: string): string => {
  if (isSecond) return element('NextContinuationToken', Buffer.from(next).toString('base64url'))
  return delimiter === null ? '' : element('NextMarker', text(next, isEncoded))
}

function entryXml(entry: ListedEntry, account: string, isEncoded: boolean, etagOf: EtagOf): string {
  if (entry.kind === 'prefix')
    return `<CommonPrefixes>${element('Prefix', text(entry.prefix, isEncoded))}</CommonPrefixes>`
  const { key, size, changedAt } = entry
  return `<Contents>${[
    element('Key', text(key, isEncoded)),
    element('LastModified', new Date(changedAt).toISOString()),
    element('ETag', etagOf(entry)),
    element('Size', String(size)),
    `<Owner>${element('ID', account)}${element('DisplayName', account)}</Owner>`,
    element('StorageClass', 'STANDARD'),
  ].join('')}</Contents>`
}

const text = (key: string, isEncoded: boolean): string => (isEncoded ? strictEncodePath(key) : key)
const invalid = (name: string): PlaneError =>
  new PlaneError('argument-invalid', `${name} has a value that cannot be used`)

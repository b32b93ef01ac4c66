import type { KeyPage } from '../../core/model/buckets.ts'
import type { Exchange, Reply } from '../../http/types.ts'
import type { Place } from '../admission.ts'
import type { PlaneKeys } from '../contents.ts'
import { PlaneError } from '../errors.ts'
import { type ListTold, markerOf, S3_LISTING } from '../telling.ts'
import { tellsKeys, xmlOf } from './buckets.ts'
import { listFields } from './list-xml.ts'
import type { Handling, Operation } from './operation.ts'
import { only, readNumber } from './part-query.ts'

/** Keys of one page, if the client does not ask for fewer. */
const PAGE_MAX = 1000

/** GET of a bucket: its keys, in the first form of S3 and, where the cloud has it, in the second (`list-type=2`). */
export const listOperations: readonly Operation[] = [
  {
    ...{ call: 'list', method: 'GET', at: 'bucket' },
    handlerOf: (handling, place) => {
      const { keys } = place.namespace
      if (keys === undefined || !tellsKeys(handling.flavour)) return null
      return (exchange) => list(handling, keys, exchange, place)
    },
  },
]

/** What a client asks for. */
type Asked = Omit<ListTold, 'bucket' | 'account' | 'page' | 'etagOf' | 'ownOf'>

async function list(
  { flavour, admitToBucket }: Handling,
  keys: PlaneKeys,
  exchange: Exchange,
  place: Place,
): Promise<Reply> {
  const prefix = only(exchange.query, 'prefix') ?? ''
  const { signer, bucket } = await admitToBucket(exchange, place, 'list', {
    ...{ prefix, queries: LIST_QUERIES },
  })
  requireList(exchange.query)
  const listing = flavour.listing ?? S3_LISTING
  const asked = read(exchange.query, prefix, listing.hasSecondForm)
  const { delimiter, max, marker } = asked
  const at = { account: signer.account, bucket }
  const page = await keys.list(at, { prefix, delimiter, after: marker, limit: Math.max(max, 1) })
  const shown: KeyPage = max === 0 ? { entries: [], next: null } : page
  const told: ListTold = {
    ...{ ...asked, bucket, account: signer.account, page: shown },
    etagOf: (entry) => keys.etagOf(entry),
    ownOf: ({ attributes = {} }) => flavour.listedObject?.(attributes) ?? '',
  }
  if (flavour.json !== undefined) return flavour.json.list(exchange, told)
  return xmlOf(flavour)(exchange, 'ListBucketResult', listFields(told))
}

const LIST_QUERIES = ['list-type', 'prefix', 'delimiter', 'marker', 'max-keys', 'encoding-type'].concat(
  ...['continuation-token', 'start-after', 'fetch-owner', 'fetch-meta'],
)

/** Throws `not-implemented` for a parameter that has no value and is none of a list's: it asks for something else of the bucket. */
function requireList(query: Exchange['query']): void {
  const other = query.find(([name, value]) => value === '' && !LIST_QUERIES.includes(name.toLowerCase()))
  if (other !== undefined) throw new PlaneError('not-implemented', `the query asks for ${other[0]}`)
}

function read(query: Exchange['query'], prefix: string, hasSecondForm: boolean): Asked {
  const type = hasSecondForm ? only(query, 'list-type') : null
  if (type !== null && type !== '2') throw invalid('list-type')
  const encoding = only(query, 'encoding-type')
  if (encoding !== null && encoding !== '' && encoding !== 'url') throw invalid('encoding-type')
  const max = only(query, 'max-keys') === '' ? PAGE_MAX : (readNumber(query, 'max-keys') ?? PAGE_MAX)
  const delimiter = only(query, 'delimiter') || null
  const common = { prefix, delimiter, max: Math.min(max, PAGE_MAX), isEncoded: encoding === 'url' }
  if (type === null) return { ...common, second: null, marker: only(query, 'marker') ?? '' }
  return { ...common, ...readSecond(query) }
}

function readSecond(query: Exchange['query']): Pick<Asked, 'second' | 'marker'> {
  const token = only(query, 'continuation-token')
  const startAfter = only(query, 'start-after')
  if (token === '') throw invalid('continuation-token')
  const marker = token === null ? (startAfter ?? '') : markerOf(token)
  return { second: { token, startAfter }, marker }
}

const invalid = (name: string): PlaneError =>
  new PlaneError('argument-invalid', `${name} has a value that cannot be used`)

import { parseObjectId } from '../../../core/ids.ts'
import type { Json } from '../../../core/model/json.ts'
import type { SearchMarker } from '../../../core/model/tree-search.ts'
import { isList } from '../../../http/json-shapes.ts'
import { SmhError } from '../errors.ts'
import { markerValues } from './markers.ts'
import type { WantedSearch } from './search-fields.ts'

/** A marker is shorter, however long its name. */
const LENGTH_MAX = 4096

type Order = Pick<WantedSearch, 'order' | 'descending' | 'ranked'>

/** A `nextMarker` of `search-fs`: base64url of JSON. Nothing in it is a secret. */
export const searchMarkerText = (marker: SearchMarker, order: Order): string =>
  Buffer.from(JSON.stringify(markerJson(marker, order))).toString('base64url')

/** Null begins. Errors: `MarkerInvalid`, also for a marker of another order. */
export function readSearchMarker(text: string | null, order: Order): SearchMarker | null {
  if (text === null || text === '') return null
  if (text.length > LENGTH_MAX || !/^[\w-]+$/.test(text)) throw new SmhError('MarkerInvalid')
  const marker = markerOf(markerValues(text), order)
  if (marker === null) throw new SmhError('MarkerInvalid')
  return marker
}

export const markerJson = ({ matches, value, id }: SearchMarker, order: Order): Json => [
  orderText(order),
  ...[matches, value, id],
]

/** Null for what is no marker of this order. */
export function markerOf(json: Json | undefined, order: Order): SearchMarker | null {
  const [of, matches, value, id, ...more] = isList(json) ? json : []
  const entry = typeof id === 'string' ? parseObjectId(id) : null
  const isFit =
    order.order === 'name' ? typeof value === 'string' && isText(value) : Number.isSafeInteger(value)
  if (of !== orderText(order) || entry === null || more.length > 0 || !isFit) return null
  if (typeof matches !== 'number' || !Number.isSafeInteger(matches)) return null
  return typeof value === 'string' || typeof value === 'number' ? { matches, value, id: entry } : null
}

const isText = (value: string): boolean => value.isWellFormed() && !value.includes('\0')

const orderText = ({ order, descending, ranked }: Order): string =>
  `search ${ranked ? 'ranked ' : ''}${order} ${descending ? 'desc' : 'asc'}`

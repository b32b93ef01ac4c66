import { parseObjectId } from '../../../core/ids.ts'
import type { Json } from '../../../core/model/json.ts'
import type { EntryOrder, ListMarker } from '../../../core/model/trees.ts'
import { parseJson } from '../../../http/json.ts'
import { isList } from '../../../http/json-shapes.ts'
import { SmhError } from '../errors.ts'

/** The order of a list, as far as a marker belongs to it. */
export interface MarkedOrder {
  readonly order: EntryOrder
  readonly descending: boolean
  readonly directoriesFirst: boolean
}

const GROUPS = ['directories', 'others', 'all'] as const
/** A marker is shorter, however long its name. */
const LENGTH_MAX = 4096

/** A `nextMarker`: base64url of JSON. Nothing in it is a secret. */
export function markerText({ group, value, id }: ListMarker, order: MarkedOrder): string {
  return Buffer.from(JSON.stringify([orderText(order), group, value, id])).toString('base64url')
}

/** Null begins. Errors: `MarkerInvalid`, also for a marker of another order. */
export function readMarker(text: string | null, order: MarkedOrder): ListMarker | null {
  if (text === null) return null
  if (text.length > LENGTH_MAX || !/^[\w-]+$/.test(text)) throw invalid()
  const values = markerValues(text)
  const [of, group, value, id] = values
  const known = GROUPS.find((each) => each === group)
  const entry = typeof id === 'string' ? parseObjectId(id) : null
  const isOfOrder = of === orderText(order) && isValueOf(order.order, value)
  if (values.length !== 4 || known === undefined || entry === null || !isOfOrder) throw invalid()
  if ((known === 'all') === order.directoriesFirst) throw invalid()
  return { group: known, value, id: entry }
}

const orderText = ({ order, descending, directoriesFirst }: MarkedOrder): string =>
  `${order} ${descending ? 'desc' : 'asc'}${directoriesFirst ? '' : ' union'}`

function isValueOf(order: EntryOrder, value: unknown): value is string | number {
  return order === 'name' ? typeof value === 'string' && value.isWellFormed() : Number.isSafeInteger(value)
}

/** The JSON list in a marker. Other JSON gives an empty list. Errors: `MarkerInvalid`. */
export function markerValues(text: string): readonly Json[] {
  try {
    const values = parseJson(Buffer.from(text, 'base64url'))
    return isList(values) ? values : []
  } catch {
    throw invalid()
  }
}

const invalid = (): SmhError => new SmhError('MarkerInvalid')

import { type FieldSource, JsonFields } from '../../../http/json-fields.ts'
import { TEXT, TEXT_OR_NUMBER } from '../../../http/json-shapes.ts'
import { OstError } from '../errors.ts'
import { SLICE_ID_MAX } from '../model/limits.ts'

/** A call's fields by name: JSON members, or the texts of a form. Unknown ones are ignored. */
export type Fields = FieldSource

/** The fields that every call has. */
export interface CallLabel {
  readonly requestId: string
}

/** Checks the fields every call has. `appId` is the application that signed. Throws OstError 10001. */
export function callLabel(fields: Fields, appId: string): CallLabel {
  const requestId = optionalLabel(fields, 'request_id', 'requestId') ?? ''
  if (requestId === '') throw empty('requestId')
  const given = requiredText(fields, 'app_id', 'appId')
  if (given !== appId) throw new OstError(10001, 'appId is not the application of the api_key')
  checkCloudId(fields)
  return { requestId }
}

export const uploadIdOf = (fields: Fields): string => requiredText(fields, 'upload_id', 'uploadId')

const SLICE_ID = /^[0-9]{1,9}$/

/** A slice's number in decimal digits. Unless `sliceIdMin` is 0, 0 counts as empty, as the service answers it. */
export function sliceIdOf(fields: Fields, sliceIdMin: 0 | 1): number {
  const text = requiredText(fields, 'slice_id', 'sliceId')
  const number = SLICE_ID.test(text) ? Number(text) : Number.NaN
  if (number === 0 && sliceIdMin === 1) throw empty('sliceId')
  if (!(number <= SLICE_ID_MAX)) {
    throw new OstError(10001, `sliceId must be an integer from ${sliceIdMin} to ${SLICE_ID_MAX}`)
  }
  return number
}

/** The service's words for a missing field: `sliceId must not be empty`. */
export const empty = (field: string): OstError => new OstError(10001, `${field} must not be empty`)

function requiredText(fields: Fields, name: string, label: string): string {
  const value = optionalText(fields, name, label) ?? ''
  if (value === '') throw empty(label)
  return value
}

const optionalText = (fields: Fields, name: string, label: string): string | null =>
  reader(fields, label).optional(name, TEXT)

/** What clients label their calls with. Some send a number. */
const optionalLabel = (fields: Fields, name: string, label: string): string | null =>
  reader(fields, label).optional(name, TEXT_OR_NUMBER)

const reader = (fields: Fields, label: string): JsonFields =>
  new JsonFields(fields, () => new OstError(10001, `${label} must be a string`))

/** Optional: missing, null, any text and any number are fine ("0" is the public cloud). */
function checkCloudId(fields: Fields): void {
  optionalLabel(fields, 'cloud_id', 'cloudId')
}

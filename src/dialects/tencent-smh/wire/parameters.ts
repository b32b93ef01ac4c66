import type { JsonObject } from '../../../core/model/json.ts'
import { JsonFields, objectFields, type Shape } from '../../../http/json-fields.ts'
import { integerIn, TEXT } from '../../../http/json-shapes.ts'
import { invalidParam } from '../errors.ts'

/** A number of bytes, as a number or as its decimal digits. */
export const BYTES: Shape<number> = integerIn(
  { min: 0, max: Number.MAX_SAFE_INTEGER, digits: /^\d{1,16}$/ },
  'a number of bytes',
)

/** The fields of a body, read one by one. Errors: `ParamInvalid`, with what is accepted. */
export const bodyFields = (body: JsonObject): JsonFields =>
  new JsonFields(objectFields(body), ({ name, accepted }) => invalidParam(name, accepted))

/** A text of a body; null when it is missing or null. Errors: `ParamInvalid` for anything else. */
export const textOf = (body: JsonObject, name: string): string | null => bodyFields(body).optional(name, TEXT)

/** As `textOf`, but it has to be there. */
export const requiredText = (body: JsonObject, name: string): string => bodyFields(body).required(name, TEXT)

/** A number of bytes; null when it is missing or null. Errors: `ParamInvalid` for anything else. */
export const sizeOf = (body: JsonObject, name: string): number | null =>
  bodyFields(body).optional(name, BYTES)

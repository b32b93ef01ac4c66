import type { Json } from '../../../core/model/json.ts'
import { mediaType, parseJsonObject, parsePairs } from '../../../http/body.ts'
import { RequestFault } from '../../../http/faults.ts'
import { JsonFields, type Shape } from '../../../http/json-fields.ts'
import { BOOLEAN, integerIn, textWhere } from '../../../http/json-shapes.ts'
import type { Exchange } from '../../../http/types.ts'
import type { Claim } from '../auth/claims.ts'
import { isBodyUsed } from '../auth/verify.ts'
import { invalid, missing, type VoiceFileCode } from '../errors.ts'

/** `true` or `false`, also written as text in any letter case. */
const FLAG: Shape<boolean> = {
  accepted: BOOLEAN.accepted,
  read: (value) => (typeof value === 'string' ? FLAGS.get(value.toLowerCase()) : BOOLEAN.read(value)),
}
const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

/** An action's parameters. A value of `null` or an empty text counts as missing. */
export class Parameters {
  readonly #values: ReadonlyMap<string, Json>
  readonly #fields: JsonFields

  constructor(values: ReadonlyMap<string, Json>) {
    this.#values = new Map([...values].filter(([, value]) => value !== ''))
    this.#fields = new JsonFields(this.#values, ({ name }) => invalid(name, 'RequestParametersError'))
  }

  /** Errors: `InvalidParameter` for anything but a text. */
  text(name: string): string | null {
    return this.#fields.optional(name, STORABLE)
  }

  /** As text; `voice` is the older code for its absence. Errors: `MissingParameter`, `InvalidParameter`. */
  requiredText(name: string, voice: VoiceFileCode = 'RequestParametersError'): string {
    const value = this.text(name)
    if (value === null) throw missing(name, voice)
    return value
  }

  /** A whole number, also written as text. Errors: `InvalidParameter` for anything else or outside `min` to `max`. */
  integer(name: string, range: { readonly min: number; readonly max: number }): number | null {
    return this.#fields.optional(name, integerIn({ ...range, digits: /^-?\d{1,16}$/ }))
  }

  requiredInteger(name: string, range: { readonly min: number; readonly max: number }): number {
    const value = this.integer(name, range)
    if (value === null) throw missing(name, 'RequestParametersError')
    return value
  }

  /** The values of these names, `null` for a missing one; a number is the same as its text. */
  asked(names: readonly string[]): Json {
    return names.map((name) => {
      const value = this.#values.get(name) ?? null
      return typeof value === 'number' ? String(value) : value
    })
  }

  /** False when missing. Errors: `InvalidParameter`. */
  flag(name: string): boolean {
    return this.#fields.optional(name, FLAG) ?? false
  }
}

const STORABLE = textWhere('a text', (text) => text.isWellFormed())

/**
 * Merges query, form body and JSON body: what the SDKs and both generations of documents use. A body's value goes over
 * the query's, unless the query alone is signed. A name that stands twice in one place has no usable value. Faults:
 * `unsupported-media-type` and those of the parsers.
 */
export function readParameters(exchange: Exchange, claim: Claim, body: Uint8Array): Parameters {
  const inQuery = collect(exchange.query)
  if (!isBodyUsed(claim, exchange.query)) return new Parameters(inQuery)
  const inBody = bodyValues(exchange, body)
  const [under, over] = claim.where === 'headers' ? [inQuery, inBody] : [inBody, inQuery]
  return new Parameters(new Map([...under, ...over]))
}

function bodyValues(exchange: Exchange, body: Uint8Array): ReadonlyMap<string, Json> {
  if (body.byteLength === 0) return new Map()
  const type = mediaType(exchange)
  switch (type) {
    case 'application/json':
    case '':
      return new Map(Object.entries(parseJsonObject(body)))
    case 'application/x-www-form-urlencoded':
      return isJsonObject(body)
        ? new Map(Object.entries(parseJsonObject(body)))
        : collect(parsePairs(formText(body)))
    default:
      throw new RequestFault('unsupported-media-type', 'the body is neither JSON nor a form')
  }
}

/** `fetchOpenAPI` of the vendor's Node SDK, and curl's `-d`, send JSON under a form's type; no parameter starts so. */
const isJsonObject = (body: Uint8Array): boolean => body[0] === '{'.charCodeAt(0)

/** A name that stands twice gets a list as its value. No parameter accepts a list. */
function collect(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, Json> {
  const values = new Map<string, Json>()
  for (const [name, value] of pairs) {
    values.set(name, values.has(name) ? [] : value)
  }
  return values
}

function formText(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (error) {
    throw new RequestFault('malformed-request', 'the form is not UTF-8', error)
  }
}

import type { Json, JsonObject } from '../core/model/json.ts'
import { own } from './own.ts'

/** What a reader takes of a field, and as what. */
export interface Shape<Value> {
  /** For people: `a text of at most 16 bytes`. */
  readonly accepted: string
  /** Undefined for a value of another shape. */
  read(value: Json): Value | undefined
}

/** Why a field was refused. */
export type FieldFault = 'missing' | 'null' | 'wrong'

export interface RefusedField {
  readonly name: string
  readonly fault: FieldFault
  readonly accepted: string
}

/** Where fields come from: a map, or what `objectFields` makes of a JSON object. */
export type FieldSource = Pick<ReadonlyMap<string, Json>, 'get'>

export const objectFields = (object: JsonObject): FieldSource => ({ get: (name) => own(object, name) })

/** Reads fields by name. `refuse` makes the dialect's own error, which is thrown. */
export class JsonFields {
  readonly #source: FieldSource
  readonly #refuse: (field: RefusedField) => Error

  constructor(source: FieldSource, refuse: (field: RefusedField) => Error) {
    this.#source = source
    this.#refuse = refuse
  }

  /** Null for a field that is missing or null. Throws for one of another shape. */
  optional<Value>(name: string, shape: Shape<Value>): Value | null {
    const value = this.#source.get(name) ?? null
    return value === null ? null : this.#read(name, value, shape)
  }

  /** Throws for a field that is missing, null or of another shape. */
  required<Value>(name: string, shape: Shape<Value>): Value {
    const value = this.#source.get(name)
    if (value === undefined) throw this.#refuse({ name, fault: 'missing', accepted: shape.accepted })
    if (value === null) throw this.#refuse({ name, fault: 'null', accepted: shape.accepted })
    return this.#read(name, value, shape)
  }

  #read<Value>(name: string, value: Json, { accepted, read }: Shape<Value>): Value {
    const found = read(value)
    if (found === undefined) throw this.#refuse({ name, fault: 'wrong', accepted })
    return found
  }
}

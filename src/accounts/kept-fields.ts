import type { Json, JsonObject } from '../core/model/json.ts'
import { hashPassword } from '../core/passwords.ts'
import type { Random } from '../core/random.ts'
import type { Entry, Field, FieldTable } from '../settings/fields.ts'
import type { Sealer, SealOwner } from './sealing.ts'

/** The values of fields as they are kept, by key. Secret ones are apart from those that all may see. */
export interface Kept {
  readonly settings: JsonObject
  readonly sealed: Uint8Array | null
}

/** What keeping values takes. */
export interface Keeper {
  readonly sealer: Sealer
  readonly random: Random
}

/** A field with the value that it has. */
export type FieldValue = readonly [Field<unknown>, unknown]

/** The fields that have a value. `values` have the fields' names as keys, as a declaration reads them. */
export function fieldValues(fields: FieldTable, values: object): readonly FieldValue[] {
  const byName = new Map<string, unknown>(Object.entries(values))
  return Object.entries(fields)
    .map(([name, field]): FieldValue => [field, byName.get(name) ?? null])
    .filter(([, value]) => value !== null)
}

/** Of passwords only the hash is kept. Errors: those of `hashPassword`. */
export async function keep(
  values: readonly FieldValue[],
  owner: SealOwner,
  { sealer, random }: Keeper,
): Promise<Kept> {
  const secrets: Record<string, Json> = {}
  for (const [{ secrecy, key }, value] of values) {
    if (secrecy === 'signing') secrets[key] = jsonOf(value)
    if (secrecy === 'password') secrets[key] = await keptPassword(value, random)
  }
  const isSecret = Object.keys(secrets).length > 0
  return {
    settings: publicEntry(values),
    sealed: isSecret ? sealer.seal(JSON.stringify(secrets), owner) : null,
  }
}

/** The entry that a declaration reads. Null: the secrets do not open. */
export function keptEntry({ settings, sealed }: Kept, owner: SealOwner, sealer: Sealer): Entry | null {
  if (sealed === null) return settings
  const secrets = sealer.open(sealed, owner)
  return secrets === null ? null : { ...settings, ...(JSON.parse(secrets) as JsonObject) }
}

/** What all may see, by key. */
export const publicEntry = (values: readonly FieldValue[]): JsonObject =>
  Object.fromEntries(
    values.filter(([{ secrecy }]) => secrecy === 'public').map(([{ key }, value]) => [key, jsonOf(value)]),
  )

async function keptPassword(value: unknown, random: Random): Promise<Json> {
  if (!isKeptPassword(value)) throw new TypeError('a field of a password has something else')
  return { scrypt: value.kept === 'scrypt' ? value.text : await hashPassword(value.text, random) }
}

const isKeptPassword = (value: unknown): value is { readonly kept: unknown; readonly text: string } =>
  typeof value === 'object' && value !== null && 'kept' in value && 'text' in value

const jsonOf = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json

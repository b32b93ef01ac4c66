import type { Random } from '../core/random.ts'
import { ConfigError, shown } from './error.ts'
import type { Kind } from './kinds.ts'
import {
  readAll,
  readNothing,
  readValue,
  requireLongSecret,
  type Secrecy,
  type Setting,
  type ValuesOf,
} from './setting.ts'

/** A setting of an account, or of something that an account has. */
export interface Field<T> extends Setting<T> {
  /** Makes a new value, as files write it. Null: only people know one. */
  readonly fresh: ((random: Random) => string) | null
}

/** The fields of one thing by the names that they have in the program. */
export type FieldTable = Readonly<Record<string, Field<unknown>>>

export interface FieldMore<T> {
  /** Default `public`. */
  readonly secrecy?: Secrecy
  readonly fallback?: T
  readonly fresh?: (random: Random) => string
}

/** Declares a field: the only place that says its key, kind, default and meaning, and how a new value is made. */
export const field = <T>(
  key: string,
  kind: Kind<T>,
  help: string,
  { secrecy = 'public', fallback, fresh }: FieldMore<NoInfer<T>> = {},
): Field<T> => ({ key, kind, help, secrecy, fallback, fresh: fresh ?? null })

/** So many random bytes in hexadecimal digits. */
export const freshHex =
  (byteCount: number, prefix = '') =>
  (random: Random): string =>
    prefix + Buffer.from(random.bytes(byteCount)).toString('hex')

/** So many random bytes in base64. */
export const freshBase64 =
  (byteCount: number) =>
  (random: Random): string =>
    Buffer.from(random.bytes(byteCount)).toString('base64')

/** What a file says of one thing: values by key. */
export type Entry = Readonly<Record<string, unknown>>

/** Requires an entry to be a table, and returns it. Errors: ConfigError, which names the place by `source`. */
export function requireEntry(entry: unknown, source: string): Entry {
  if (typeof entry === 'object' && entry !== null && !Array.isArray(entry)) return { ...entry }
  throw new ConfigError(`${source}: is ${shownShape(entry)}; accepted: a table of keys and values`)
}

/** Requires a value to be a list, and returns it. Errors: ConfigError. */
export function requireList(value: unknown, source: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new ConfigError(`${source}: is ${shownShape(value)}; accepted: a list of tables`)
}

/** A wrong value for a message. Lists and tables are not shown, because they may hold secrets. */
function shownShape(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'a table' : shown(value)
}

/** Errors: ConfigError. */
export function refuseOtherKeys(entry: Entry, keys: readonly string[], source: string): void {
  const other = Object.keys(entry).find((key) => !keys.includes(key))
  if (other === undefined) return
  throw new ConfigError(`${source}: unknown key ${shown(other)}; accepted: ${keys.join(', ')}`)
}

export interface ReadOptions {
  /** The entry was taken before: secrets may be as short as earlier versions took them. Default false. */
  readonly isKept?: boolean
}

/** Reads the values of fields. The entry may have other keys, too. Errors: ConfigError. */
export function readFields<const Table extends FieldTable>(
  table: Table,
  entry: Entry,
  source: string,
  { isKept = false }: ReadOptions = {},
): ValuesOf<Table> {
  return readAll(table, (setting) => {
    const value = Object.hasOwn(entry, setting.key) ? entry[setting.key] : undefined
    const path = `${source}.${setting.key}`
    if (!isKept) requireLongSecret(setting, path, value)
    return value === undefined ? readNothing(setting, path) : readValue(setting, path, value)
  })
}

/** Refuses given secrets that could be tried out. Errors: ConfigError. */
export function requireLongSecrets(table: FieldTable, entry: Entry, source: string): void {
  for (const setting of Object.values(table)) {
    if (Object.hasOwn(entry, setting.key))
      requireLongSecret(setting, `${source}.${setting.key}`, entry[setting.key])
  }
}

/** An entry for a new thing. It has what is given. Other values are made where that is possible. */
export function freshEntry(table: FieldTable, random: Random, given: Entry = {}): Entry {
  const made = Object.values(table).flatMap(({ key, fresh }) =>
    fresh === null || key in given ? [] : [[key, fresh(random)] as const],
  )
  return { ...Object.fromEntries(made), ...given }
}

import { ConfigError, shown } from './error.ts'
import { type Kind, SECRET_LENGTH_MIN, secret } from './kinds.ts'

/** How secret a value is. All may see a public one. Signatures are made with a signing one. People type a password. */
export type Secrecy = 'public' | 'signing' | 'password'

/** One value that somebody gives: an option of the server, a field of an account or of a credential. */
export interface Setting<T> {
  /** As files write it, with a dot after a section's name. */
  readonly key: string
  readonly kind: Kind<T>
  readonly help: string
  /** Values that are not `public` stay out of `--help` and of messages. */
  readonly secrecy: Secrecy
  /** The value where none is given. Undefined: one must be given. */
  readonly fallback: T | undefined
}

/** Settings by the names that they have in the program. */
export type SettingTable = Readonly<Record<string, Setting<unknown>>>

/** The values of a table. */
export type ValuesOf<Table extends SettingTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Setting<infer T> ? T : never
}

/**
 * A value that is given, as the setting's kind has it. `source` names the place: `--listen`, `accounts[0].id`. Errors: ConfigError.
 */
export function readValue<T>({ kind, secrecy }: Setting<T>, source: string, value: unknown): T {
  const parsed = kind.parse(value)
  if (parsed !== undefined) return parsed
  throw wrongValue(secrecy, source, value, kind.accepts)
}

/** Refuses a given secret that could be tried out; of a password that is kept as a hash nothing is known. Errors: ConfigError. */
export function requireLongSecret({ secrecy }: Setting<unknown>, source: string, value: unknown): void {
  const isShort = typeof value === 'string' && value.length < SECRET_LENGTH_MIN
  if (secrecy !== 'public' && isShort) throw wrongValue(secrecy, source, value, secret.accepts)
}

/** The value of a setting that is not given. Errors: ConfigError. */
export function readNothing<T>({ kind, fallback }: Setting<T>, source: string): T {
  if (fallback !== undefined) return fallback
  throw new ConfigError(`${source}: missing; accepted: ${kind.accepts}`)
}

/** All values of a table, each as `read` finds it. */
export function readAll<const Table extends SettingTable>(
  table: Table,
  read: (setting: Setting<unknown>) => unknown,
): ValuesOf<Table> {
  const values = Object.entries(table).map(([name, setting]) => [name, read(setting)])
  return Object.fromEntries(values) as ValuesOf<Table>
}

function wrongValue(secrecy: Secrecy, source: string, value: unknown, accepts: string): ConfigError {
  const told = secrecy === 'public' ? `is ${shown(value)}` : 'has a wrong value'
  return new ConfigError(`${source}: ${told}; accepted: ${accepts}`)
}

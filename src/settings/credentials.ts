import type { Account, AttributesKind, CredentialKind } from '../core/accounts.ts'
import { type FieldTable, type ReadOptions, readFields, refuseOtherKeys, requireEntry } from './fields.ts'
import type { ValuesOf } from './setting.ts'

/** A kind of credential with all that files, commands and stores need to know of it. */
export interface CredentialDeclaration<T extends object> extends CredentialKind<T> {
  /** The table of an account's entry that lists them: `apps`. */
  readonly table: string
  /** What one is, for people: `an application of …`. */
  readonly help: string
  readonly fields: FieldTable
  /** Fields whose values are unique in the kind's scope. People call a credential by the first of them. */
  readonly unique: readonly string[]
  /** One credential of an entry. Errors: ConfigError, which names the place by `source`. */
  read(entry: unknown, source: string, options?: ReadOptions): T
}

/** What a kind's credentials are in the program. */
export type CredentialOf<Kind> = Kind extends CredentialKind<infer T> ? T : never

export interface CredentialSpec<Table extends FieldTable> {
  readonly name: string
  readonly table: string
  readonly help: string
  readonly fields: Table
  readonly unique: readonly (keyof Table & string)[]
  /** The field that callers show. */
  readonly foundBy: keyof Table & string
  readonly scope?: CredentialKind<object>['scope']
}

/** Declares a kind of credential: the only place that says what belongs to one. */
export function defineCredential<const Table extends FieldTable>(
  spec: CredentialSpec<Table>,
): CredentialDeclaration<ValuesOf<Table>> {
  const { fields, foundBy, scope = 'everywhere' } = spec
  const keys = Object.values(fields).map(({ key }) => key)
  return {
    ...{ name: spec.name, table: spec.table, help: spec.help, unique: spec.unique, fields, scope },
    idOf: (credential) => String(credential[foundBy]),
    read: (entry, source, options) => {
      const checked = requireEntry(entry, source)
      const values = readFields(fields, checked, source, options)
      refuseOtherKeys(checked, keys, source)
      return values
    },
  }
}

/** A value that has to be unique: its key in files, and its text in messages. */
export interface UniqueValue {
  readonly key: string
  readonly shown: string
}

/** The values of a credential that no other one may have. */
export function uniqueValues<T extends object>(
  { table, fields, unique, scope }: CredentialDeclaration<T>,
  { name }: Pick<Account, 'name'>,
  credential: T,
): readonly UniqueValue[] {
  const values = new Map(Object.entries(credential))
  return unique.map((property) => {
    const value = String(values.get(property))
    return {
      key: `accounts.${table}.${fields[property]?.key}`,
      shown: scope === 'everywhere' ? value : `${value} of ${name}`,
    }
  })
}

/** A kind of attributes of accounts, with their fields in an account's entry. */
export interface AttributesDeclaration<T extends object> extends AttributesKind<T> {
  readonly fields: FieldTable
  /** Why the values do not go together, as a line for people. Null: they do. */
  check(values: T): string | null
  /** Reads them from an account's entry. Errors: ConfigError. */
  read(entry: Readonly<Record<string, unknown>>, source: string): T
}

/** Declares a kind of attributes of accounts. Every field has a fallback. */
export function defineAttributes<const Table extends FieldTable>(spec: {
  readonly name: string
  readonly fields: Table
  readonly check?: (values: ValuesOf<Table>) => string | null
}): AttributesDeclaration<ValuesOf<Table>> {
  const { name, fields, check = () => null } = spec
  return {
    ...{ name, fields, check },
    none: readFields(fields, {}, name),
    // They let nobody in: how long their secrets are is for their kinds to say.
    read: (entry, source) => readFields(fields, entry, source, { isKept: true }),
  }
}

import type { Account } from '../core/accounts.ts'
import { asAccountId } from '../core/ids.ts'
import { ALL_RIGHTS } from '../core/model/accounts.ts'
import type { Random } from '../core/random.ts'
import { type UniqueValue, uniqueValues } from '../settings/credentials.ts'
import type { DialectSettings } from '../settings/dialect.ts'
import { ConfigError, shown } from '../settings/error.ts'
import {
  type Entry,
  freshEntry,
  readFields,
  refuseOtherKeys,
  requireEntry,
  requireList,
} from '../settings/fields.ts'
import { accountFields } from './account-fields.ts'
import { attributesFor } from './account-limits.ts'
import { readKey } from './key-fields.ts'

/** An account as files write it, with a table for each kind of credential. */
export interface AccountEntry {
  readonly id: string
  readonly name: string
  readonly access_key: string
  readonly secret_key: string
  readonly [key: string]: unknown
}

/** The table of an account's further key pairs. */
const KEYS = 'keys'

/** Checks `[[accounts]]`. Errors: ConfigError. Secrets are not repeated in messages. */
export function parseAccounts(entries: unknown, dialects: readonly DialectSettings[]): readonly Account[] {
  const accounts = requireList(entries, 'accounts').map((entry, at) =>
    readAccount(entry, `accounts[${at}]`, dialects),
  )
  for (const [key, values] of Map.groupBy(uniqueOf(accounts, dialects), ({ key }) => key)) {
    requireUnique(
      key,
      values.map(({ shown }) => shown),
    )
  }
  return accounts
}

/** An entry for a new account with all that can be made. */
export function freshAccount(name: string, random: Random, dialects: readonly DialectSettings[]): Entry {
  const own = freshEntry(accountFields(dialects), random, { name })
  const wanted = dialects.flatMap(({ demoCredentials }) => demoCredentials)
  const tables = Map.groupBy(wanted, ({ kind }) => kind.table)
  const credentials = [...tables].map(([table, all]) => [
    table,
    all.map(({ kind, given }) => freshEntry(kind.fields, random, given)),
  ])
  return { ...own, ...Object.fromEntries(credentials) }
}

function readAccount(given: unknown, source: string, dialects: readonly DialectSettings[]): Account {
  const entry = requireEntry(given, source)
  const fields = accountFields(dialects)
  const kinds = dialects.flatMap(({ credentials }) => credentials)
  const facts = attributesFor(dialects)
  const { id, name, accessKey, secretKey } = readFields(fields, entry, source)
  const attributes = facts.map((kind) => [kind.name, readAttributes(kind, entry, source)])
  const more = readList(entry, KEYS, source, readKey)
  const credentials = kinds.map((kind) => [kind.name, readList(entry, kind.table, source, kind.read)])
  const known = [fields, ...facts.map((kind) => kind.fields)].flatMap((table) =>
    Object.values(table).map(({ key }) => key),
  )
  refuseOtherKeys(entry, [...known, KEYS, ...kinds.map(({ table }) => table)], source)
  return {
    ...{ id: asAccountId(id), name, keys: [{ accessKey, secretKey, rights: ALL_RIGHTS }, ...more] },
    ...{ credentials: Object.fromEntries(credentials), attributes: Object.fromEntries(attributes) },
  }
}

/** Reads an entry's attributes of one kind, and checks that they go together. Errors: ConfigError. */
export function readAttributes(
  kind: DialectSettings['attributes'][number],
  entry: Entry,
  source: string,
): object {
  const values = kind.read(entry, source)
  const problem = kind.check(values)
  if (problem !== null) throw new ConfigError(problem)
  return values
}

/** What `read` makes of each entry of a table that may be missing. */
function readList<T>(
  entry: Entry,
  table: string,
  source: string,
  read: (each: unknown, source: string) => T,
): readonly T[] {
  const path = `${source}.${table}`
  return requireList(entry[table] ?? [], path).map((each, at) => read(each, `${path}[${at}]`))
}

/** Every value that has to be unique, in the order of the accounts. */
function uniqueOf(
  accounts: readonly Account[],
  dialects: readonly DialectSettings[],
): readonly UniqueValue[] {
  const kinds = dialects.flatMap(({ credentials }) => credentials)
  return accounts.flatMap((account) => [
    { key: 'accounts.id', shown: account.id },
    ...account.keys.map(({ accessKey }) => ({ key: 'accounts.access_key', shown: accessKey })),
    ...kinds.flatMap((kind) =>
      (account.credentials[kind.name] ?? []).flatMap((each) => uniqueValues(kind, account, each)),
    ),
  ])
}

function requireUnique(key: string, values: readonly string[]): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index)
  if (twice !== undefined)
    throw new ConfigError(`${key}: ${shown(twice)} stands twice; accepted: each value once`)
}

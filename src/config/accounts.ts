import { z } from 'zod'
import type { Account, Library } from '../core/accounts.ts'
import { asAccountId } from '../core/ids.ts'
import { ConfigError, shown } from './error.ts'

/** First path segments that APIs use: an account of that name would hide behind them. */
const RESERVED_IDS = [
  'file',
  'healthz',
  'iflytek-ost',
  'volc-voice-resource-bucket',
  'api',
  's3',
  'tus',
  'console',
  'cos',
  'asset',
  'v1',
  'v2',
  'v3',
]
/** First path segments of object URLs begin so: the same. */
const RESERVED_PREFIX = 'vod-bucket-'

const word = z.string().min(1).max(256)
const appSchema = z.strictObject({ app_id: word, api_key: word, api_secret: word })
const librarySchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9]{1,64}$/, '1 to 64 letters and digits'),
  secret: word,
  kind: z.enum(['file', 'media']).default('file'),
  multi_space: z.boolean().default(false),
  recycle_bin: z.boolean().default(true),
  multi_album: z.boolean().default(false),
  public_read: z.boolean().default(false),
})
const projectSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, - or _'),
  name: word,
})
const userSchema = z.strictObject({ name: word, password: word })
const accountSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, - or _')
    .refine(
      (id) => !RESERVED_IDS.includes(id) && !id.startsWith(RESERVED_PREFIX),
      `a name that no API uses as a path (${RESERVED_IDS.join(', ')}, ${RESERVED_PREFIX}…)`,
    ),
  name: word,
  access_key: word,
  secret_key: word,
  review_callback_url: z.url({ protocol: /^https?$/ }).optional(),
  review_callback_token: z.string().min(10).max(20).optional(),
  apps: z.array(appSchema).default([]),
  libraries: z.array(librarySchema).default([]),
  projects: z.array(projectSchema).default([]),
  users: z.array(userSchema).default([]),
})

/** An account as the file writes it. */
export type AccountEntry = z.input<typeof accountSchema>

/** Checks `[[accounts]]`. Errors: ConfigError. Secrets are not repeated in messages. */
export function parseAccounts(entries: unknown): readonly Account[] {
  const parsed = z.array(accountSchema).safeParse(entries)
  if (!parsed.success) throw accountsError(parsed.error, entries)
  requireUniqueKeys(parsed.data)
  return parsed.data.map(accountOf)
}

type ParsedAccount = z.output<typeof accountSchema>

function requireUniqueKeys(accounts: readonly ParsedAccount[]): void {
  const keys: Readonly<Record<string, (account: ParsedAccount) => readonly string[]>> = {
    'accounts.id': ({ id }) => [id],
    'accounts.access_key': ({ access_key }) => [access_key],
    'accounts.apps.app_id': ({ apps }) => apps.map((app) => app.app_id),
    'accounts.apps.api_key': ({ apps }) => apps.map((app) => app.api_key),
    'accounts.libraries.id': ({ libraries }) => libraries.map((library) => library.id),
    'accounts.projects.id': ({ projects }) => projects.map((project) => project.id),
    'accounts.users.name': ({ name, users }) => users.map((user) => `${user.name} of ${name}`),
  }
  for (const [key, of] of Object.entries(keys)) requireUnique(key, accounts.flatMap(of))
}

function accountOf(entry: ParsedAccount): Account {
  return {
    id: asAccountId(entry.id),
    name: entry.name,
    keys: { accessKey: entry.access_key, secretKey: entry.secret_key },
    apps: entry.apps.map((app) => ({ appId: app.app_id, apiKey: app.api_key, apiSecret: app.api_secret })),
    libraries: entry.libraries.map(libraryOf),
    projects: entry.projects,
    users: entry.users,
    reviewCallback: reviewCallback(entry.review_callback_url, entry.review_callback_token),
  }
}

const libraryOf = (entry: z.output<typeof librarySchema>): Library => ({
  id: entry.id,
  secret: entry.secret,
  kind: entry.kind,
  multiSpace: entry.multi_space,
  recycleBin: entry.recycle_bin,
  multiAlbum: entry.multi_album,
  publicRead: entry.public_read,
})

function reviewCallback(url: string | undefined, token: string | undefined): Account['reviewCallback'] {
  if (url === undefined && token === undefined) return null
  if (url !== undefined && token !== undefined) return { url, token }
  throw new ConfigError(
    'accounts: review_callback_url and review_callback_token go together; accepted: both or neither',
  )
}

function accountsError(error: z.ZodError, entries: unknown): ConfigError {
  const issue = error.issues[0]
  const path = issue?.path ?? []
  const key = path.reduce<string>(
    (text, part) => text + (typeof part === 'number' ? `[${part}]` : `.${String(part)}`),
    'accounts',
  )
  if (issue?.code === 'unrecognized_keys')
    return new ConfigError(`${key}: unknown key ${shown(issue.keys[0])}`)
  const value = path.reduce<unknown>(
    (at, part) => (at as Record<PropertyKey, unknown> | undefined)?.[part],
    entries,
  )
  const isSecret = /secret|password|token/.test(String(path.at(-1)))
  const told = value === undefined ? 'missing' : isSecret ? 'has a wrong value' : `is ${shown(value)}`
  return new ConfigError(`${key}: ${told}; accepted: ${issue?.message ?? 'another value'}`)
}

function requireUnique(key: string, values: readonly string[]): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index)
  if (twice !== undefined)
    throw new ConfigError(`${key}: ${shown(twice)} stands twice; accepted: each value once`)
}

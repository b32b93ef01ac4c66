import { type Account, attributesOf } from '../core/accounts.ts'
import { type AccountLimits, DEFAULT_LIMITS } from '../core/model/limits.ts'
import { type AttributesDeclaration, defineAttributes } from '../settings/credentials.ts'
import type { DialectSettings } from '../settings/dialect.ts'
import { field } from '../settings/fields.ts'
import { type Kind, orNull } from '../settings/kinds.ts'

/** The limits by the names that files have for them. */
export const LIMIT_KEYS: Readonly<Record<string, keyof AccountLimits>> = {
  stored_bytes: 'storedBytes',
  pending_bytes: 'pendingBytes',
  open_uploads: 'openUploads',
  objects: 'objects',
  entries: 'entries',
  spaces: 'volumes',
  tokens: 'tokens',
  tokens_per_user: 'tokensPerUser',
  tasks: 'tasks',
}

/** Those that an account has in place of the defaults, by their names in files. */
type GivenLimits = Readonly<Record<string, number>>

const MAX = Number.MAX_SAFE_INTEGER

/** A table; in a flag words such as `open_uploads=100`, separated by commas. */
const limitTable: Kind<GivenLimits> = {
  accepts: `whole numbers from 0, which is no limit, for ${Object.keys(LIMIT_KEYS).join(', ')}: { open_uploads = 100 }, or open_uploads=100 as a flag`,
  parse: (value) => {
    const table = typeof value === 'string' ? pairsOf(value) : value
    if (typeof table !== 'object' || table === null || Array.isArray(table)) return undefined
    const entries = Object.entries(table)
    const isRight = entries.every(
      ([key, limit]) =>
        Object.hasOwn(LIMIT_KEYS, key) && Number.isSafeInteger(limit) && limit >= 0 && limit <= MAX,
    )
    return isRight ? Object.fromEntries(entries) : undefined
  },
}

function pairsOf(text: string): Readonly<Record<string, number>> {
  const words = text.split(',').filter((word) => word.trim() !== '')
  return Object.fromEntries(
    words.map((word) => {
      const [key = '', limit = ''] = word.split('=').map((part) => part.trim())
      return [key, /^\d{1,16}$/.test(limit) ? Number(limit) : Number.NaN]
    }),
  )
}

/** What an account may use up, where that is not the default. */
export const limitAttributes = defineAttributes({
  name: 'limits',
  fields: {
    given: field('limits', orNull(limitTable), 'what the account may use up, where that is not the default', {
      fallback: null,
    }),
  },
})

/** Every kind of attributes that accounts have: the server's own, and those of dialects. */
export const attributesFor = (
  dialects: readonly Pick<DialectSettings, 'attributes'>[],
): readonly AttributesDeclaration<object>[] => [
  limitAttributes,
  ...dialects.flatMap(({ attributes }) => attributes),
]

/** The limits of an account. Null: one that there is not any more, which has the defaults. */
export function limitsOf(account: Account | null): AccountLimits {
  const { given } = account === null ? limitAttributes.none : attributesOf(account, limitAttributes)
  const known = Object.entries(given ?? {}).flatMap(([key, limit]) => {
    const name = LIMIT_KEYS[key]
    return name === undefined ? [] : [[name, limit] as const]
  })
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(known) }
}

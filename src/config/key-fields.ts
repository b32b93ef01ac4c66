import type { AccountKey } from '../core/accounts.ts'
import { ALL_RIGHTS, type Right } from '../core/model/accounts.ts'
import { field, readFields, refuseOtherKeys, requireEntry } from '../settings/fields.ts'
import { type Kind, orNull, text, textList, word } from '../settings/kinds.ts'

const RIGHTS: readonly Right[] = ALL_RIGHTS.may

const rightList: Kind<readonly Right[]> = {
  accepts: `a list of ${RIGHTS.map((right) => `"${right}"`).join(', ')}`,
  parse: (value) => {
    const named = textList.parse(value) ?? []
    const rights = RIGHTS.filter((right) => named.includes(right))
    return named.length > 0 && named.every((name) => rights.some((right) => right === name))
      ? rights
      : undefined
  },
}

/** With an empty list a key could use no bucket. Nobody means that. */
const bucketList: Kind<readonly string[]> = {
  accepts: 'a list of one or more names of buckets',
  parse: (value) => {
    const names = textList.parse(value) ?? []
    return names.length > 0 ? names : undefined
  },
}

/** What a key may do, as files and flags give it. */
export const rightsFields = {
  may: field('may', rightList, 'what it may do', { fallback: RIGHTS }),
  prefix: field('prefix', orNull(text), 'what object keys must begin with', { fallback: null }),
  buckets: field('buckets', orNull(bucketList), 'the only buckets that it may use', { fallback: null }),
}

/** The fields of one more key pair of an account: `[[accounts.keys]]`. */
const FIELDS = {
  accessKey: field('access_key', word, 'what signatures name it by'),
  secretKey: field('secret_key', word, 'what signatures are made with', { secrecy: 'signing' }),
  ...rightsFields,
}

/** Errors: ConfigError. */
export function readKey(entry: unknown, source: string): AccountKey {
  const checked = requireEntry(entry, source)
  const { accessKey, secretKey, may, prefix, buckets } = readFields(FIELDS, checked, source)
  const keys = Object.values(FIELDS).map(({ key }) => key)
  refuseOtherKeys(checked, keys, source)
  return { accessKey, secretKey, rights: { may, prefix, buckets } }
}

import type { AccountKey } from '../../src/core/accounts.ts'
import { ALL_RIGHTS, type Right, type Rights } from '../../src/core/model/accounts.ts'

/** Key pairs of the owner that may do less than all. */
const limitedKey = (name: string, limits: Partial<Rights>): AccountKey => ({
  ...{ accessKey: `AKLT${name}`, secretKey: `secret-of-${name}` },
  rights: { ...ALL_RIGHTS, ...limits },
})

const RIGHTS = ALL_RIGHTS.may

const ofEachRight = (keyOf: (right: Right) => AccountKey): Readonly<Record<Right, AccountKey>> => ({
  ...{ read: keyOf('read'), write: keyOf('write'), delete: keyOf('delete'), admin: keyOf('admin') },
})

/** The key that has this right alone. */
export const ONLY = ofEachRight((right) => limitedKey(`ONLY${right}`, { may: [right] }))

/** The key that has every right but this one. */
export const ALL_BUT = ofEachRight((right) =>
  limitedKey(`ALLBUT${right}`, { may: RIGHTS.filter((each) => each !== right) }),
)

/** May do all to object keys that begin with `in-`. */
export const PREFIXED = limitedKey('PREFIXED', { prefix: 'in-' })

export const LIMITED_KEYS: readonly AccountKey[] = [
  ...Object.values(ONLY),
  ...Object.values(ALL_BUT),
  PREFIXED,
]

/** As entries of the configuration have them: `[[accounts.keys]]`. */
export const keyEntry = ({ accessKey, secretKey, rights: { may, prefix, buckets } }: AccountKey) => ({
  ...{ access_key: accessKey, secret_key: secretKey, may },
  ...(prefix === null ? {} : { prefix }),
  ...(buckets === null ? {} : { buckets }),
})

/** A key of the owner that is limited to one bucket. */
export const bucketKey = (bucket: string): AccountKey => limitedKey(`IN${bucket}`, { buckets: [bucket] })

/** A key of the owner that is limited to object keys that begin so. */
export const prefixKey = (prefix: string): AccountKey => limitedKey(`UNDER${prefix}`, { prefix })

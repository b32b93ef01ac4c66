/** A signature is made with a secret that is never sent; a password is the secret itself. */
export type SecretKind = 'signature' | 'password'

interface Budget {
  /** Wrong tries in a row. */
  readonly burst: number
  /** After how many milliseconds one more. */
  readonly everyMs: number
}

/** Wrong tries that are looked at, each budget for one name and address, one address, or one name. */
export const LIMITS = {
  /** Of one name by one address. Clients that are set up wrongly are told so that often. */
  pair: {
    signature: { burst: 100, everyMs: 1000 },
    password: { burst: 30, everyMs: 2000 },
  },
  /** The same for addresses that have never been right, while a name is tried by many of them. */
  pairUnderAttack: {
    signature: { burst: 5, everyMs: 30_000 },
    password: { burst: 3, everyMs: 60_000 },
  },
  /** Of one name by all addresses that have never been right. With none left the name is under attack. */
  name: {
    signature: { burst: 500, everyMs: 500 },
    password: { burst: 100, everyMs: 2000 },
  },
  /** Of all names by one address, where it has never been right. */
  address: {
    signature: { burst: 500, everyMs: 200 },
    password: { burst: 100, everyMs: 1000 },
  },
  /** Random texts that nobody can guess, by one address: they cost a look, and nothing else. */
  tokens: { burst: 1000, everyMs: 50 },
  /** Budgets of each sort that are remembered. */
  keysMax: 20_000,
  /** Addresses that have been right about a name, by name: so many are remembered. */
  placesMax: 50_000,
  /** How long that counts after the last time. */
  placeMs: 30 * 24 * 3600_000,
  /** Checks that take long, of passwords, by one address at a time. */
  slowByAddress: 8,
  /** How many more of one address wait for their turn. */
  waitingByAddress: 100,
  /** After so long one that found no place to wait is told to come again. */
  fullRetryMs: 1000,
} as const satisfies Readonly<Record<string, Budget | number | Readonly<Record<SecretKind, Budget>>>>

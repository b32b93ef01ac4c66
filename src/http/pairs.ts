/** Names and values, decoded, in the order received. A name may stand several times. */
export type Pairs = readonly (readonly [string, string])[]

/** The values under a name. Letter case counts. */
export const valuesOf = (pairs: Pairs, name: string): readonly string[] =>
  pairs.filter(([each]) => each === name).map(([, value]) => value)

/** The values under a name, which is given in lower case. Letter case does not count. */
export const valuesOfAnyCase = (pairs: Pairs, name: string): readonly string[] =>
  pairs.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value)

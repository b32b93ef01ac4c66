/**
 * What a record itself has under a name, which may be a client's. Every object inherits values under names such as
 * `constructor` and `__proto__`: those do not count.
 */
export const own = <Value>(record: { readonly [name: string]: Value }, name: string): Value | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined

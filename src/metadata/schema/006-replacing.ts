/** What uploads replace, by volume. */
export const REPLACING = `
  CREATE INDEX uploads_replacing ON uploads (volume, replaces) WHERE replaces > 0 AND state IN ('open', 'sealed');
`

/** What accounts use up, as their sums have it and as the rows themselves come to. */
const PAIRS: readonly (readonly [string, string])[] = [
  [
    `SELECT account, sum(uploads) AS a, sum(bytes) AS b FROM account_uploads GROUP BY account
     HAVING sum(uploads) <> 0 OR sum(bytes) <> 0`,
    `SELECT b.account, count(*), sum(u.pending) FROM uploads u JOIN buckets b ON b.id = u.bucket
     WHERE u.state IN ('open', 'sealed') GROUP BY b.account`,
  ],
  [
    `SELECT account, sum(objects) AS a, 0 AS b FROM account_stored GROUP BY account HAVING sum(objects) <> 0`,
    `SELECT b.account, count(*), 0 FROM objects o JOIN buckets b ON b.id = o.bucket GROUP BY b.account`,
  ],
  [
    `SELECT account, sum(volumes) AS a, 0 AS b FROM account_stored GROUP BY account HAVING sum(volumes) <> 0`,
    `SELECT r.account, count(*), 0 FROM volumes v JOIN realms r ON r.id = v.realm GROUP BY r.account`,
  ],
  [
    `SELECT account, sum(entries) AS a, sum(bytes) AS b FROM account_stored GROUP BY account
     HAVING sum(entries) <> 0 OR sum(bytes) <> 0`,
    `SELECT account, sum(a) AS a, sum(b) AS b FROM (
       SELECT b.account, 0 AS a, c.bytes AS b FROM bucket_counts c JOIN buckets b ON b.id = c.bucket
       UNION ALL
       SELECT r.account, c.files + c.directories, c.bytes
       FROM volume_counts c JOIN volumes v ON v.id = c.volume JOIN realms r ON r.id = v.realm) AS rows_of
     GROUP BY account HAVING sum(a) <> 0 OR sum(b) <> 0`,
  ],
  [
    'SELECT account, sum(tokens) AS a, 0 AS b FROM account_tokens GROUP BY account HAVING sum(tokens) <> 0',
    'SELECT account, count(*), 0 FROM tokens GROUP BY account',
  ],
  [
    `SELECT CAST(volume AS TEXT) AS account, sum(bytes) AS a, 0 AS b FROM volume_pending GROUP BY volume HAVING sum(bytes) <> 0`,
    `SELECT CAST(volume AS TEXT), sum(pending - replaces), 0 FROM uploads
     WHERE state IN ('open', 'sealed') AND volume IN (SELECT id FROM volumes) AND pending > replaces GROUP BY volume`,
  ],
]

/** Gives a row for each sum that is wrong, in both stores' words. */
export const WRONG_AMOUNTS = PAIRS.flatMap(([one, other], at) => [
  `SELECT ${at} AS pair, x.* FROM (${one} EXCEPT ${other}) AS x`,
  `SELECT ${at} AS pair, x.* FROM (${other} EXCEPT ${one}) AS x`,
]).join('\nUNION ALL\n')

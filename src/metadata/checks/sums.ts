import type { SumRule } from '../../core/ports/facts-checker.ts'

/** Bytes that an upload needs in its volume, beyond what it replaces there. */
const NEEDED = 'CASE WHEN u.pending > u.replaces THEN u.pending - u.replaces ELSE 0 END'

/** Sums that are not what their rows come to, as `BREAKS` has them. A sum of nothing needs no row. */
export const SUMS: Readonly<Record<SumRule, string>> = {
  'directory-counts': `SELECT d.id AS subject, NULL AS blob FROM entries d LEFT JOIN (
      SELECT parent, sum(is_directory) AS directories, count(*) - sum(is_directory) AS files FROM entries
      WHERE parent IS NOT NULL GROUP BY parent) AS own ON own.parent = d.id
    WHERE d.kind = 'directory' AND NOT EXISTS (SELECT 1 FROM doomed)
      AND (d.file_count <> coalesce(own.files, 0) OR d.directory_count <> coalesce(own.directories, 0))`,
  'bucket-counts': differing(
    'bucket',
    `SELECT bucket, count(*), sum(coalesce(size, 0)) FROM objects GROUP BY bucket`,
    'SELECT bucket, sum(objects), sum(bytes) FROM bucket_counts GROUP BY bucket',
  ),
  'volume-counts': differing(
    'volume',
    `SELECT e.volume, count(*) - 1, sum(CASE WHEN e.kind = 'file' THEN e.size ELSE 0 END)
      FROM entries e JOIN volumes v ON v.id = e.volume GROUP BY e.volume`,
    'SELECT volume, sum(files) + sum(directories), sum(bytes) FROM volume_counts GROUP BY volume',
  ),
  'bin-counts': differing(
    'volume',
    `SELECT r.volume, count(*), sum(r.files) + sum(r.directories) FROM recycled r
      JOIN volumes v ON v.id = r.volume AND v.bin_generation = r.generation GROUP BY r.volume`,
    'SELECT volume, sum(bin_items), sum(bin_files) + sum(bin_directories) FROM volume_counts GROUP BY volume',
  ),
  'account-uploads': differing(
    'account',
    `SELECT b.account, count(*), sum(u.pending) FROM uploads u JOIN buckets b ON b.id = u.bucket
      WHERE u.state IN ('open', 'sealed') GROUP BY b.account`,
    'SELECT account, sum(uploads), sum(bytes) FROM account_uploads GROUP BY account',
  ),
  'account-stored': differing(
    'account',
    `SELECT account, sum(things), sum(bytes) FROM (
      SELECT b.account, c.objects AS things, c.bytes FROM bucket_counts c JOIN buckets b ON b.id = c.bucket
      UNION ALL SELECT r.account, c.files + c.directories, c.bytes
        FROM volume_counts c JOIN volumes v ON v.id = c.volume JOIN realms r ON r.id = v.realm
      UNION ALL SELECT r.account, 1, 0 FROM volumes v JOIN realms r ON r.id = v.realm) AS held GROUP BY account`,
    'SELECT account, sum(objects) + sum(entries) + sum(volumes), sum(bytes) FROM account_stored GROUP BY account',
  ),
  'account-tokens': differing(
    'account',
    'SELECT account, count(*), 0 FROM tokens GROUP BY account',
    'SELECT account, sum(tokens), 0 FROM account_tokens GROUP BY account',
  ),
  'volume-pending': differing(
    'volume',
    `SELECT u.volume, 0, sum(${NEEDED}) FROM uploads u JOIN volumes v ON v.id = u.volume
      WHERE u.state IN ('open', 'sealed') GROUP BY u.volume`,
    'SELECT volume, 0, sum(bytes) FROM volume_pending GROUP BY volume',
  ),
}

/** Where rows and sums differ. Both are lists of what they are of, how many, and how many bytes. */
function differing(of: string, rows: string, sums: string): string {
  return `WITH counted (${of}, things, bytes) AS (${rows}), kept (${of}, things, bytes) AS (${sums})
    SELECT CAST(coalesce(counted.${of}, kept.${of}) AS text) AS subject, NULL AS blob
    FROM counted FULL JOIN kept ON kept.${of} = counted.${of}
    WHERE coalesce(counted.things, 0) <> coalesce(kept.things, 0) OR coalesce(counted.bytes, 0) <> coalesce(kept.bytes, 0)`
}

/**
 * Rows of trees that nothing belongs to, and counters that are wrong, as SQL that both stores understand: none of these may
 * find anything after any test.
 */
export const TREE_ORPHANS: Readonly<Record<string, string>> = {
  'files without their blob': `SELECT id FROM entries WHERE kind = 'file'
    AND (blob IS NULL OR blob NOT IN (SELECT id FROM blobs WHERE size IS NOT NULL))`,
  'entries of no volume': `SELECT id FROM entries WHERE volume NOT IN (SELECT id FROM volumes)
    AND volume NOT IN (SELECT volume FROM doomed WHERE kind = 'volume')`,
  'entries without their directory': `SELECT id FROM entries e WHERE parent IS NOT NULL
    AND volume IN (SELECT id FROM volumes) AND NOT EXISTS (
      SELECT 1 FROM entries p WHERE p.id = e.parent AND p.kind = 'directory' AND p.volume = e.volume)`,
  'entries that are nowhere': `SELECT id FROM entries WHERE parent IS NULL AND volume IN (SELECT id FROM volumes)
    AND id NOT IN (SELECT root FROM volumes) AND id NOT IN (SELECT entry FROM recycled)
    AND id NOT IN (SELECT entry FROM doomed WHERE entry IS NOT NULL) AND id NOT IN (SELECT id FROM copies)`,
  'entries in a circle': `SELECT id FROM entries WHERE volume IN (SELECT id FROM volumes) AND id NOT IN (
    WITH RECURSIVE reached (id) AS (
      SELECT id FROM entries WHERE parent IS NULL
      UNION SELECT e.id FROM reached JOIN entries e ON e.parent = reached.id)
    SELECT id FROM reached)`,
  'entries of another realm than their volume’s': `SELECT e.id FROM entries e JOIN volumes v ON v.id = e.volume
    WHERE e.realm <> v.realm`,
  'directories with wrong counters': `SELECT id FROM entries d WHERE kind = 'directory'
    AND NOT EXISTS (SELECT 1 FROM doomed) AND (
      file_count <> (SELECT count(*) FROM entries e WHERE e.parent = d.id AND e.kind <> 'directory') OR
      directory_count <> (SELECT count(*) FROM entries e WHERE e.parent = d.id AND e.kind = 'directory'))`,
  'volumes with wrong counters': `SELECT v.id FROM volumes v WHERE
    (SELECT sum(bytes) FROM volume_counts c WHERE c.volume = v.id) <>
      (SELECT coalesce(sum(size), 0) FROM entries e WHERE e.volume = v.id AND e.kind = 'file') OR
    (SELECT sum(files) FROM volume_counts c WHERE c.volume = v.id) <>
      (SELECT count(*) FROM entries e WHERE e.volume = v.id AND e.kind <> 'directory') OR
    (SELECT sum(directories) FROM volume_counts c WHERE c.volume = v.id) <>
      (SELECT count(*) - 1 FROM entries e WHERE e.volume = v.id AND e.kind = 'directory')`,
  'bins with wrong counters': `SELECT v.id FROM volumes v WHERE
    (SELECT sum(bin_items) FROM volume_counts c WHERE c.volume = v.id) <>
      (SELECT count(*) FROM recycled r WHERE r.volume = v.id AND r.generation = v.bin_generation) OR
    (SELECT sum(bin_files) FROM volume_counts c WHERE c.volume = v.id) <> (SELECT coalesce(sum(files), 0)
      FROM recycled r WHERE r.volume = v.id AND r.generation = v.bin_generation) OR
    (SELECT sum(bin_directories) FROM volume_counts c WHERE c.volume = v.id) <> (SELECT coalesce(sum(directories), 0)
      FROM recycled r WHERE r.volume = v.id AND r.generation = v.bin_generation)`,
  'counters of no volume': 'SELECT volume FROM volume_counts WHERE volume NOT IN (SELECT id FROM volumes)',
  'fingerprints without a blob': 'SELECT blob FROM fingerprints WHERE blob NOT IN (SELECT id FROM blobs)',
}

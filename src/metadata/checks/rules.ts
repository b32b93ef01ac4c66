import type { FactRule } from '../../core/ports/facts-checker.ts'
import { SUMS } from './sums.ts'

/**
 * What breaks each rule, in words of both stores: the columns are `subject` and, where bytes are concerned, `blob`. Each is one statement
 * that reads at one moment. A statement may go through whole tables, and looks nothing up without an index.
 */
export const BREAKS: Readonly<Record<FactRule, string>> = {
  'parts-have-segments': `SELECT p.segment AS subject, p.blob FROM parts p LEFT JOIN segments s ON s.name = p.segment
    WHERE p.inline IS NULL AND (s.name IS NULL OR s.state <> 'live')`,
  'parts-have-blobs': `SELECT p.segment AS subject, p.blob FROM parts p LEFT JOIN blobs b ON b.id = p.blob
    WHERE b.id IS NULL`,
  'parts-lie-in-order': `SELECT blob AS subject, blob FROM (
    SELECT p.blob, p.start, sum(p.size) OVER (PARTITION BY p.blob ORDER BY p.number) - p.size AS place
    FROM parts p JOIN blobs b ON b.id = p.blob WHERE b.size IS NOT NULL) AS placed
    WHERE start IS NULL OR start <> place`,
  'slots-lie-in-order': `SELECT blob AS subject, blob FROM (
    SELECT p.blob, p.place, sum(p.size) OVER (PARTITION BY p.blob, p.segment ORDER BY p.number) - p.size AS counted
    FROM parts p JOIN blobs b ON b.id = p.blob WHERE b.size IS NOT NULL AND p.place IS NOT NULL) AS placed
    WHERE place <> counted`,
  'blobs-have-their-size': `SELECT b.id AS subject, b.id AS blob FROM blobs b
    LEFT JOIN (SELECT blob, sum(size) AS size FROM parts GROUP BY blob) AS summed ON summed.blob = b.id
    WHERE b.size IS NOT NULL AND b.size <> coalesce(summed.size, 0)`,
  'blobs-count-owners': `SELECT b.id AS subject, b.id AS blob FROM blobs b LEFT JOIN (
      SELECT blob, count(*) AS owners FROM (
        SELECT blob FROM objects WHERE blob IS NOT NULL
        UNION ALL SELECT blob FROM entries WHERE blob IS NOT NULL
        UNION ALL SELECT blob FROM uploads WHERE state IN ('open', 'sealed')) AS owned
      GROUP BY blob) AS counted ON counted.blob = b.id
    WHERE b.refs <> coalesce(counted.owners, 0)`,
  'segments-have-parts': `SELECT name AS subject, NULL AS blob FROM (
    SELECT name FROM segments WHERE state = 'live'
    EXCEPT SELECT segment FROM parts WHERE inline IS NULL
    EXCEPT SELECT segment FROM assemblies) AS loose`,
  'objects-have-blobs': `SELECT o.id AS subject, o.blob FROM objects o LEFT JOIN blobs b ON b.id = o.blob
    WHERE o.blob IS NOT NULL AND (b.size IS NULL OR o.size IS NULL OR b.size <> o.size)`,
  'files-have-blobs': `SELECT e.id AS subject, e.blob FROM entries e LEFT JOIN blobs b ON b.id = e.blob
    WHERE e.kind = 'file' AND (b.size IS NULL OR b.size <> e.size)`,
  'objects-have-buckets': `SELECT o.id AS subject, o.blob FROM objects o LEFT JOIN buckets b ON b.id = o.bucket
    WHERE b.id IS NULL`,
  'entries-have-volumes': `SELECT e.id AS subject, e.blob FROM entries e LEFT JOIN volumes v ON v.id = e.volume
    WHERE (v.id IS NULL AND e.volume NOT IN (SELECT volume FROM doomed WHERE kind = 'volume')) OR v.realm <> e.realm`,
  'entries-have-directories': `SELECT e.id AS subject, e.blob FROM entries e JOIN volumes v ON v.id = e.volume
    LEFT JOIN entries p ON p.id = e.parent
    WHERE e.parent IS NOT NULL AND (p.id IS NULL OR p.kind <> 'directory' OR p.volume <> e.volume)`,
  'entries-are-somewhere': `SELECT e.id AS subject, e.blob FROM entries e JOIN volumes v ON v.id = e.volume
    LEFT JOIN recycled r ON r.entry = e.id LEFT JOIN doomed d ON d.entry = e.id LEFT JOIN copies c ON c.id = e.id
    WHERE e.parent IS NULL AND v.root <> e.id AND r.id IS NULL AND d.id IS NULL AND c.id IS NULL`,
  'entries-are-in-no-circle': `WITH RECURSIVE reached (id) AS (
      SELECT id FROM entries WHERE parent IS NULL
      UNION SELECT e.id FROM reached JOIN entries e ON e.parent = reached.id)
    SELECT subject, NULL AS blob FROM (
      SELECT e.id AS subject FROM entries e JOIN volumes v ON v.id = e.volume
        LEFT JOIN entries p ON p.id = e.parent WHERE e.parent IS NULL OR p.id IS NOT NULL
      EXCEPT SELECT id FROM reached) AS circling`,
  'uploads-have-blobs': `SELECT u.id AS subject, u.blob FROM uploads u LEFT JOIN blobs b ON b.id = u.blob
    WHERE u.state IN ('open', 'sealed') AND (b.id IS NULL OR (u.state = 'sealed' AND b.size IS NULL))`,
  'uploads-have-sums': `SELECT u.id AS subject, u.blob FROM uploads u
    WHERE (u.state = 'sealed' AND u.sealed IS NULL) OR (u.state = 'open' AND u.sealed IS NOT NULL)`,
  'assemblies-are-used': `SELECT a.segment AS subject, a.blob FROM assemblies a LEFT JOIN segments s ON s.name = a.segment
    WHERE s.name IS NULL OR s.state = 'reserved' OR (s.state = 'live' AND a.blob NOT IN
      (SELECT blob FROM uploads WHERE assembling = 1 AND state IN ('open', 'sealed')))`,
  'uploads-have-assemblies': `SELECT u.id AS subject, u.blob FROM uploads u WHERE u.assembling = 1 AND u.blob NOT IN
    (SELECT a.blob FROM assemblies a JOIN segments s ON s.name = a.segment WHERE s.state = 'live')`,
  ...SUMS,
}

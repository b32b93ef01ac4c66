/** Rows of assemblies that nothing belongs to, for both SQL stores: none of these may find anything after any test. */
export const ASSEMBLY_ORPHANS: Readonly<Record<string, string>> = {
  'live segments without a part or an assembly': `SELECT name FROM segments WHERE state = 'live'
    AND name NOT IN (SELECT segment FROM parts WHERE inline IS NULL) AND name NOT IN (SELECT segment FROM assemblies)`,
  'assemblies without their segment': `SELECT segment FROM assemblies
    WHERE segment NOT IN (SELECT name FROM segments WHERE state IN ('live', 'garbage'))`,
  'assemblies that are in use by nobody': `SELECT segment FROM assemblies
    JOIN segments ON segments.name = assemblies.segment WHERE segments.state = 'live' AND blob NOT IN
      (SELECT blob FROM uploads WHERE assembling = 1 AND state IN ('open', 'sealed'))`,
  'uploads that assemble nothing': `SELECT seq FROM uploads WHERE assembling = 1 AND blob NOT IN
    (SELECT blob FROM assemblies JOIN segments ON segments.name = assemblies.segment WHERE segments.state = 'live')`,
  'slots of uploads that assemble nothing':
    'SELECT blob FROM slots WHERE blob NOT IN (SELECT blob FROM uploads WHERE assembling = 1)',
  'sealed parts that do not lie one after the other in their assembly': `SELECT blob FROM (
    SELECT parts.blob, place, sum(parts.size) OVER (PARTITION BY blob, segment ORDER BY number) - parts.size AS sum
    FROM parts JOIN blobs ON blobs.id = parts.blob WHERE blobs.size IS NOT NULL AND place IS NOT NULL) AS placed
    WHERE place <> sum`,
}

import { BREAKS } from '../../src/metadata/checks/rules.ts'

/**
 * Rows that nothing belongs to, and counters that are wrong, as SQL that both stores understand: none of these may find anything after any
 * test. The most of it is what `stowage fsck` looks for.
 */
export const ORPHANS: Readonly<Record<string, string>> = {
  ...BREAKS,
  'slots of uploads that assemble nothing':
    'SELECT blob FROM slots WHERE blob NOT IN (SELECT blob FROM uploads WHERE assembling = 1)',
  'volumes without their counters': `SELECT v.id FROM volumes v WHERE
    (SELECT sum(directories) FROM volume_counts c WHERE c.volume = v.id) <>
      (SELECT count(*) - 1 FROM entries e WHERE e.volume = v.id AND e.kind = 'directory')`,
  'counters of no volume': 'SELECT volume FROM volume_counts WHERE volume NOT IN (SELECT id FROM volumes)',
  'fingerprints without a blob': 'SELECT blob FROM fingerprints WHERE blob NOT IN (SELECT id FROM blobs)',
}

import type { Migration } from '../../../migrations.ts'
import { ACCESS } from './access.ts'
import { OBJECTS } from './objects.ts'
import { TREES } from './trees.ts'
import { UPLOADS } from './uploads.ts'
import { WORK } from './work.ts'

/**
 * Ids, segment names, hashes and hex digests are kept as raw bytes; sizes in bytes, times in milliseconds since the epoch.
 * Text is compared byte by byte, whatever the database's locale. JSON is kept as the text it came as: jsonb takes no zero
 * characters and changes numbers.
 *
 * Foreign keys stand only at what searches find objects by: their checks lock the parent row, which would make every put in
 * a bucket write to one row. Commands hold their rows' locks themselves.
 */
export const initial: Migration = {
  version: 1,
  name: 'initial',
  sql: [UPLOADS, OBJECTS, TREES, ACCESS, WORK].join(''),
}

import { ACCESS } from './access.ts'
import { OBJECTS } from './objects.ts'
import { TREES } from './trees.ts'
import { UPLOADS } from './uploads.ts'
import { WORK } from './work.ts'

/**
 * Ids, segment names, hashes and hex digests are kept as raw bytes; sizes in bytes, times in milliseconds since the epoch.
 * JSON is kept as the text it came as: PostgreSQL's jsonb takes no zero characters and changes numbers. Foreign keys stand
 * only where the parent's deletion can be checked through an index.
 */
export const INITIAL = [UPLOADS, OBJECTS, TREES, ACCESS, WORK].join('')

import { INITIAL } from './001-initial/index.ts'
import { ANSWERS } from './002-answers.ts'
import { SEARCH } from './003-search.ts'
import { SEARCH_OF_EARLIER_ENTRIES } from './004-search-of-earlier-entries.ts'
import { AMOUNTS } from './005-amounts.ts'
import { REPLACING } from './006-replacing.ts'
import { BLOCKS } from './007-blocks.ts'
import { LATE_SEGMENTS } from './008-late-segments.ts'
import { SUMS_OF_PARTS } from './009-sums-of-parts.ts'
import { PUBLIC_BUCKETS } from './010-public-buckets.ts'
import { inWordsOf, type StoreName } from './in-words-of.ts'
import type { Migration } from './migrations.ts'

/** All steps of a store's schema, in order of version. A step's text is written once for both stores: see `inWordsOf`. */
export const stepsFor = (store: StoreName): readonly Migration[] => [
  { version: 1, name: 'initial', sql: inWordsOf(store, INITIAL) },
  { version: 2, name: 'answers', sql: inWordsOf(store, ANSWERS) },
  { version: 3, name: 'search', sql: inWordsOf(store, SEARCH) },
  { version: 4, name: 'search of earlier entries', sql: inWordsOf(store, SEARCH_OF_EARLIER_ENTRIES) },
  { version: 5, name: 'amounts', sql: inWordsOf(store, AMOUNTS) },
  { version: 6, name: 'replacing', sql: inWordsOf(store, REPLACING) },
  { version: 7, name: 'blocks', sql: inWordsOf(store, BLOCKS) },
  { version: 8, name: 'late segments', sql: inWordsOf(store, LATE_SEGMENTS) },
  { version: 9, name: 'sums of parts', sql: inWordsOf(store, SUMS_OF_PARTS) },
  { version: 10, name: 'public buckets', sql: inWordsOf(store, PUBLIC_BUCKETS) },
]

/** A store of facts, as the schema's text names it. */
export type StoreName = 'sqlite' | 'postgres'

/** SQLite's words with PostgreSQL's. They are replaced in this order. */
const POSTGRES_WORDS: readonly (readonly [RegExp, string])[] = [
  [/INTEGER PRIMARY KEY( AUTOINCREMENT)?/g, 'bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY'],
  [/\bINTEGER\b/g, 'bigint'],
  [/\bBLOB\b/g, 'bytea'],
  // Compared byte by byte, whatever the database's locale.
  [/\bTEXT\b/g, 'text COLLATE "C"'],
  [/\bVIRTUAL\b/g, 'STORED'],
  [/\) STRICT(, WITHOUT ROWID)?/g, ')'],
  // Their checks lock the parent's row, which would make every put in a bucket write to one row.
  [/ REFERENCES \w+\b(?! \()/g, ''],
]

/** What stands in the schema for one store alone: `{postgres: INCLUDE (kind)}`. Has no braces inside. */
const FOR_ONE_STORE = / ?\{(sqlite|postgres): ([^{}]*)\}/g

/**
 * The schema's text as a store takes it. It is written once, in SQLite's words: PostgreSQL's are put in their place, foreign
 * keys that name no column are left out there, and so is on either side what is marked for the other store.
 */
export function inWordsOf(store: StoreName, schema: string): string {
  const own = schema.replaceAll(FOR_ONE_STORE, (_, of: string, text: string) =>
    of === store ? ` ${text}` : '',
  )
  if (store === 'sqlite') return own
  return POSTGRES_WORDS.reduce((text, [word, replacement]) => text.replaceAll(word, replacement), own)
}

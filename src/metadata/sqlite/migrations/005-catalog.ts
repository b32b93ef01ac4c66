import type { Migration } from './index.ts'

/** What searches find objects by. Both go with their object. Status and kind are the object's own: searches read rows alone. */
export const catalog: Migration = {
  version: 5,
  name: 'catalog',
  sql: `
    CREATE TABLE object_texts (
      object     BLOB PRIMARY KEY REFERENCES objects (id) ON DELETE CASCADE,
      bucket     INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      text       TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX object_texts_created ON object_texts (bucket, created_at, object);

    CREATE TABLE object_labels (
      bucket     INTEGER NOT NULL,
      label      TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      object     BLOB NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
      status     TEXT NOT NULL,
      kind       TEXT NOT NULL,
      PRIMARY KEY (bucket, label, created_at, object)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX object_labels_object ON object_labels (object, label);
  `,
}

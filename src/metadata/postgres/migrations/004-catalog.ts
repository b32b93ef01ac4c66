import type { Migration } from './index.ts'

/** What searches find objects by. Both go with their object. Status and kind are the object's own: searches read rows alone. */
export const catalog: Migration = {
  version: 4,
  name: 'catalog',
  sql: `
    CREATE TABLE object_texts (
      object     bytea PRIMARY KEY REFERENCES objects (id) ON DELETE CASCADE,
      bucket     bigint NOT NULL,
      created_at bigint NOT NULL,
      text       text COLLATE "C" NOT NULL
    );
    CREATE INDEX object_texts_created ON object_texts (bucket, created_at, object);

    CREATE TABLE object_labels (
      bucket     bigint NOT NULL,
      label      text COLLATE "C" NOT NULL,
      created_at bigint NOT NULL,
      object     bytea NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
      status     text COLLATE "C" NOT NULL,
      kind       text COLLATE "C" NOT NULL,
      PRIMARY KEY (bucket, label, created_at, object) INCLUDE (status, kind)
    );
    CREATE INDEX object_labels_object ON object_labels (object, label);
  `,
}

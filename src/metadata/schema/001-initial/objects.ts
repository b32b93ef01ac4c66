/** Objects, and what searches find them by. */
export const OBJECTS = `
  -- search_name is the name in one letter case, of any script, as the program folds it.
  CREATE TABLE objects (
    seq          INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    bucket       INTEGER NOT NULL REFERENCES buckets,
    key          TEXT NOT NULL,
    name         TEXT NOT NULL,
    search_name  TEXT NOT NULL,
    kind         TEXT NOT NULL,
    status       TEXT NOT NULL,
    content_type TEXT,
    blob         BLOB,
    size         INTEGER,
    part_count   INTEGER,
    md5          BLOB,
    sha256       BLOB,
    crc64        TEXT,
    md5_of_parts BLOB,
    media        TEXT,
    attributes   TEXT NOT NULL,
    holds        INTEGER NOT NULL DEFAULT 0 CHECK (holds >= 0),
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    UNIQUE (bucket, key)
  ) STRICT;
  CREATE INDEX objects_created ON objects (bucket, created_at, id);
  CREATE INDEX objects_kind ON objects (bucket, kind, status, created_at, id);

  -- What searches find objects by. Both go with their object. Status and kind are the object's own: searches read
  -- rows alone.
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
    PRIMARY KEY (bucket, label, created_at, object) {postgres: INCLUDE (status, kind)}
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX object_labels_object ON object_labels (object, label);
`

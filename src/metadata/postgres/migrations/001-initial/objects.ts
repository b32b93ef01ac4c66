/** Objects, and what searches find them by. */
export const OBJECTS = `
  -- search_name is the name in one letter case, of any script, as the program folds it.
  CREATE TABLE objects (
    seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           bytea NOT NULL UNIQUE CHECK (length(id) = 16),
    bucket       bigint NOT NULL,
    key          text COLLATE "C" NOT NULL,
    name         text NOT NULL,
    search_name  text COLLATE "C" NOT NULL,
    kind         text COLLATE "C" NOT NULL,
    status       text COLLATE "C" NOT NULL,
    content_type text,
    blob         bytea,
    size         bigint,
    part_count   bigint,
    md5          bytea,
    sha256       bytea,
    crc64        text,
    md5_of_parts bytea,
    media        text,
    attributes   text NOT NULL,
    holds        bigint NOT NULL DEFAULT 0 CHECK (holds >= 0),
    created_at   bigint NOT NULL,
    updated_at   bigint NOT NULL,
    version      bigint NOT NULL,
    UNIQUE (bucket, key)
  );
  CREATE INDEX objects_created ON objects (bucket, created_at, id);
  CREATE INDEX objects_kind ON objects (bucket, kind, status, created_at, id);

  -- What searches find objects by. Both go with their object. Status and kind are the object's own: searches read
  -- rows alone.
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
`

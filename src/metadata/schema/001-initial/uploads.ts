/** Uploads, their bytes, and the buckets that they are in. */
export const UPLOADS = `
  -- Every account's namespaces. owner is the dialect's, or empty where a user made it. One with a volume is a tree, and goes
  -- with it. All other rows stay for ever: one that is removed gets another name. Inner ones are shown to nobody.
  CREATE TABLE buckets (
    id         INTEGER PRIMARY KEY,
    account    TEXT NOT NULL,
    owner      TEXT NOT NULL,
    name       TEXT NOT NULL CHECK (name <> ''),
    is_inner   INTEGER NOT NULL GENERATED ALWAYS AS (CASE WHEN substr(name, 1, 1) = '.' THEN 1 ELSE 0 END) VIRTUAL,
    volume     INTEGER UNIQUE,
    settings   TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    UNIQUE (account, owner, name)
  ) STRICT;
  CREATE INDEX buckets_shown ON buckets (account, owner, name) WHERE is_inner = 0;

  -- What a bucket holds is the sum of its rows: keeps limits and usage O(1). There are several, so that commands in one
  -- bucket seldom wait for each other. An object counts in the row that its id tells.
  CREATE TABLE bucket_counts (
    bucket  INTEGER NOT NULL,
    shard   INTEGER NOT NULL,
    objects INTEGER NOT NULL CHECK (objects >= 0),
    bytes   INTEGER NOT NULL CHECK (bytes >= 0),
    PRIMARY KEY (bucket, shard)
  ) STRICT, WITHOUT ROWID {postgres: WITH (fillfactor = 50)};

  -- assembling tells whether the upload has assemblies that are not settled. changed_at is the time of the last change
  -- of state. Every part that comes in changes the version, which no index has: PostgreSQL's fillfactor leaves room for
  -- that.
  CREATE TABLE uploads (
    seq        INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    bucket     INTEGER NOT NULL REFERENCES buckets,
    ref        TEXT NOT NULL,
    key        TEXT NOT NULL,
    blob       BLOB NOT NULL CHECK (length(blob) = 16),
    limits     TEXT NOT NULL,
    attributes TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('open', 'sealed', 'committed', 'aborted', 'expired', 'failed')),
    sealed     TEXT,
    object     BLOB,
    reason     TEXT,
    assembling INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    version    INTEGER NOT NULL
  ) STRICT {postgres: WITH (fillfactor = 70)};
  CREATE UNIQUE INDEX uploads_unfinished ON uploads (bucket, ref) WHERE state IN ('open', 'sealed');
  CREATE INDEX uploads_ref ON uploads (bucket, ref, seq);
  CREATE INDEX uploads_expiry ON uploads (expires_at, seq) WHERE state IN ('open', 'sealed');
  CREATE INDEX uploads_closed ON uploads (changed_at, seq) WHERE state NOT IN ('open', 'sealed');

  -- refs counts the unfinished upload and the objects that have these bytes. size is null until the seal.
  CREATE TABLE blobs (
    id   BLOB PRIMARY KEY CHECK (length(id) = 16),
    refs INTEGER NOT NULL,
    size INTEGER
  ) STRICT, WITHOUT ROWID;

  -- A blob's segments. start, the first byte's offset in the blob, is null until the seal. place, its offset in the
  -- segment, is 0 until the seal, and null for a segment of the part's own. inline has a small
  -- part's bytes in PostgreSQL, which keeps them apart from the row, and in SQLite the number of the row that has them.
  -- They are media: compressing them is time lost.
  CREATE TABLE parts (
    blob       BLOB NOT NULL REFERENCES blobs,
    number     INTEGER NOT NULL,
    segment    BLOB NOT NULL CHECK (length(segment) = 16),
    inline     {sqlite: INTEGER}{postgres: BLOB},
    start      INTEGER,
    place      INTEGER,
    size       INTEGER NOT NULL,
    crc32      INTEGER NOT NULL,
    md5        BLOB,
    sha256     BLOB,
    crc64      TEXT,
    written_at INTEGER NOT NULL,
    PRIMARY KEY (blob, number)
  ) STRICT, WITHOUT ROWID;
  {postgres: ALTER TABLE parts ALTER COLUMN inline SET STORAGE EXTERNAL;}
  CREATE INDEX parts_start ON parts (blob, start) WHERE start IS NOT NULL;

  {sqlite: -- Small segments' bytes, apart from the facts so that reading facts does not read them.
  CREATE TABLE inline_bytes (
    id    INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE TRIGGER parts_deleted AFTER DELETE ON parts WHEN old.inline IS NOT NULL BEGIN
    DELETE FROM inline_bytes WHERE id = old.inline;
  END;}

  -- Names in the blob store: reserved, then live, then garbage. since is the lease's end, then the time of the
  -- change.
  CREATE TABLE segments (
    name  BLOB PRIMARY KEY CHECK (length(name) = 16),
    state TEXT NOT NULL CHECK (state IN ('reserved', 'live', 'garbage')),
    since INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX segments_reserved ON segments (since, name) WHERE state = 'reserved';
  CREATE INDEX segments_garbage ON segments (since, name) WHERE state = 'garbage';

  -- Segments that are being put together, until they are whole or swept. token is the blob store's.
  CREATE TABLE assemblies (
    segment BLOB PRIMARY KEY CHECK (length(segment) = 16),
    blob    BLOB NOT NULL CHECK (length(blob) = 16),
    kind    INTEGER NOT NULL,
    token   TEXT NOT NULL,
    UNIQUE (blob, kind)
  ) STRICT, WITHOUT ROWID;

  -- Part numbers whose slot was claimed, once for ever. receipt is the blob store's, null until a part has the slot.
  CREATE TABLE slots (
    blob    BLOB NOT NULL REFERENCES blobs,
    number  INTEGER NOT NULL,
    segment BLOB NOT NULL CHECK (length(segment) = 16),
    receipt TEXT,
    PRIMARY KEY (blob, number)
  ) STRICT, WITHOUT ROWID;
`

/** Uploads, their bytes, and the buckets that they are in. */
export const UPLOADS = `
  -- Every account's namespaces. Rows stay for ever.
  CREATE TABLE buckets (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text COLLATE "C" NOT NULL,
    name    text COLLATE "C" NOT NULL,
    UNIQUE (account, name)
  );

  -- What a bucket holds is the sum of its rows: keeps limits and usage O(1). Several rows, so that commands in one
  -- bucket seldom wait for each other; an object counts in the row that its id tells.
  CREATE TABLE bucket_counts (
    bucket  bigint NOT NULL,
    shard   integer NOT NULL,
    objects bigint NOT NULL CHECK (objects >= 0),
    bytes   bigint NOT NULL CHECK (bytes >= 0),
    PRIMARY KEY (bucket, shard)
  ) WITH (fillfactor = 50);

  -- assembling tells whether the upload has assemblies that are not settled. changed_at is the time of the last
  -- change of state. What no index has can change without touching any of them, which is what every part that comes
  -- in does to its upload's version; the room that fillfactor leaves is for that.
  CREATE TABLE uploads (
    seq        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         bytea NOT NULL UNIQUE CHECK (length(id) = 16),
    bucket     bigint NOT NULL,
    ref        text COLLATE "C" NOT NULL,
    key        text COLLATE "C" NOT NULL,
    blob       bytea NOT NULL CHECK (length(blob) = 16),
    limits     text NOT NULL,
    attributes text NOT NULL,
    state      text COLLATE "C" NOT NULL
      CHECK (state IN ('open', 'sealed', 'committed', 'aborted', 'expired', 'failed')),
    sealed     text,
    object     bytea,
    reason     text,
    assembling integer NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    version    bigint NOT NULL
  ) WITH (fillfactor = 70);
  CREATE UNIQUE INDEX uploads_unfinished ON uploads (bucket, ref) WHERE state IN ('open', 'sealed');
  CREATE INDEX uploads_ref ON uploads (bucket, ref, seq);
  CREATE INDEX uploads_expiry ON uploads (expires_at) WHERE state IN ('open', 'sealed');
  CREATE INDEX uploads_closed ON uploads (changed_at) WHERE state NOT IN ('open', 'sealed');

  -- refs counts the unfinished upload and the objects that have these bytes. size is null until the seal.
  CREATE TABLE blobs (
    id   bytea PRIMARY KEY CHECK (length(id) = 16),
    refs integer NOT NULL,
    size bigint
  );

  -- A blob's segments. start, the first byte's offset in the blob, is null until the seal. place, its offset in the
  -- segment, is 0 until the seal, and null for a segment of the part's own. inline has a small segment's bytes, which
  -- PostgreSQL keeps apart from the row; they are media, so trying to compress them is time lost.
  CREATE TABLE parts (
    blob       bytea NOT NULL,
    number     bigint NOT NULL,
    segment    bytea NOT NULL CHECK (length(segment) = 16),
    inline     bytea,
    start      bigint,
    place      bigint,
    size       bigint NOT NULL,
    crc32      bigint NOT NULL,
    md5        bytea,
    sha256     bytea,
    crc64      text,
    written_at bigint NOT NULL,
    PRIMARY KEY (blob, number)
  );
  ALTER TABLE parts ALTER COLUMN inline SET STORAGE EXTERNAL;
  CREATE INDEX parts_start ON parts (blob, start) WHERE start IS NOT NULL;

  -- Names in the blob store: reserved, then live, then garbage. since is the lease's end, then the time of the
  -- change.
  CREATE TABLE segments (
    name  bytea PRIMARY KEY CHECK (length(name) = 16),
    state text COLLATE "C" NOT NULL CHECK (state IN ('reserved', 'live', 'garbage')),
    since bigint NOT NULL
  );
  CREATE INDEX segments_reserved ON segments (since) WHERE state = 'reserved';
  CREATE INDEX segments_garbage ON segments (since, name) WHERE state = 'garbage';

  -- Segments that are being put together, until they are whole or swept. token is the blob store's.
  CREATE TABLE assemblies (
    segment bytea PRIMARY KEY CHECK (length(segment) = 16),
    blob    bytea NOT NULL CHECK (length(blob) = 16),
    kind    integer NOT NULL,
    token   text NOT NULL,
    UNIQUE (blob, kind)
  );

  -- Part numbers whose slot was claimed, once for ever. receipt is the blob store's, null until a part has the slot.
  CREATE TABLE slots (
    blob    bytea NOT NULL,
    number  bigint NOT NULL,
    segment bytea NOT NULL CHECK (length(segment) = 16),
    receipt text,
    PRIMARY KEY (blob, number)
  );
`

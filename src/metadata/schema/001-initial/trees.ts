/**
 * Trees of directories and files. Entries are told apart by their ids alone; an entry without a parent is a volume's root,
 * or a tree that no directory leads to: in the bin, doomed, or a copy that is not done.
 */
export const TREES = `
  -- Rows stay for ever. attributes and changed_at are null while nothing was ever set.
  CREATE TABLE realms (
    id         INTEGER PRIMARY KEY,
    account    TEXT NOT NULL,
    name       TEXT NOT NULL,
    attributes TEXT,
    changed_at INTEGER,
    UNIQUE (account, name)
  ) STRICT;

  -- A number is never given twice: what is left of a volume that is gone is found by it. Of the bin only what has the
  -- number bin_generation is there.
  CREATE TABLE volumes (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    realm          INTEGER NOT NULL REFERENCES realms,
    name           TEXT NOT NULL,
    root           BLOB NOT NULL UNIQUE CHECK (length(root) = 16),
    owner          TEXT NOT NULL,
    attributes     TEXT NOT NULL,
    bin_generation INTEGER NOT NULL DEFAULT 0,
    created_at     INTEGER NOT NULL,
    UNIQUE (realm, name)
  ) STRICT;
  CREATE INDEX volumes_owner ON volumes (realm, owner, name);

  -- What a volume holds is the sum of its rows: several, so that commands in one volume seldom wait for each other. An
  -- entry counts in the row that its id tells. bytes, files (all but
  -- directories) and directories (without the root) count what has a row in entries, wherever it is. bin_files and
  -- bin_directories are the sums of what the rows of recycled say, and bin_items is how many these are: of the
  -- volume's bin_generation alone.
  CREATE TABLE volume_counts (
    volume          INTEGER NOT NULL,
    shard           INTEGER NOT NULL,
    bytes           INTEGER NOT NULL DEFAULT 0 CHECK (bytes >= 0),
    files           INTEGER NOT NULL DEFAULT 0 CHECK (files >= 0),
    directories     INTEGER NOT NULL DEFAULT 0 CHECK (directories >= 0),
    bin_files       INTEGER NOT NULL DEFAULT 0 CHECK (bin_files >= 0),
    bin_directories INTEGER NOT NULL DEFAULT 0 CHECK (bin_directories >= 0),
    bin_items       INTEGER NOT NULL DEFAULT 0 CHECK (bin_items >= 0),
    PRIMARY KEY (volume, shard)
  ) STRICT, WITHOUT ROWID {postgres: WITH (fillfactor = 50)};

  -- size is 0 for what has none. file_count and directory_count are of a directory's own entries, not of those below:
  -- no index has them, and PostgreSQL's fillfactor leaves room for their changes.
  CREATE TABLE entries (
    id                BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    realm             INTEGER NOT NULL,
    volume            INTEGER NOT NULL,
    parent            BLOB,
    name              TEXT NOT NULL,
    kind              TEXT NOT NULL CHECK (kind IN ('directory', 'file', 'link', 'virtual')),
    is_directory      INTEGER NOT NULL GENERATED ALWAYS AS (CASE WHEN kind = 'directory' THEN 1 ELSE 0 END) VIRTUAL,
    file_count        INTEGER NOT NULL DEFAULT 0 CHECK (file_count >= 0),
    directory_count   INTEGER NOT NULL DEFAULT 0 CHECK (directory_count >= 0),
    content_type      TEXT,
    target            BLOB,
    blob              BLOB,
    size              INTEGER NOT NULL,
    part_count        INTEGER,
    md5               BLOB,
    sha256            BLOB,
    crc64             TEXT,
    md5_of_parts      BLOB,
    attributes        TEXT NOT NULL,
    created_at        INTEGER NOT NULL,
    modified_at       INTEGER NOT NULL,
    local_created_at  INTEGER,
    local_modified_at INTEGER,
    local_order       INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(local_created_at, created_at)) VIRTUAL,
    holds             INTEGER NOT NULL DEFAULT 0 CHECK (holds >= 0),
    version           INTEGER NOT NULL,
    UNIQUE (parent, name)
  ) STRICT {postgres: WITH (fillfactor = 85)};
  CREATE INDEX entries_by_name ON entries (parent, is_directory, name);
  -- Directories by what the paths in them begin with: a/ stands behind a-b/.
  CREATE INDEX entries_by_path ON entries (parent, (name || '/')) WHERE kind = 'directory';
  CREATE INDEX entries_by_modified ON entries (parent, is_directory, modified_at, id);
  CREATE INDEX entries_by_size ON entries (parent, is_directory, size, id, kind);
  CREATE INDEX entries_by_created ON entries (parent, is_directory, created_at, id);
  CREATE INDEX entries_by_local_created ON entries (parent, is_directory, local_order, id);
  CREATE INDEX entries_volume ON entries (volume, id);
  -- Where the same bytes may be found; small files are not looked for.
  CREATE INDEX entries_bytes ON entries (realm, size, blob) WHERE kind = 'file' AND size >= 1048576;
  -- Files that keep their bytes; few have holds.
  CREATE INDEX entries_held ON entries (realm, volume) WHERE holds > 0;

  -- The bin: entries that were taken out of their directory. parent is where from. size, files and directories are of
  -- all that is in it (itself counted), or of itself alone where counting would have taken long.
  CREATE TABLE recycled (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    realm       INTEGER NOT NULL,
    volume      INTEGER NOT NULL,
    generation  INTEGER NOT NULL,
    entry       BLOB NOT NULL UNIQUE,
    parent      BLOB NOT NULL,
    path        TEXT NOT NULL,
    name        TEXT NOT NULL,
    modified_at INTEGER NOT NULL,
    removed_at  INTEGER NOT NULL,
    size        INTEGER NOT NULL,
    files       INTEGER NOT NULL,
    directories INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX recycled_by_name ON recycled (volume, generation, name, id);
  CREATE INDEX recycled_by_modified ON recycled (volume, generation, modified_at, id);
  CREATE INDEX recycled_by_size ON recycled (volume, generation, size, id);
  CREATE INDEX recycled_by_removed ON recycled (volume, generation, removed_at, id);
  CREATE INDEX recycled_expiry ON recycled (realm, removed_at, id);

  -- What is gone for who looks and still has rows: an entry with all below, a generation of a bin, a whole volume.
  CREATE TABLE doomed (
    id         INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('entry', 'bin', 'volume')),
    volume     INTEGER NOT NULL,
    entry      BLOB UNIQUE,
    generation INTEGER
  ) STRICT;

  CREATE TABLE quotas (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    realm      INTEGER NOT NULL,
    capacity   INTEGER NOT NULL,
    attributes TEXT NOT NULL
  ) STRICT;
  CREATE TABLE quota_volumes (
    volume INTEGER NOT NULL PRIMARY KEY,
    quota  INTEGER NOT NULL REFERENCES quotas
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX quota_volumes_quota ON quota_volumes (quota, volume);

  -- Copies in steps: the new directory, nowhere to be seen yet, and where it shall be. failure is why it was given
  -- up, kept for who asks. changed_at is the time of the last step.
  CREATE TABLE copies (
    id         BLOB PRIMARY KEY CHECK (length(id) = 16),
    account    TEXT NOT NULL,
    to_volume  INTEGER NOT NULL,
    parent     BLOB NOT NULL,
    name       TEXT NOT NULL,
    conflict   TEXT NOT NULL,
    failure    TEXT,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX copies_changed ON copies (changed_at);
  -- Directories whose entries are to be copied, those after the name that was copied last.
  CREATE TABLE copy_steps (
    copy       BLOB NOT NULL,
    target     BLOB NOT NULL,
    source     BLOB NOT NULL,
    after_name TEXT NOT NULL,
    PRIMARY KEY (copy, target)
  ) STRICT, WITHOUT ROWID;

  -- Digests that were computed of a blob when they were asked for.
  CREATE TABLE fingerprints (
    blob      BLOB PRIMARY KEY,
    beginning TEXT,
    "full"    TEXT
  ) STRICT, WITHOUT ROWID;
`

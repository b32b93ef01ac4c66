/**
 * Trees of directories and files. Entries are told apart by their ids alone; an entry without a parent is a volume's root,
 * or a tree that no directory leads to: in the bin, doomed, or a copy that is not done.
 */
export const TREES = `
  -- Rows stay for ever. attributes and changed_at are null while nothing was ever set.
  CREATE TABLE realms (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account    text COLLATE "C" NOT NULL,
    name       text COLLATE "C" NOT NULL,
    attributes text,
    changed_at bigint,
    UNIQUE (account, name)
  );

  -- A number is never given twice: what is left of a volume that is gone is found by it. Of the bin only what has the
  -- number bin_generation is there.
  CREATE TABLE volumes (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    realm          bigint NOT NULL,
    name           text COLLATE "C" NOT NULL,
    root           bytea NOT NULL UNIQUE CHECK (length(root) = 16),
    owner          text COLLATE "C" NOT NULL,
    attributes     text NOT NULL,
    bin_generation bigint NOT NULL DEFAULT 0,
    created_at     bigint NOT NULL,
    UNIQUE (realm, name)
  );
  CREATE INDEX volumes_owner ON volumes (realm, owner, name);

  -- What a volume holds is the sum of its rows: several, so that commands in one volume seldom wait for each other.
  -- An entry counts in the row that its id tells. bytes, files (all but directories) and directories (without the
  -- root) count what has a row in entries, wherever it is. bin_files and bin_directories are the sums of what the
  -- rows of recycled say, and bin_items is how many these are: of the volume's bin_generation alone.
  CREATE TABLE volume_counts (
    volume          bigint NOT NULL,
    shard           integer NOT NULL,
    bytes           bigint NOT NULL DEFAULT 0 CHECK (bytes >= 0),
    files           bigint NOT NULL DEFAULT 0 CHECK (files >= 0),
    directories     bigint NOT NULL DEFAULT 0 CHECK (directories >= 0),
    bin_files       bigint NOT NULL DEFAULT 0 CHECK (bin_files >= 0),
    bin_directories bigint NOT NULL DEFAULT 0 CHECK (bin_directories >= 0),
    bin_items       bigint NOT NULL DEFAULT 0 CHECK (bin_items >= 0),
    PRIMARY KEY (volume, shard)
  ) WITH (fillfactor = 50);

  -- size is 0 for what has none. file_count and directory_count are of a directory's own entries, not of those below;
  -- no index has them, and the room that fillfactor leaves is for their changes.
  CREATE TABLE entries (
    id                bytea PRIMARY KEY CHECK (length(id) = 16),
    realm             bigint NOT NULL,
    volume            bigint NOT NULL,
    parent            bytea,
    name              text COLLATE "C" NOT NULL,
    kind              text COLLATE "C" NOT NULL CHECK (kind IN ('directory', 'file', 'link', 'virtual')),
    is_directory      integer NOT NULL GENERATED ALWAYS AS (CASE WHEN kind = 'directory' THEN 1 ELSE 0 END) STORED,
    file_count        bigint NOT NULL DEFAULT 0 CHECK (file_count >= 0),
    directory_count   bigint NOT NULL DEFAULT 0 CHECK (directory_count >= 0),
    content_type      text,
    target            bytea,
    blob              bytea,
    size              bigint NOT NULL,
    part_count        bigint,
    md5               bytea,
    sha256            bytea,
    crc64             text,
    md5_of_parts      bytea,
    attributes        text NOT NULL,
    created_at        bigint NOT NULL,
    modified_at       bigint NOT NULL,
    local_created_at  bigint,
    local_modified_at bigint,
    local_order       bigint NOT NULL GENERATED ALWAYS AS (coalesce(local_created_at, created_at)) STORED,
    holds             bigint NOT NULL DEFAULT 0 CHECK (holds >= 0),
    version           bigint NOT NULL,
    UNIQUE (parent, name)
  ) WITH (fillfactor = 85);
  CREATE INDEX entries_by_name ON entries (parent, is_directory, name);
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
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    realm       bigint NOT NULL,
    volume      bigint NOT NULL,
    generation  bigint NOT NULL,
    entry       bytea NOT NULL UNIQUE,
    parent      bytea NOT NULL,
    path        text NOT NULL,
    name        text COLLATE "C" NOT NULL,
    modified_at bigint NOT NULL,
    removed_at  bigint NOT NULL,
    size        bigint NOT NULL,
    files       bigint NOT NULL,
    directories bigint NOT NULL
  );
  CREATE INDEX recycled_by_name ON recycled (volume, generation, name, id);
  CREATE INDEX recycled_by_modified ON recycled (volume, generation, modified_at, id);
  CREATE INDEX recycled_by_size ON recycled (volume, generation, size, id);
  CREATE INDEX recycled_by_removed ON recycled (volume, generation, removed_at, id);
  CREATE INDEX recycled_expiry ON recycled (realm, removed_at, id);

  -- What is gone for who looks and still has rows: an entry with all below, a generation of a bin, a whole volume.
  CREATE TABLE doomed (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text COLLATE "C" NOT NULL CHECK (kind IN ('entry', 'bin', 'volume')),
    volume     bigint NOT NULL,
    entry      bytea UNIQUE,
    generation bigint
  );

  CREATE TABLE quotas (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    realm      bigint NOT NULL,
    capacity   bigint NOT NULL,
    attributes text NOT NULL
  );
  CREATE TABLE quota_volumes (
    volume bigint PRIMARY KEY,
    quota  bigint NOT NULL
  );
  CREATE INDEX quota_volumes_quota ON quota_volumes (quota, volume);

  -- Copies in steps: the new directory, nowhere to be seen yet, and where it shall be. failure is why it was given
  -- up, kept for who asks. changed_at is the time of the last step.
  CREATE TABLE copies (
    id         bytea PRIMARY KEY CHECK (length(id) = 16),
    account    text COLLATE "C" NOT NULL,
    to_volume  bigint NOT NULL,
    parent     bytea NOT NULL,
    name       text COLLATE "C" NOT NULL,
    conflict   text COLLATE "C" NOT NULL,
    failure    text COLLATE "C",
    created_at bigint NOT NULL,
    changed_at bigint NOT NULL
  );
  CREATE INDEX copies_changed ON copies (changed_at);
  -- Directories whose entries are to be copied, those after the name that was copied last.
  CREATE TABLE copy_steps (
    copy       bytea NOT NULL,
    target     bytea NOT NULL,
    source     bytea NOT NULL,
    after_name text COLLATE "C" NOT NULL,
    PRIMARY KEY (copy, target)
  );

  -- Digests that were computed of a blob when they were asked for.
  CREATE TABLE fingerprints (
    blob      bytea PRIMARY KEY,
    beginning text,
    "full"    text
  );
`
